use crate::bigid::{Bigid, sandbox};

#[test]
fn a_loop_of_runs_exchanges_once() {
    let sandbox = sandbox(|builder| builder.data_sources(3));
    let bigid = Bigid::of(&sandbox);
    let runs: usize = std::env::var("BIGID_CLI_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(12);
    for run in 0..runs {
        assert_eq!(bigid.run(&["data-sources", "list"]).json_lines().len(), 3, "{run}");
    }
    assert_eq!((sandbox.calls("exchange"), sandbox.calls("list_data_sources")), (1, runs));
}

#[test]
fn runs_at_the_same_time_exchange_once() {
    let sandbox = sandbox(|builder| builder.data_sources(3));
    let bigid = Bigid::of(&sandbox);
    let mut children: Vec<_> = (0..6).map(|_| bigid.command(&["data-sources", "list"]).spawn().unwrap()).collect();
    assert!(children.iter_mut().all(|child| child.wait().unwrap().success()));
    assert_eq!(sandbox.calls("exchange"), 1);
}

#[test]
fn redis_is_accepted_where_it_is_built_in() {
    let sandbox = sandbox(|builder| builder.data_sources(3));
    for store in ["redis://:hunter2@127.0.0.1:1/0", "rediss://:hunter2@127.0.0.1:1/0"] {
        let ran = Bigid::of(&sandbox).with("BIGID_SESSION_STORE", store).run(&["data-sources", "list"]);
        if cfg!(feature = "redis") {
            // No server is there, which keeps no command from its work.
            assert_eq!(ran.json_lines().len(), 3);
        } else {
            let said = ran.failed(2);
            assert!(said.contains("--features redis") && !said.contains("hunter2"), "{said}");
        }
    }
}

#[test]
fn a_session_that_was_revoked_between_runs_is_replaced() {
    let sandbox = sandbox(|builder| builder.data_sources(3));
    let bigid = Bigid::of(&sandbox);
    bigid.run(&["data-sources", "list"]).ok();
    sandbox.revoke_sessions();
    assert_eq!(bigid.run(&["data-sources", "list"]).json_lines().len(), 3);
    assert_eq!(sandbox.calls("exchange"), 2);
}

#[test]
fn a_token_is_printed_when_it_is_asked_for_and_opens_the_door() {
    let sandbox = sandbox(|builder| builder);
    let bigid = Bigid::of(&sandbox);
    let printed = bigid.run(&["token"]).ok();
    assert_eq!(printed.lines().count(), 1);
    let as_session = Bigid::new().with("BIGID_BASE_URL", &sandbox.base_url()).with("BIGID_USER_TOKEN", printed.trim());
    assert!(!as_session.run(&["data-sources", "list", "--limit", "1"]).ok().is_empty());
    assert_eq!(sandbox.calls("exchange"), 1);
}

#[test]
fn whoami_tells_who_where_and_how_long() {
    let sandbox = sandbox(|builder| builder);
    let bigid = Bigid::of(&sandbox);
    let who = bigid.run(&["whoami"]).json();
    assert!(who["base_url"].as_str().unwrap().starts_with(&sandbox.base_url()));
    assert!(who["session_expires_in_seconds"].as_u64().unwrap() > 0 && who["permissions"].is_array(), "{who}");
    assert!(bigid.run(&["whoami", "-o", "table"]).ok().contains("deployment: http://127.0.0.1"));
}
