//! What an observer sees, and the effect of its objections.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use bigid_sandbox::{BadBody, Deviation, Fault, Profile, Sandbox};
use reqwest::{Method, StatusCode};

use crate::common::{Caller, TestResult, http};

/// Method and path, status, length of the body, deviation.
type Seen = (String, Option<u16>, usize, Option<Deviation>);

/// A sandbox with an observer, and what it has seen.
async fn watched(profile: Profile) -> Result<(Caller, Sandbox, Arc<Mutex<Vec<Seen>>>), Box<dyn std::error::Error>> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = seen.clone();
    let builder = Sandbox::builder().profile(profile).data_sources(1).observer(move |observed| {
        let request = observed.request();
        let what = format!("{} {}", request.method(), request.path());
        let status = observed.status().map(|status| status.as_u16());
        let seen = (what, status, observed.body().len(), observed.deviation());
        notes.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
        Ok(())
    });
    let sandbox = builder.start().await?;
    Ok((Caller::new(&sandbox)?, sandbox, seen))
}

fn last(seen: &Mutex<Vec<Seen>>) -> Option<Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner).pop()
}

#[tokio::test]
async fn each_request_is_shown_with_its_response_and_why_that_is_not_as_documented() -> TestResult {
    const EXCHANGE: &str = "/refresh-access-token";
    for (profile, other_method, honest) in [
        (Profile::Deployed2023, Method::POST, Some(Deviation::ContentType)),
        (Profile::Deployed6x, Method::POST, None),
        (Profile::Spec, Method::GET, None),
    ] {
        let (caller, sandbox, seen) = watched(profile).await?;
        let deviation = || last(&seen).and_then(|(.., deviation)| deviation);
        caller.exchange("never-issued").await?;
        assert_eq!(deviation(), honest, "{profile}");
        caller.request(other_method, EXCHANGE, "never-issued").send().await?;
        assert_eq!(deviation(), Some(Deviation::OtherExchange), "{profile}");
        let session = caller.session(&sandbox.user_token()).await?;
        assert_eq!(deviation(), honest, "{profile}");
        let body = caller.get("/ds-connections", &session).send().await?.bytes().await?;
        let list = ("GET /api/v1/ds-connections".to_owned(), Some(200), body.len(), honest);
        assert_eq!(last(&seen), Some(list), "{profile}");
        // A path that no server has is not a deviation of the profile.
        caller.get("/nothing", &session).send().await?;
        assert_eq!(deviation(), None, "{profile}");
    }
    Ok(())
}

#[tokio::test]
async fn a_fault_is_a_deviation_by_its_name_and_a_refused_token_is_none() -> TestResult {
    let (caller, sandbox, seen) = watched(Profile::Deployed6x).await?;
    let session = caller.session(&sandbox.user_token()).await?;
    for (fault, name, status) in [
        (Fault::Status(StatusCode::BAD_GATEWAY), Some("status"), Some(502)),
        (Fault::GatewayPageUnder200, Some("gateway_page_under_200"), Some(200)),
        (Fault::Body(BadBody::Empty), Some("body"), Some(200)),
        (Fault::CutBody { after: 1 }, Some("cut_body"), Some(200)),
        (Fault::Reset, Some("reset"), None),
        (Fault::RejectToken, None, Some(401)),
    ] {
        sandbox.on("list_data_sources").once(fault);
        let _ = caller.get("/ds-connections", &session).send().await;
        let (_, seen_status, _, deviation) = last(&seen).ok_or("nothing was seen")?;
        assert_eq!((seen_status, deviation), (status, name.map(Deviation::Fault)));
    }
    Ok(())
}

#[tokio::test]
async fn an_objection_is_told_once_as_the_sandbox_is_dropped_unless_it_was_taken() -> TestResult {
    let objecting = || Sandbox::builder().observer(|observed| Err(format!("no {} here", observed.request().method())));
    let sandbox = objecting().start().await?;
    for _ in 0..3 {
        http()?.get(sandbox.base_url()).send().await?;
    }
    let panic = catch_unwind(AssertUnwindSafe(|| drop(sandbox))).err().ok_or("nobody objected")?;
    let said = panic.downcast_ref::<String>().ok_or("no text")?;
    assert_eq!(said, "the observer of the sandbox objects:\n  no GET here (3 times)");

    let sandbox = objecting().start().await?;
    http()?.get(sandbox.base_url()).send().await?;
    assert_eq!(sandbox.take_objections(), ["no GET here"]);
    Ok(())
}
