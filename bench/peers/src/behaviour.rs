//! What happens to callers and to the endpoint when something goes wrong: exchanges and failed callers are counted, and
//! time is real.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bench::table::{Row, Table};
use tokio::runtime::{Builder, Runtime};
use tokio::time::{sleep, timeout};

use crate::peer::{Peer, every_peer};
use crate::revocation;
use crate::source::{Plan, Source};

const HERD: u64 = 64;

/// Nobody waits longer.
const PATIENCE: Duration = Duration::from_secs(15);

/// What a scenario came to, for one peer.
pub struct Outcome {
    pub name: &'static str,
    pub exchanges: u64,
    pub failed: u64,
    pub callers: u64,
    /// Until the last caller had an answer; none if there was no token in [`PATIENCE`].
    pub seconds: Option<f64>,
}

pub fn measure(table: &mut Table) {
    add(table, "64 cold callers, an exchange takes 50 ms", every_peer!(herd(Plan::working(50))));
    add(table, "64 cold callers, refused after 20 ms", every_peer!(herd(Plan::working(20).failing(u64::MAX, 401))));
    add(table, "a caller each 10 ms for 2 s, each waits 60 ms, an exchange takes 100 ms", every_peer!(impatient()));
    add(table, "100 calls, tokens last 60 s", every_peer!(short_lived()));
    add(table, "the first three exchanges are refused (401)", every_peer!(recovery(401)));
    add(table, "the first three exchanges fail (503)", every_peer!(recovery(503)));
    add(table, "its first runtime was dropped", every_peer!(dropped_runtime()));
    add(table, "1,000 requests in flight, their token revoked", revocation::outcomes());
}

fn add(table: &mut Table, section: &'static str, outcomes: Vec<Outcome>) {
    for Outcome { name, exchanges, failed, callers, seconds } in outcomes {
        let mut push = |what: &str, median: f64, unit| {
            let name = format!("{name}: {what}");
            let row = Row { section, name, unit, median, spread: None, ratio: None, against: None, allocations: None };
            table.push(row);
        };
        push("requests to the endpoint", exchanges as f64, "exchanges");
        push("failed callers", failed as f64, if callers == 1 { "of 1" } else { "callers" });
        match seconds {
            Some(seconds) => push("until the last answer", seconds, "seconds"),
            None => push("no token", PATIENCE.as_secs_f64(), "seconds"),
        }
    }
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Whether a caller got a token. A library that panics has failed its caller.
async fn succeeds<P: Peer>(peer: Arc<P>, patience: Duration) -> bool {
    let call = tokio::spawn(async move { timeout(patience, peer.get()).await });
    matches!(call.await, Ok(Ok(Ok(()))))
}

/// Builds a peer in a new runtime, and runs a scenario that returns how many callers failed, how many there were, and
/// the time.
fn run<P: Peer, F: Future<Output = (u64, u64, Option<f64>)>>(
    plan: Plan,
    scenario: impl FnOnce(Arc<P>) -> F,
) -> Outcome {
    let (source, runtime) = (Source::start(plan), runtime());
    let peer = Arc::new(runtime.block_on(P::new(source.clone())));
    let (failed, callers, seconds) = runtime.block_on(scenario(peer));
    // What a cancelled caller left running may still begin an exchange.
    let exchanges = source.exchanges();
    runtime.shutdown_background();
    Outcome { name: P::NAME, exchanges, failed, callers, seconds }
}

/// All at once.
fn herd<P: Peer>(plan: Plan) -> Outcome {
    run(plan, async |peer: Arc<P>| {
        let begun = Instant::now();
        let calls: Vec<_> = (0..HERD).map(|_| tokio::spawn(succeeds(peer.clone(), 4 * PATIENCE))).collect();
        let mut failed = 0;
        for call in calls {
            failed += u64::from(!call.await.unwrap());
        }
        (failed, HERD, Some(begun.elapsed().as_secs_f64()))
    })
}

/// Nobody waits as long as an exchange takes.
fn impatient<P: Peer>() -> Outcome {
    run(Plan::working(100), async |peer: Arc<P>| {
        let begun = Instant::now();
        let mut calls = Vec::new();
        while begun.elapsed() < Duration::from_secs(2) {
            calls.push(tokio::spawn(succeeds(peer.clone(), Duration::from_millis(60))));
            sleep(Duration::from_millis(10)).await;
        }
        let (callers, mut failed) = (calls.len() as u64, 0);
        for call in calls {
            failed += u64::from(!call.await.unwrap());
        }
        (failed, callers, Some(begun.elapsed().as_secs_f64()))
    })
}

fn short_lived<P: Peer>() -> Outcome {
    run(Plan::working(0).lasting(60), async |peer: Arc<P>| {
        let begun = Instant::now();
        let mut failed = 0;
        for _ in 0..100 {
            failed += u64::from(!succeeds(peer.clone(), PATIENCE).await);
        }
        (failed, 100, Some(begun.elapsed().as_secs_f64()))
    })
}

/// One caller after another, 10 ms apart, until one succeeds.
fn recovery<P: Peer>(status: u16) -> Outcome {
    run(Plan::working(0).failing(3, status), async |peer: Arc<P>| {
        let begun = Instant::now();
        let mut failed = 0;
        while begun.elapsed() < PATIENCE {
            if succeeds(peer.clone(), PATIENCE).await {
                return (failed, failed + 1, Some(begun.elapsed().as_secs_f64()));
            }
            failed += 1;
            sleep(Duration::from_millis(10)).await;
        }
        (failed, failed, None)
    })
}

/// Its token has expired when a second runtime asks for one.
fn dropped_runtime<P: Peer>() -> Outcome {
    let source = Source::start(Plan::working(0).lasting(1));
    let first = runtime();
    let peer = Arc::new(first.block_on(P::new(source.clone())));
    assert!(first.block_on(succeeds(peer.clone(), PATIENCE)), "{}", P::NAME);
    drop(first);
    std::thread::sleep(Duration::from_millis(1_500));
    let (second, begun) = (runtime(), Instant::now());
    let succeeded = second.block_on(succeeds(peer, PATIENCE));
    let seconds = succeeded.then(|| begun.elapsed().as_secs_f64());
    second.shutdown_background();
    Outcome { name: P::NAME, exchanges: source.exchanges(), failed: u64::from(!succeeded), callers: 1, seconds }
}
