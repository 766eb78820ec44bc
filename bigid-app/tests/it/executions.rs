//! The result of an execution, for each way in which its action ends.

use std::sync::Arc;
use std::time::Duration;

use bigid_app::{AppNotification, Asset, CredentialsKey, Done, Failure, FormFile, Part, Status};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::common::{KEY, Served, app_of, background, execution, immediate, sandbox, statuses, updates};

const FOREVER: Duration = Duration::from_secs(3_600);

#[tokio::test]
async fn an_immediate_action_responds_with_its_result_and_sends_nothing() {
    let sandbox = sandbox().await;
    let app = app_of(&sandbox, immediate("act"), |run| async move {
        let depth: u32 = run.parameters().get("depth")?;
        Ok(Done::new(format!("{depth} levels"))
            .data("depth", depth)
            .part(Part::new("first", Status::Error, "unreachable").error_code("E1")))
    });
    let served = Served::start(&app.build().unwrap(), FOREVER).await;
    let (status, body) = served.execute(&execution(&sandbox, "e1")).await;
    assert_eq!(status, 200);
    let part = json!({"name": "first", "statusEnum": "ERROR", "message": "unreachable", "errorCode": "E1"});
    let expected = json!({
        "executionId": "e1", "statusEnum": "COMPLETED", "progress": 1.0, "message": "3 levels",
        "additionalData": {"depth": 3}, "subExecutionItems": [part],
    });
    assert_eq!(body, expected);
    assert_eq!(served.stop().await.stopped, []);
    assert_eq!(sandbox.total_calls(), 0);
}

#[tokio::test]
async fn a_background_action_is_accepted_then_reports_progress_a_file_and_its_end() {
    let sandbox = sandbox().await;
    let app = app_of(&sandbox, background("act"), |run| async move {
        run.progress(0.5, "half").await?;
        run.attach(FormFile::new("run.log", "a\nb\n")).await?;
        run.notify(AppNotification::new().subject("s".to_owned()).text("t".to_owned())).await?;
        Ok(Done::new("copied"))
    });
    let served = Served::start(&app.build().unwrap(), FOREVER).await;
    let (status, body) = served.execute(&execution(&sandbox, "e1")).await;
    assert_eq!((status, &body["statusEnum"]), (202, &json!("IN_PROGRESS")));
    sandbox.wait_for_calls("updateExecution", 2).await;
    served.stop().await;
    assert_eq!(statuses(&sandbox, "e1"), ["IN_PROGRESS", "COMPLETED"]);
    assert_eq!(updates(&sandbox, "e1")[0]["progress"], json!(0.5));
    let file = sandbox.requests().into_iter().find(|one| one.path().ends_with("/e1/attachment")).unwrap();
    assert!(file.body().windows(5).any(|window| window == b"a\nb\n\r"));
    assert_eq!(sandbox.calls("createAppNotification"), 1);
    assert_eq!(sandbox.calls("exchange"), 0, "the session is used as it is");
    assert!(sandbox.requests().iter().all(|one| one.authorization().is_some_and(|value| !value.starts_with("Bearer"))));
}

#[tokio::test]
async fn an_action_that_fails_or_panics_is_an_error_without_secrets() {
    for (panics, is_immediate) in [(false, true), (false, false), (true, true), (true, false)] {
        let sandbox = sandbox().await;
        let action = if is_immediate { immediate("act") } else { background("act") };
        let app = app_of(&sandbox, action, move |run| async move {
            let token = run.execution().token().unwrap().expose().to_owned();
            if panics {
                panic!("s3cret {token}");
            }
            Err(Failure::new(format!("no disk for {token}")))
        });
        let app = app.build().unwrap();
        let served = Served::start(&app, FOREVER).await;
        let request = execution(&sandbox, "e1");
        let (status, mut body) = served.execute(&request).await;
        assert_eq!(status, if is_immediate { 400 } else { 202 });
        if !is_immediate {
            sandbox.wait_for_calls("updateExecution", 1).await;
            body = updates(&sandbox, "e1").remove(0);
        }
        let logs = served.get("/logs").await.text().await.unwrap();
        assert_eq!((&body["statusEnum"], &body["executionId"]), (&json!("ERROR"), &json!("e1")));
        let expected = if panics { "the action panicked; see the log of the app" } else { "no disk for [redacted]" };
        assert_eq!(body["message"], expected);
        let token = request["bigidToken"].as_str().unwrap();
        assert!(!logs.contains(token) && !logs.contains("s3cret") && logs.contains("act (e1) ended: Error"), "{logs}");
        served.stop().await;
        assert_eq!(app.running(), 0);
    }
}

