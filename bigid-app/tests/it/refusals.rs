//! Refused requests: nothing runs, and nothing is sent anywhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bigid_app::{Done, Kind, Parameter};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::common::{Served, app_of, background, execution, immediate, sandbox};

#[tokio::test]
async fn what_is_refused_runs_nothing_and_sends_nothing() {
    let sandbox = sandbox().await;
    // A host that the app does not know, and that sees every connection.
    let foreign = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let foreign_url = format!("http://{}/api/v1/", foreign.local_addr().unwrap());
    let ran = Arc::new(AtomicUsize::new(0));
    for action in [immediate("act"), background("act")] {
        let is_immediate = action.is_immediate();
        let count = ran.clone();
        let action = action.parameter(Parameter::new("name", Kind::Text).mandatory());
        let app = app_of(&sandbox, action, move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            async { Ok(Done::new("x")) }
        });
        let app = app.max_body(100_000).build().unwrap();
        let served = Served::start(&app, Duration::ZERO).await;
        let good = || {
            let mut request = execution(&sandbox, "e1");
            let name = json!({"paramName": "name", "paramValue": "Ada"});
            request["actionParams"].as_array_mut().unwrap().push(name);
            request
        };
        let changed = |pointer: &str, value: Value| {
            let mut request = good();
            *request.pointer_mut(pointer).unwrap() = value;
            request
        };
        let mut bad = vec![
            (changed("/bigidBaseUrl", json!(foreign_url)), "bigidBaseUrl"),
            (changed("/bigidBaseUrl", json!("http://169.254.169.254/api/v1/")), "bigidBaseUrl"),
            (changed("/bigidBaseUrl", json!(format!("{}@127.0.0.1:9/", sandbox.base_url()))), "bigidBaseUrl"),
            (changed("/bigidBaseUrl", json!("not a URL")), "bigidBaseUrl"),
            (changed("/actionName", json!("other")), "\"other\""),
            (changed("/actionName", json!(null)), "actionName"),
            (changed("/executionId", json!({})), "executionId"),
            (changed("/actionParams", json!({})), "actionParams"),
            (changed("/actionParams/0/paramName", json!(5)), "actionParams[0]"),
            (changed("/actionParams/0/paramValue", json!("deep")), "\"depth\""),
            (changed("/actionParams/0/paramValue", json!([3])), "\"depth\""),
            (changed("/actionParams/0/paramValue", json!(1.5)), "\"depth\""),
            (changed("/actionParams/1/paramValue", json!({"a": 1})), "\"name\""),
            (changed("/actionParams/1/paramValue", json!("")), "\"name\""),
            (changed("/actionParams/1/paramName", json!("depth")), "\"depth\""),
            (changed("/globalParams", json!("x")), "globalParams"),
        ];
        if !is_immediate {
            bad.push((changed("/bigidToken", json!(null)), "bigidToken"));
            bad.push((changed("/bigidBaseUrl", json!(null)), "bigidBaseUrl"));
            bad.push((changed("/bigidToken", json!("two words")), "session"));
        }
        for (request, named) in bad {
            let (status, body) = served.execute(&request).await;
            let message = body["message"].as_str().unwrap();
            assert!(status == 400 && body["statusEnum"] == "ERROR" && message.contains(named), "{request}: {body}");
        }
        let huge = format!("{}{}", " ".repeat(100_000), good());
        let (status, body) = served.post("/execute", None, huge).await;
        assert!(status == 413 && body.contains("larger than 100000 bytes"), "{status} {body}");
        for body in ["", "[", "null", "{\"actionName\":", "\u{0}"] {
            assert_eq!(served.post("/execute", None, body).await.0, 400);
        }
        assert_eq!((ran.load(Ordering::SeqCst), app.running()), (0, 0));
        assert_eq!(served.execute(&good()).await.0, if is_immediate { 200 } else { 202 });
        served.stop().await;
        assert_eq!(ran.swap(0, Ordering::SeqCst), 1);
    }
    let connected = tokio::select! {
        biased;
        _ = foreign.accept() => true,
        () = std::future::ready(()) => false,
    };
    assert!(!connected, "the foreign host was called");
    assert_eq!(sandbox.total_calls(), sandbox.calls("updateExecution"));
    assert_eq!(sandbox.total_calls(), 1, "only the one that ran in the background reported");
}
