//! The router under load.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bigid_app::Done;
use tokio::sync::Semaphore;

use crate::common::{Served, app_of, background, execution, sandbox};

const EXECUTIONS: usize = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_executions_at_once_are_each_reported_by_a_shutdown_in_the_middle() {
    let sandbox = sandbox().await;
    // Half of them may end by themselves.
    let (permits, started) = (Arc::new(Semaphore::new(EXECUTIONS / 2)), Arc::new(Semaphore::new(0)));
    let (ends, begins) = (permits.clone(), started.clone());
    let app = app_of(&sandbox, background("act"), move |_| {
        let (ends, begins) = (ends.clone(), begins.clone());
        async move {
            begins.add_permits(1);
            ends.acquire().await?.forget();
            Ok(Done::new("done"))
        }
    });
    let app = app.build().unwrap();
    let served = Arc::new(Served::start(&app, Duration::ZERO).await);
    let requests: Vec<_> = (0..EXECUTIONS)
        .map(|number| {
            let (served, request) = (served.clone(), execution(&sandbox, &format!("e{number}")));
            tokio::spawn(async move { served.execute(&request).await.0 })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap(), 202);
    }
    // In the middle: each has started, and some may have ended or are about to.
    let _ = started.acquire_many(u32::try_from(EXECUTIONS).unwrap()).await.unwrap();
    sandbox.wait_for_calls("updateExecution", 1).await;
    let shutdown = Arc::into_inner(served).unwrap().stop().await;
    assert_eq!(shutdown.unreported().count(), 0);
    assert!(shutdown.interrupted().count() >= EXECUTIONS / 2, "those without a permit cannot end by themselves");
    assert_eq!((app.running(), sandbox.calls("updateExecution")), (0, EXECUTIONS));
    let mut completed = 0;
    let mut reported = BTreeSet::new();
    for update in sandbox.requests().iter().filter_map(|request| request.json()) {
        completed += usize::from(update["statusEnum"] == "COMPLETED");
        reported.insert(update["executionId"].to_string());
    }
    assert_eq!(reported.len(), EXECUTIONS, "each is reported once");
    assert_eq!(completed, EXECUTIONS - shutdown.interrupted().count());
}
