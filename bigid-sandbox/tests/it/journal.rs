//! The journal of requests, and the values that are never printed.

use std::error::Error;

use bigid_sandbox::{Fault, Gate, ResponseTemplate, Sandbox, User};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::common::{Caller, TestResult};

#[tokio::test]
async fn every_request_is_kept_as_received() -> TestResult {
    let sandbox = Sandbox::start().await?;
    let caller = Caller::new(&sandbox)?;
    let session = caller.session(&sandbox.user_token()).await?;
    let body = json!({"ds_connection": {"name": "a b", "type": "s3"}});
    let path = "/ds_connections?x=1%202&x=3";
    caller.request(Method::POST, path, &session).header("x-own", "yes").json(&body).send().await?;
    let requests = sandbox.requests();
    let [exchange, create] = requests.as_slice() else { return Err("not two requests".into()) };
    assert_eq!(
        (exchange.operation(), exchange.authorization()),
        ("exchange_user_token".into(), Some(sandbox.user_token().as_str()))
    );
    assert_eq!((create.operation(), create.method()), ("create_data_source".into(), &Method::POST));
    assert_eq!((create.path(), create.query()), ("/api/v1/ds_connections", "x=1%202&x=3"));
    assert_eq!(create.query_value("x").as_deref(), Some("1 2"));
    assert_eq!((create.header("x-own"), create.authorization()), (Some("yes"), Some(session.as_str())));
    assert_eq!((create.json(), create.status()), (Some(body.clone()), Some(StatusCode::OK)));
    assert_eq!(create.body(), body.to_string().as_bytes());
    assert_eq!((create.connection(), exchange.connection()), (1, 1), "one connection for both");
    assert!(create.unix_millis() >= exchange.unix_millis());
    Ok(())
}

#[tokio::test]
async fn requests_are_counted_by_operation() -> TestResult {
    let sandbox = Sandbox::start().await?;
    let caller = Caller::new(&sandbox)?;
    for path in ["/ds-connections", "/ds-connections", "/clusters", "/nowhere"] {
        caller.get(path, "garbage").send().await?;
    }
    assert_eq!(sandbox.calls("list_data_sources"), 2, "refused requests count");
    assert_eq!(sandbox.calls("list_clusters"), 1);
    assert_eq!((sandbox.calls("unmatched"), sandbox.calls("exchange"), sandbox.total_calls()), (1, 0, 4));
    sandbox.clear_journal();
    assert_eq!((sandbox.total_calls(), sandbox.requests().len()), (0, 0));
    Ok(())
}

#[tokio::test]
async fn old_requests_are_counted_when_they_are_no_longer_kept() -> TestResult {
    let sandbox = Sandbox::builder().journal_capacity(2).start().await?;
    let caller = Caller::new(&sandbox)?;
    for page in 0..5 {
        caller.get(&format!("/ds-connections?skip={page}"), "garbage").send().await?;
    }
    let kept: Vec<_> =
        sandbox.requests().iter().map(|request| (request.query().to_owned(), request.status())).collect();
    assert_eq!(
        kept,
        [("skip=3".to_owned(), Some(StatusCode::UNAUTHORIZED)), ("skip=4".to_owned(), Some(StatusCode::UNAUTHORIZED))]
    );
    assert_eq!(sandbox.calls("list_data_sources"), 5);
    Ok(())
}

#[tokio::test]
async fn the_journal_keeps_so_many_bytes_and_never_part_of_a_request() -> TestResult {
    const MIB: usize = 1024 * 1024;
    for (limit, body, kept) in [(3 * MIB, MIB, 2), (MIB, 2 * MIB, 1), (0, 0, 1), (3 * MIB, 0, 10)] {
        let sandbox = Sandbox::builder().journal_bytes(limit).start().await?;
        let caller = Caller::new(&sandbox)?;
        for number in 0..10 {
            let path = format!("/scanProfiles?number={number}");
            caller.request(Method::POST, &path, "garbage").body(vec![b'x'; body]).send().await?;
        }
        let requests = sandbox.requests();
        assert_eq!(requests.len(), kept, "{limit} bytes for bodies of {body}");
        assert!(requests.iter().all(|request| request.body().len() == body && request.status().is_some()));
        assert_eq!(requests.last().map(|request| request.query().to_owned()), Some("number=9".to_owned()));
        assert_eq!((sandbox.calls("create_scan_profile"), sandbox.total_calls()), (10, 10));
        // Headers count as well, because a client can send long ones.
        let long = "x".repeat(100_000);
        let small = Sandbox::builder().journal_bytes(250_000).start().await?;
        for _ in 0..3 {
            Caller::new(&small)?.get("/clusters", "garbage").header("x-long", &long).send().await?;
        }
        assert_eq!(small.requests().len(), 2);
        sandbox.clear_journal();
        assert_eq!(sandbox.requests().len(), 0);
    }
    Ok(())
}

#[tokio::test]
async fn a_test_may_wait_for_a_number_of_calls() -> TestResult {
    let sandbox = Sandbox::start().await?;
    let caller = Caller::new(&sandbox)?;
    let calls = async {
        for _ in 0..3 {
            caller.get("/clusters", "garbage").send().await?;
        }
        Ok::<_, reqwest::Error>(())
    };
    let (calls, ()) = tokio::join!(calls, sandbox.wait_for_calls("list_clusters", 3));
    calls?;
    sandbox.wait_for_calls("list_clusters", 0).await;
    Ok(())
}

#[tokio::test]
async fn a_mistyped_operation_is_no_silent_zero() -> TestResult {
    let sandbox = Sandbox::start().await?;
    let mistyped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| sandbox.calls("exchanges")));
    let text = mistyped.err().and_then(|panic| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    assert!(text.contains("\"exchanges\"") && text.contains("did you mean exchange,"), "{text}");
    Ok(())
}

#[tokio::test]
async fn nothing_printed_holds_a_secret() -> TestResult {
    let builder = Sandbox::builder().user(User::new("ada").password("the-password-of-ada"));
    let mut printed = vec![format!("{builder:?}")];
    let sandbox = builder.start().await?;
    let caller = Caller::new(&sandbox)?;
    let generated = sandbox.generate_user_token("ada", 1)?;
    let session = caller.session(&sandbox.user_token()).await?;
    let credentials = json!({"username": "ada", "password": "the-password-of-ada"});
    caller
        .http
        .post(format!("{}/sessions?password=the-password-of-ada", caller.base))
        .json(&credentials)
        .send()
        .await?;
    let response = ResponseTemplate::json(&json!({"systemToken": session}));
    printed.extend([
        format!("{sandbox:?}"),
        format!("{generated:?}"),
        format!("{:?}", sandbox.requests()),
        format!("{response:?}"),
        format!("{:?}", Fault::Response(response)),
        format!("{:?}", Fault::Hold(Gate::new())),
        format!("{:?}", sandbox.on("exchange").when(|_| true)),
        format!("{:?}", sandbox.clock()),
        format!("{:?}", User::new("ada").password("the-password-of-ada")),
    ]);
    let taken = Sandbox::builder().address(sandbox.address()).start().await.err().ok_or("two on one port")?;
    printed.extend([format!("{taken:?}"), taken.to_string(), format!("{:?}", taken.source())]);
    for secret in ["the-password-of-ada", &sandbox.user_token(), &sandbox.password(), generated.value(), &session] {
        assert!(!secret.is_empty() && printed.iter().all(|text| !text.contains(secret)));
    }
    Ok(())
}