#[tokio::test]
async fn an_immediate_action_whose_caller_hangs_up_is_dropped_and_reported() {
    let sandbox = sandbox().await;
    let started = Arc::new(Notify::new());
    let begin = started.clone();
    let app = app_of(&sandbox, immediate("act"), move |_| {
        let begin = begin.clone();
        async move {
            begin.notify_one();
            std::future::pending().await
        }
    });
    let app = app.build().unwrap();
    let served = Served::start(&app, FOREVER).await;
    let request = execution(&sandbox, "e1");
    tokio::select! {
        _ = served.execute(&request) => panic!("it never ends"),
        () = started.notified() => {}
    }
    sandbox.wait_for_calls("updateExecution", 1).await;
    assert_eq!(statuses(&sandbox, "e1"), ["ERROR"]);
    served.stop().await;
}

#[tokio::test]
async fn an_action_ends_by_itself_when_it_is_cancelled_and_is_dropped_after_the_grace_period_otherwise() {
    for (listens, is_immediate) in [(true, true), (true, false), (false, true), (false, false)] {
        let sandbox = sandbox().await;
        let started = Arc::new(Notify::new());
        let begin = started.clone();
        let action = if is_immediate { immediate("act") } else { background("act") };
        let app = app_of(&sandbox, action, move |run| {
            let begin = begin.clone();
            async move {
                begin.notify_one();
                if !listens {
                    std::future::pending::<()>().await;
                }
                run.cancelled().await;
                assert!(run.is_cancelled());
                Ok(Done::new("stopped half-way"))
            }
        });
        let grace = if listens { FOREVER } else { Duration::ZERO };
        let served = Served::start(&app.build().unwrap(), grace).await;
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/execute", served.url);
        let body = execution(&sandbox, "e1").to_string();
        let response = tokio::spawn(async move { client.post(url).body(body).send().await.unwrap().status().as_u16() });
        started.notified().await;
        let stopped = served.stop().await.stopped;
        assert_eq!(stopped.len(), 1);
        assert_eq!((stopped[0].was_interrupted, stopped[0].is_reported), (!listens, true));
        let expected = if listens { "COMPLETED" } else { "ERROR" };
        let status = response.await.unwrap();
        match is_immediate {
            true => assert_eq!(status, if listens { 200 } else { 400 }),
            false => assert_eq!((status, statuses(&sandbox, "e1")), (202, vec![expected.to_owned()])),
        }
    }
}

#[tokio::test]
async fn an_end_that_could_not_be_reported_is_said_so() {
    let sandbox = sandbox().await;
    let app = app_of(&sandbox, background("act"), |run| async move {
        run.cancelled().await;
        Ok(Done::new("x"))
    });
    let served = Served::start(&app.build().unwrap(), FOREVER).await;
    let (status, _) = served.execute(&execution(&sandbox, "e1")).await;
    assert_eq!(status, 202);
    sandbox.revoke_sessions();
    let shutdown = served.stop().await;
    assert_eq!(shutdown.unreported().map(|one| one.execution_id.as_str()).collect::<Vec<_>>(), ["e1"]);
    assert_eq!(sandbox.calls("exchange"), 0);
}

#[tokio::test]
async fn a_session_that_has_ended_is_an_error_that_says_so_and_is_never_exchanged() {
    let sandbox = sandbox().await;
    let app = app_of(&sandbox, immediate("act"), |run| async move {
        run.storage()?.get("cursor").await?;
        Ok(Done::new("unreachable"))
    });
    let served = Served::start(&app.build().unwrap(), FOREVER).await;
    let request = execution(&sandbox, "e1");
    sandbox.revoke_sessions();
    let (status, body) = served.execute(&request).await;
    assert_eq!(status, 400);
    let message = body["message"].as_str().unwrap();
    assert!(message.contains("session") && !message.contains(request["bigidToken"].as_str().unwrap()), "{message}");
    assert_eq!(sandbox.calls("exchange"), 0);
    served.stop().await;
}

