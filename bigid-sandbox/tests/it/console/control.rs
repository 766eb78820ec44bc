//! The sandbox with a console, and the changes made on the page.

use super::*;

#[tokio::test]
async fn the_sandbox_is_the_same_beside_its_console() -> TestResult {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(0));
    let counter = seen.clone();
    let builder = Sandbox::builder().console().nodes(2).balancing(Balancing::PerRequest).observer(move |_| {
        *counter.lock().map_err(|error| error.to_string())? += 1;
        Ok(())
    });
    let page = Page::of(builder.start().await?)?;
    let session = page.session().await?;
    for _ in 0..3 {
        page.read("state").await?;
        page.caller.get("/ds-connections", &session).send().await?;
    }
    let nodes: Vec<usize> = page.sandbox.requests().iter().map(|request| request.node()).collect();
    assert_eq!((nodes, page.sandbox.total_calls(), *seen.lock().map_err(|_| "poisoned")?), (vec![0, 1, 0, 1], 4, 4));
    page.sandbox.on_every().always(Fault::Reset);
    assert!(page.caller.get("/ds-connections", &session).send().await.is_err());
    page.done("faults/clear", json!({})).await?;
    assert_eq!(page.caller.get("/ds-connections", &session).send().await?.status(), 200);
    Ok(())
}

#[tokio::test]
async fn a_token_is_generated_saved_exchanged_and_revoked_as_in_the_tutorial() -> TestResult {
    let page = Page::open().await?;
    for days in [json!(0), json!(1000), json!(4_294_967_297_u64), json!(-1), json!(1.5), json!("30"), json!(null)] {
        let (status, refused) = page.change("tokens", json!({"user": "analyst-1", "days": days})).await?;
        assert_eq!(status, 422);
        assert!(refused["message"].as_str().is_some_and(|text| text.contains("1 to 999")), "{refused}");
    }
    let (_, refused) = page.change("tokens", json!({"user": "analyst-1", "days": 1000})).await?;
    assert_eq!(refused["message"], "a user token is valid for 1 to 999 days, but 1000 were requested");
    assert_eq!(page.change("tokens", json!({"user": "nobody", "days": 1})).await?.0, 422);
    for days in [1, 30, 999] {
        let token = page.done("tokens", json!({"user": "analyst-1", "days": days})).await?;
        let value = token["value"].as_str().ok_or("no value")?;
        assert_eq!(page.caller.exchange(value).await?.status(), 401, "not saved");
        page.done("users/save", json!({"user": "analyst-1"})).await?;
        let session = page.caller.session(value).await?;
        assert_eq!(page.caller.get("/ds-connections", &session).send().await?.status(), 200);
        assert!(!page.read("state").await?.to_string().contains(value), "it is shown only once");
        page.done("tokens/revoke", json!({"name": token["name"]})).await?;
        assert_eq!(page.caller.exchange(value).await?.status(), 401, "revoked");
    }
    Ok(())
}

#[tokio::test]
async fn a_profile_is_switched_while_the_sandbox_runs() -> TestResult {
    let mut page = Page::open().await?;
    for profile in Profile::ALL {
        page.done("profile", json!({"profile": profile.name()})).await?;
        page.caller.profile = profile;
        let session = page.session().await?;
        assert_eq!(page.caller.get("/ds-connections", &session).send().await?.status(), 200, "{profile}");
        let refused = page.caller.get("/ds-connections", "wrong").send().await?;
        assert_eq!(refused.status(), if profile == Profile::Deployed2023 { 200 } else { 401 });
        let state = page.read("state").await?;
        let of_profile = state["profiles"].as_array().into_iter().flatten().find(|one| one["name"] == profile.name());
        assert_eq!(of_profile.ok_or("no profile")?["prefix"], if profile == Profile::Spec { "Bearer " } else { "" });
    }
    assert_eq!(page.change("profile", json!({"profile": "7x"})).await?.0, 422);
    Ok(())
}

#[tokio::test]
async fn faults_sessions_and_the_clock_are_changed_and_told() -> TestResult {
    let page = Page::of(Sandbox::builder().console().clock(Clock::manual(1_700_000_000)).start().await?)?;
    let session = page.session().await?;
    let mut events = Events::listen(&page).await?;
    let status =
        async || page.caller.get("/ds-connections", &session).send().await.map(|response| response.status().as_u16());
    page.done("faults", json!({"script": "list_data_sources=503:2"})).await?;
    page.done("faults", json!({"script": "every=latency-0:0.5"})).await?;
    events.until("event: changed").await?;
    let shown = page.read("state").await?["faults"].clone();
    assert_eq!(
        (&shown[0]["operation"], &shown[0]["fault"], &shown[0]["times"]),
        (&json!("list_data_sources"), &json!("status 503 Service Unavailable"), &json!("2 more times"))
    );
    assert_eq!((&shown[1]["operation"], &shown[1]["times"]), (&json!("every"), &json!("with a chance of 0.5")));
    assert_eq!([status().await?, status().await?, status().await?], [503, 503, 200]);
    let event = events.until("\"status\":503").await?;
    assert!(
        event.starts_with("event: exchange\ndata: {") && event.contains("the fault `status` was scripted"),
        "{event}"
    );
    page.done("faults/remove", json!({"number": shown[1]["number"]})).await?;
    assert_eq!(page.read("state").await?["faults"], json!([]));
    for script in ["", "x", "no_such=503", "exchange=melt", "exchange=503:x", "exchange=503:1.5"] {
        assert_eq!(page.change("faults", json!({"script": script})).await?.0, 422, "{script}");
    }
    page.done("sessions/revoke", json!({})).await?;
    assert_eq!(status().await?, 401);
    let session = page.done("sessions", json!({"user": "analyst-3"})).await?["session"].clone();
    let session = session.as_str().ok_or("no session")?;
    let status =
        async || page.caller.get("/ds-connections", session).send().await.map(|response| response.status().as_u16());
    assert_eq!(status().await?, 200);
    page.done("clock", json!({"seconds": 604_800})).await?;
    assert_eq!((status().await?, page.sandbox.clock().unix_seconds()), (401, 1_700_604_800));
    page.done("clock", json!({"seconds": -604_800})).await?;
    assert_eq!(status().await?, 200);
    for seconds in [json!(1.5), json!("1"), json!(i64::MIN), json!(i64::MAX), json!(null)] {
        assert_eq!(page.change("clock", json!({"seconds": seconds})).await?.0, 422, "{seconds}");
    }
    Ok(())
}
