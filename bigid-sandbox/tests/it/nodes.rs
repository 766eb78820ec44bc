//! Several nodes behind one address, some of which learn late of changes on another.

use std::error::Error;
use std::time::Duration;

use bigid_sandbox::{Balancing, Builder, Clock, Fault, Profile, Sandbox};

use crate::common::{Caller, TestResult};

const LAG: Duration = Duration::from_millis(300);

fn nodes(count: usize) -> Builder {
    Sandbox::builder().clock(Clock::manual(1_700_000_000)).nodes(count)
}

/// How each node responds to a call with that session.
async fn at_each(sandbox: &Sandbox, caller: &Caller, session: &str) -> Result<Vec<(u16, String)>, Box<dyn Error>> {
    let mut responses = Vec::new();
    for node in 0..3 {
        sandbox.balance(Balancing::Only(node));
        let response = caller.get("/ds-connections?limit=1", session).send().await?;
        responses.push((response.status().as_u16(), response.text().await?));
    }
    Ok(responses)
}

async fn open_at_each(sandbox: &Sandbox, caller: &Caller, session: &str) -> Result<Vec<bool>, Box<dyn Error>> {
    Ok(at_each(sandbox, caller, session).await?.iter().map(|(_, body)| body.contains("totalCount")).collect())
}

#[tokio::test]
async fn a_node_refuses_as_recorded_a_session_of_another_until_the_lag_has_passed() -> TestResult {
    for profile in Profile::ALL {
        for issuer in 0..3 {
            let sandbox = nodes(3).lag(LAG).profile(profile).start().await?;
            let caller = Caller::new(&sandbox)?;
            sandbox.balance(Balancing::Only(issuer));
            let session = caller.session(&sandbox.user_token()).await?;
            let garbage = at_each(&sandbox, &caller, "garbage").await?;
            for millis in [0, 299] {
                sandbox.clock().advance(Duration::from_millis(millis));
                let responses = at_each(&sandbox, &caller, &session).await?;
                for node in 0..3 {
                    let (status, body) = &responses[node];
                    match node == issuer {
                        true => assert!(*status == 200 && body.contains("totalCount"), "{profile} {node}"),
                        false => assert_eq!(responses[node], garbage[node], "{profile} {node} after {millis} ms"),
                    }
                }
            }
            sandbox.clock().advance(Duration::from_millis(1));
            assert_eq!(open_at_each(&sandbox, &caller, &session).await?, [true; 3], "{profile}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn equal_sessions_of_two_nodes_are_known_to_both() -> TestResult {
    let sandbox = nodes(3).lag(LAG).start().await?;
    let caller = Caller::new(&sandbox)?;
    sandbox.balance(Balancing::Only(0));
    let first = caller.session(&sandbox.user_token()).await?;
    sandbox.balance(Balancing::Only(1));
    assert_eq!(caller.session(&sandbox.user_token()).await?, first, "one second, one text");
    assert_eq!(open_at_each(&sandbox, &caller, &first).await?, [true, true, false]);
    assert_eq!(sandbox.system_token(), first);
    assert_eq!(open_at_each(&sandbox, &caller, &first).await?, [true; 3], "what the test itself issues is known");
    Ok(())
}

#[tokio::test]
async fn requests_go_round_or_stay_with_their_connection() -> TestResult {
    let sandbox = nodes(2).start().await?;
    let (one, two) = (Caller::new(&sandbox)?, Caller::new(&sandbox)?);
    for caller in [&one, &one, &two, &one] {
        caller.get("/clusters", "x").send().await?.text().await?;
    }
    sandbox.balance(Balancing::PerConnection);
    for caller in [&one, &one, &two, &one] {
        caller.get("/clusters", "x").send().await?.text().await?;
    }
    let assigned: Vec<usize> = sandbox.requests().iter().map(bigid_sandbox::ReceivedRequest::node).collect();
    assert_eq!(assigned, [0, 1, 0, 1, 0, 0, 1, 0]);
    assert_eq!(sandbox.connections_accepted(), 2);
    Ok(())
}

#[tokio::test]
async fn a_revocation_is_known_everywhere_unless_it_has_a_lag() -> TestResult {
    for (lag, late) in [(Duration::ZERO, false), (LAG, true)] {
        let sandbox = nodes(3).lag(LAG).revocation_lag(lag).start().await?;
        let caller = Caller::new(&sandbox)?;
        let one = sandbox.system_token();
        sandbox.clock().advance(Duration::from_secs(1));
        let two = sandbox.system_token();
        sandbox.revoke_session(&one)?;
        assert_eq!(open_at_each(&sandbox, &caller, &one).await?, [false, late, late]);
        assert_eq!(open_at_each(&sandbox, &caller, &two).await?, [true; 3]);
        sandbox.revoke_sessions();
        assert_eq!(open_at_each(&sandbox, &caller, &two).await?, [false, late, late]);
        sandbox.clock().advance(LAG);
        assert_eq!(open_at_each(&sandbox, &caller, &one).await?, [false; 3]);
        assert_eq!(open_at_each(&sandbox, &caller, &two).await?, [false; 3]);
        // A request can also end every session: its node knows at once.
        let three = sandbox.system_token();
        sandbox.balance(Balancing::Only(1));
        sandbox.on("list_clusters").once(Fault::RevokeSessions);
        caller.get("/clusters", &three).send().await?;
        assert_eq!(open_at_each(&sandbox, &caller, &three).await?, [late, false, late]);
    }
    Ok(())
}

#[tokio::test]
async fn one_node_never_lags() -> TestResult {
    for count in [0, 1] {
        let sandbox = nodes(count).lag(LAG).revocation_lag(LAG).start().await?;
        let caller = Caller::new(&sandbox)?;
        let session = caller.session(&sandbox.user_token()).await?;
        assert_eq!(open_at_each(&sandbox, &caller, &session).await?, [true; 3]);
        sandbox.revoke_session(&session)?;
        assert_eq!(open_at_each(&sandbox, &caller, &session).await?, [false; 3]);
    }
    Ok(())
}