#[tokio::test]
async fn storage_is_none_for_what_is_absent_and_credentials_are_decrypted() {
    let sandbox = sandbox().await;
    // `hunter2` under the key, as OpenSSL encrypts it.
    let encrypted = "AAECAwQFBgcICQoLDA0ODw==$JrUefNhp5GO4rznsuqrOtA==";
    let fields: Value = json!({
        "username": {"value": "ada", "encrypted": false}, "password": {"value": encrypted, "encrypted": true},
        "sid": {"value": encrypted, "encrypted": true},
    });
    sandbox.route_with_session(http::Method::GET, "/api/v1/tpa/app-1/credentials/Orders%20DB", move |_| {
        bigid_sandbox::ResponseTemplate::json(&fields)
    });
    for key in [Some(KEY), Some("another"), None] {
        let app = app_of(&sandbox, immediate("act"), |run| async move {
            let storage = run.storage()?;
            assert_eq!((storage.get("cursor").await?, storage.all().await?), (None, vec![]));
            storage.set("cursor", "17").await?;
            assert_eq!(storage.get("cursor").await?.as_deref(), Some("17"));
            assert_eq!(storage.all().await?, [("cursor".to_owned(), "17".to_owned())]);
            assert_eq!((storage.remove("cursor").await?, storage.remove("cursor").await?), (true, false));
            let credentials = run.credentials("Orders DB").await?;
            let text = |field: &str| credentials.get(field).unwrap().expose().to_owned();
            assert!(!format!("{credentials:?} {run:?}").contains("hunter2"));
            // Known secrets do not leave in a message.
            Ok(Done::new(format!("{} {} {}", text("sid"), text("username"), text("password"))))
        });
        let app = key.into_iter().fold(app, |app, key| app.credentials_key(CredentialsKey::new(key)));
        let served = Served::start(&app.build().unwrap(), FOREVER).await;
        let (status, body) = served.execute(&execution(&sandbox, "e1")).await;
        let message = body["message"].as_str().unwrap();
        assert!(!message.contains("hunter2"));
        match key {
            Some(KEY) => assert_eq!((status, message), (200, "[redacted] ada [redacted]")),
            Some(_) => assert!(status == 400 && message.contains("APPLICATION_CREDENTIALS_KEY"), "{message}"),
            None => assert!(status == 400 && message.contains("set it with `credentials_key`"), "{message}"),
        }
        served.stop().await;
    }
}

#[tokio::test]
async fn the_other_endpoints_serve_the_manifest_the_icons_the_log_and_tenants() {
    let sandbox = sandbox().await;
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let app = app_of(&sandbox, immediate("act"), |_| async { Ok(Done::new("x")) })
        .icon(Asset::new("image/svg+xml", b"<svg/>"))
        .on_configure(move |tenant| {
            tell.send(tenant.tenant_id).unwrap();
            async { Ok(()) }
        });
    let served = Served::start(&app.build().unwrap(), FOREVER).await;
    let manifest: Value = served.get("/manifest").await.json().await.unwrap();
    assert_eq!(manifest["actions"][0]["action_id"], "act");
    let icon = served.get("/assets/icon").await;
    assert_eq!(icon.headers()["content-type"], "image/svg+xml");
    assert_eq!(icon.bytes().await.unwrap(), "<svg/>");
    for absent in ["/assets/sideBarIcon", "/assets/..%2Fmanifest", "/ui", "/"] {
        assert_eq!(served.get(absent).await.status(), 404, "{absent}");
    }
    let logs = served.get("/logs").await;
    assert_eq!(logs.headers()["x-content-type-options"], "nosniff");
    let tenant = json!({"tenantId": "t1", "bigidUrl": sandbox.base_url(), "isDeleted": false});
    assert_eq!(served.post("/configure", None, tenant.to_string()).await, (200, "null".to_owned()));
    assert_eq!(told.recv().await.unwrap().as_deref(), Some("t1"));
    let foreign = json!({"tenantId": "t1", "bigidUrl": "https://evil.example"});
    for bad in [foreign.to_string(), "[1]".to_owned(), String::new()] {
        assert_eq!(served.post("/configure", None, bad).await.0, 400);
    }
    assert!(told.try_recv().is_err());
    served.stop().await;
}

#[tokio::test]
async fn the_example_does_what_it_promises() {
    let sandbox = sandbox().await;
    let lines = crate::example::run(&sandbox).await.unwrap();
    let expected = [
        "200 Hello, Ada",
        "202 The action is running.",
        "  \"IN_PROGRESS\" \"2 credentials of Orders\"",
        "  \"COMPLETED\" \"copied 1 times\"",
        "  copy.log with 14 bytes",
        "202 The action is running.",
        "  \"IN_PROGRESS\" \"2 credentials of Orders\"",
        "  \"COMPLETED\" \"copied 2 times\"",
        "  copy.log with 14 bytes",
        "400 the action parameter \"data_source\" is missing",
        "202 The action is running.",
        "  \"ERROR\" \"the disk is full\"",
        "400 the action panicked; see the log of the app",
        "wait was stopped, BigID knows: true",
        "  [\"ERROR\"]",
    ];
    assert_eq!(lines, expected);
    assert_eq!(sandbox.calls("exchange"), 0);
}
