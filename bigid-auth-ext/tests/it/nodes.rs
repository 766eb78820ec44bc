//! Nodes that learn about a new session late, over HTTP: sixteen callers, with one clock for the client and the
//! sandbox. When all callers sleep, the clock moves to the next time at which one of them wakes up.
#![cfg(any(feature = "rustls", feature = "native-tls"))]

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bigid_auth_ext::{BigIdClient, Clock};
use bigid_sandbox::Sandbox;
use futures_util::future::join_all;
use tokio::sync::oneshot;

const CALLERS: u32 = 16;

#[derive(Debug, Clone)]
struct Shared {
    clock: bigid_sandbox::Clock,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    now: Duration,
    awake: usize,
    slept: u64,
    sleeping: BTreeMap<(Duration, u64), oneshot::Sender<()>>,
}

const START: i64 = 1_700_000_000;

impl Shared {
    fn new() -> Self {
        Self { clock: bigid_sandbox::Clock::manual(START), state: Arc::default() }
    }

    fn start(&self, callers: usize) {
        self.state.lock().unwrap().awake = callers;
    }

    /// A caller falls asleep or ends. Where it was the last one awake, time passes.
    fn rest(&self, state: &mut State) {
        state.awake -= 1;
        if state.awake > 0 {
            return;
        }
        if let Some(((at, _), sleeper)) = state.sleeping.pop_first() {
            self.clock.advance(at.saturating_sub(state.now));
            (state.now, state.awake) = (state.now.max(at), 1);
            sleeper.send(()).unwrap();
        }
    }

    fn end(&self) {
        self.rest(&mut self.state.lock().unwrap());
    }
}

impl Clock for Shared {
    fn now(&self) -> Duration {
        self.state.lock().unwrap().now
    }

    fn wall(&self) -> Duration {
        Duration::from_secs(START.unsigned_abs()) + self.now()
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let (wake, woken) = oneshot::channel();
        let mut state = self.state.lock().unwrap();
        state.slept += 1;
        // To the millisecond, as the sandbox's clock.
        let at = Duration::from_millis(u64::try_from((state.now + time).as_micros().div_ceil(1_000)).unwrap());
        let key = (at, state.slept);
        state.sleeping.insert(key, wake);
        self.rest(&mut state);
        Box::pin(async move { woken.await.unwrap() })
    }
}

#[derive(Debug, Default)]
struct Seen {
    calls: usize,
    failed: usize,
    slowest: Duration,
}

/// Every caller calls every 400 ms for some seconds, and all of them at the same moments.
async fn run(client: &BigIdClient, clock: &Shared, seconds: u64) -> Seen {
    let end = clock.now() + Duration::from_secs(seconds);
    clock.start(usize::try_from(CALLERS).unwrap());
    let callers = (0..CALLERS).map(async |_| {
        let mut seen = Seen::default();
        while clock.now() < end {
            let started = clock.now();
            seen.failed += usize::from(client.list_data_sources().send().await.is_err());
            seen.slowest = seen.slowest.max(clock.now() - started);
            seen.calls += 1;
            clock.sleep(Duration::from_millis(400)).await;
        }
        clock.end();
        seen
    });
    join_all(callers).await.into_iter().fold(Seen::default(), |sum, seen| Seen {
        calls: sum.calls + seen.calls,
        failed: sum.failed + seen.failed,
        slowest: sum.slowest.max(seen.slowest),
    })
}

async fn deployment(nodes: usize, lag: f64) -> (Sandbox, BigIdClient, Shared) {
    let clock = Shared::new();
    let sandbox = bigid_witness::sandbox().data_sources(1).clock(clock.clock.clone());
    let sandbox = sandbox.nodes(nodes).lag(Duration::from_secs_f64(lag)).start().await.unwrap();
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).clock(clock.clone());
    let client = client.http(|http| http.tls_certs_only([])).build().unwrap();
    // Before anything is known about the server, no call waits for a node.
    client.session().await.unwrap();
    (sandbox, client, clock)
}

#[tokio::test]
async fn nodes_that_learn_late_cost_one_or_two_exchanges_and_a_short_wait() {
    for nodes in [2, 3] {
        // The row of sessions that were refused young has a second one when the third is revoked, which therefore is
        // kept for longer.
        for (lag, exchanges, after_revocation, most_failed, slowest) in
            [(0.0, 1, 2, 0, 0), (0.3, 1, 2, 0, 600), (1.0, 1, 2, 0, 2_000), (3.0, 2, 3, 24, 2_000)]
        {
            let (sandbox, client, clock) = deployment(nodes, lag).await;
            let seen = run(&client, &clock, 5).await;
            println!("{nodes} nodes, lag {lag} s: {} exchanges, {seen:?}", sandbox.calls("exchange"));
            assert_eq!(sandbox.calls("exchange"), exchanges, "{nodes} nodes, lag {lag} s: {seen:?}");
            assert!(seen.failed <= most_failed, "{nodes} nodes, lag {lag} s: {seen:?}");
            assert!(seen.slowest <= Duration::from_millis(slowest), "{nodes} nodes, lag {lag} s: {seen:?}");
            // The revocation of the session, which is older now, costs no wait.
            sandbox.revoke_sessions();
            let seen = run(&client, &clock, 5).await;
            println!(
                "{nodes} nodes, lag {lag} s, after a revocation: {} exchanges, {seen:?}",
                sandbox.calls("exchange")
            );
            assert!(seen.failed <= most_failed && seen.slowest <= Duration::from_millis(slowest), "{seen:?}");
            assert_eq!(sandbox.calls("exchange"), after_revocation, "{nodes} nodes, lag {lag} s: {seen:?}");
        }
    }
}

#[tokio::test]
async fn two_hundred_calls_in_flight_make_one_exchange_although_tokens_are_equal_within_a_second() {
    for age in [0, 500, 5_000] {
        let (sandbox, client, clock) = deployment(1, 0.0).await;
        clock.start(1);
        clock.sleep(Duration::from_millis(age)).await;
        sandbox.revoke_sessions();
        clock.start(200);
        let calls = (0..200).map(async |_| {
            let result = client.list_data_sources().send().await;
            clock.end();
            result
        });
        let failed = join_all(calls).await.into_iter().filter(Result::is_err).count();
        println!("revoked at {age} ms: {} exchanges, {failed} failed", sandbox.calls("exchange"));
        assert_eq!((sandbox.calls("exchange"), failed), (2, 0), "revoked at {age} ms");
    }
}
