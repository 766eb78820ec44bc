//! The first test of the README, with the service that it tests.

use bigid_sandbox::{Profile, Sandbox};

#[tokio::test]
async fn the_report_counts_every_data_source() -> Result<(), Box<dyn std::error::Error>> {
    for profile in [Profile::Deployed2023, Profile::Deployed6x] {
        let sandbox = Sandbox::builder().profile(profile).data_sources(250).start().await?;
        let report = my_service::report(&sandbox.base_url(), &sandbox.user_token()).await?;
        assert_eq!((report.data_sources, sandbox.calls("exchange")), (250, 1));
    }
    Ok(())
}

/// A service like one of a user's.
mod my_service {
    use std::error::Error;

    use serde_json::Value;

    pub(super) struct Report {
        pub(super) data_sources: u64,
    }

    pub(super) async fn report(base_url: &str, user_token: &str) -> Result<Report, Box<dyn Error>> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        let get = async |path: &str, token: &str| -> Result<Value, Box<dyn Error>> {
            let request = http.get(format!("{base_url}/{path}")).header("authorization", token);
            Ok(serde_json::from_str(&request.send().await?.text().await?)?)
        };
        let session = get("refresh-access-token", user_token).await?;
        let session = session["systemToken"].as_str().ok_or("no session")?;
        let page = get("ds-connections?limit=1", session).await?;
        Ok(Report { data_sources: page["data"]["totalCount"].as_u64().ok_or("no total")? })
    }
}
