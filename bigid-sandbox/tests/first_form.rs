//! A user token becomes a session, and the session lists data sources: in every profile, on both runtimes.

mod common;

use bigid_sandbox::{Profile, Sandbox};
use common::{Caller, TestResult};

async fn from_token_to_data(profile: Profile) -> TestResult {
    let sandbox = Sandbox::builder().profile(profile).data_sources(250).start().await?;
    let caller = Caller::new(&sandbox)?;
    let session = caller.session(&sandbox.user_token()).await?;
    let (status, page) = caller.json("/ds-connections?skip=240&limit=100&requireTotalCount=true", &session).await?;
    assert_eq!(status, 200);
    assert_eq!(page["data"]["totalCount"], 250);
    assert_eq!(page["data"]["ds_connections"].as_array().map(Vec::len), Some(10));
    assert_eq!((sandbox.calls("exchange"), sandbox.calls("list_data_sources")), (1, 1));
    sandbox.revoke_sessions();
    let refused = caller.get("/ds-connections", &session).send().await?;
    assert_eq!(refused.status(), if profile == Profile::Deployed2023 { 200 } else { 401 });
    Ok(())
}

#[tokio::test]
async fn every_profile_leads_from_a_token_to_data() -> TestResult {
    for profile in Profile::ALL {
        from_token_to_data(profile).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_it_does_on_many_threads() -> TestResult {
    from_token_to_data(Profile::default()).await
}

#[test]
fn a_sandbox_may_move_between_threads() {
    fn is_send_and_sync<T: Send + Sync>() {}
    is_send_and_sync::<Sandbox>();
}
