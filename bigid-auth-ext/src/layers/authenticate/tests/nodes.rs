//! Several nodes behind one address, some of which learn of a new session late: how many exchanges, failures and
//! seconds that costs. Everything runs on tokio's paused time, without a socket, so that the figures are exact for a
//! seed.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bigid_api::Secret;
use futures_util::future::join_all;
use tokio::time::Instant;

use crate::clock::Clock;
use crate::dialect::{AuthScheme, Dialect};
use crate::layers::authenticate::*;
use crate::session::Demand;
use crate::session::Session;
use crate::session::event::EventSender;
use crate::session::exchange::Exchange;

const CALLERS: u32 = 16;
const TRIP: Duration = Duration::from_millis(20);

/// Tokio's paused time, which advances only when every task waits.
#[derive(Debug)]
struct Paused(Instant);

impl Clock for Paused {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn wall(&self) -> Duration {
        self.now()
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// A deployment: each request goes to the next node.
struct Deployment {
    clock: Paused,
    nodes: usize,
    lag: Duration,
    /// Whether the last node gets every call, and only the first one exchanges.
    is_sticky: bool,
    turn: AtomicUsize,
    exchanges: AtomicU64,
    /// When each session was issued, and where. A token is issued once a second, as recorded.
    issued: Mutex<BTreeMap<String, (Duration, usize)>>,
    refusals: AtomicUsize,
}

impl Deployment {
    fn new(nodes: usize, lag: f64) -> Arc<Self> {
        Self::balanced(nodes, lag, false)
    }

    fn balanced(nodes: usize, lag: f64, is_sticky: bool) -> Arc<Self> {
        Arc::new(Self {
            clock: Paused(Instant::now()),
            nodes,
            lag: Duration::from_secs_f64(lag),
            is_sticky,
            turn: AtomicUsize::new(0),
            exchanges: AtomicU64::new(0),
            issued: Mutex::default(),
            refusals: AtomicUsize::new(0),
        })
    }

    fn node(&self) -> usize {
        self.turn.fetch_add(1, Ordering::SeqCst) % self.nodes
    }

    fn knows(&self, header: &str) -> bool {
        let node = if self.is_sticky { self.nodes - 1 } else { self.node() };
        let issued = self.issued.lock().unwrap();
        issued.get(header).is_some_and(|(at, issuer)| *issuer == node || self.clock.now() >= *at + self.lag)
    }

    fn revoke_all(&self) {
        self.issued.lock().unwrap().clear();
    }

    fn exchanges(&self) -> u64 {
        self.exchanges.load(Ordering::SeqCst)
    }
}

struct Issues(Arc<Deployment>);

#[async_trait]
impl Exchange for Issues {
    fn started(&self) -> u64 {
        self.0.exchanges()
    }

    async fn session(&self, _: &dyn Demand) -> Result<Session, AuthError> {
        let deployment = &self.0;
        tokio::time::sleep(TRIP).await;
        deployment.exchanges.fetch_add(1, Ordering::SeqCst);
        let node = if deployment.is_sticky { 0 } else { deployment.node() };
        let now = deployment.clock.now();
        let token = format!("issued-in-second-{}", now.as_secs());
        deployment.issued.lock().unwrap().entry(token.clone()).or_insert((now, node));
        Ok(Session::new(&Secret::from(token), AuthScheme::Raw, now).unwrap())
    }
}

struct Server(Arc<Deployment>);

#[async_trait]
impl Middleware for Server {
    async fn handle(&self, request: Request, _: &mut Extensions, _: Next<'_>) -> reqwest_middleware::Result<Response> {
        tokio::time::sleep(TRIP / 2).await;
        let is_known = self.0.knows(request.headers()[AUTHORIZATION].to_str().unwrap());
        tokio::time::sleep(TRIP / 2).await;
        let status = if is_known { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        self.0.refusals.fetch_add(usize::from(!is_known), Ordering::SeqCst);
        Ok(http::Response::builder().status(status).url(request.url().clone()).body("").unwrap().into())
    }
}

fn client(deployment: &Arc<Deployment>) -> (reqwest_middleware::ClientWithMiddleware, Cache) {
    let clock = Arc::new(Paused(deployment.clock.0));
    let cache = Cache::new(Issues(deployment.clone()), clock, EventSender::default());
    let base = BaseUrl::parse("https://t.bigid.cloud").unwrap();
    let detector = Arc::new(DialectDetector::new(Dialect::Deployed, None));
    let client = reqwest_middleware::ClientBuilder::new(crate::tests::http())
        .with(Authenticate::new(base, cache.clone(), detector))
        .with(Server(deployment.clone()))
        .build();
    (client, cache)
}

/// What callers saw.
#[derive(Debug)]
struct Seen {
    failed: usize,
    calls: usize,
    slowest: Duration,
}

/// Sixteen callers, each of which calls every 50 ms for some seconds.
async fn run(client: &reqwest_middleware::ClientWithMiddleware, seconds: u64) -> Seen {
    let end = Instant::now() + Duration::from_secs(seconds);
    let callers = (0..CALLERS).map(|caller| {
        let client = client.clone();
        tokio::spawn(async move {
            let (mut failed, mut calls, mut slowest) = (0, 0, Duration::ZERO);
            tokio::time::sleep(Duration::from_millis(3) * caller).await;
            while Instant::now() < end {
                let started = Instant::now();
                let response = client.get("https://t.bigid.cloud/api/v1/x").send().await.unwrap();
                failed += usize::from(response.status() != StatusCode::OK);
                calls += 1;
                slowest = slowest.max(started.elapsed());
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            (failed, calls, slowest)
        })
    });
    let seen = join_all(callers).await.into_iter().map(Result::unwrap);
    seen.fold(Seen { failed: 0, calls: 0, slowest: Duration::ZERO }, |sum, (failed, calls, slowest)| Seen {
        failed: sum.failed + failed,
        calls: sum.calls + calls,
        slowest: sum.slowest.max(slowest),
    })
}

#[tokio::test(start_paused = true)]
async fn a_node_that_learns_late_costs_one_or_two_exchanges_and_a_short_wait() {
    for nodes in [2, 3] {
        // The slowest call is limited by its pauses, two seconds in all, and by its nine trips.
        for (lag, max_exchanges, max_failed, max_slowest) in
            [(0.0, 1, 0, 0.04), (0.3, 1, 0, 0.7), (1.0, 1, 0, 2.2), (3.0, 2, 16, 2.2)]
        {
            for seed in 0..2 {
                fastrand::seed(seed);
                let deployment = Deployment::new(nodes, lag);
                let (client, _) = client(&deployment);
                let (seen, exchanges) = (run(&client, 5).await, deployment.exchanges());
                println!("{nodes} nodes, lag {lag} s: {exchanges} exchanges, {seen:?}");
                assert_eq!(exchanges, max_exchanges, "{nodes} nodes, lag {lag}: {seen:?}");
                assert!(seen.failed <= max_failed, "{nodes} nodes, lag {lag}: {seen:?}");
                assert!(seen.slowest.as_secs_f64() <= max_slowest, "{nodes} nodes, lag {lag}: {seen:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_revocation_of_an_older_session_costs_one_exchange_and_no_wait() {
    for nodes in [2, 3] {
        let deployment = Deployment::new(nodes, 0.0);
        let (client, _) = client(&deployment);
        run(&client, 3).await;
        deployment.revoke_all();
        let seen = run(&client, 3).await;
        println!("{nodes} nodes, revocation of an old session: {} exchanges, {seen:?}", deployment.exchanges());
        assert_eq!((deployment.exchanges(), seen.failed), (2, 0));
        // The refusal, the exchange, the replay.
        assert!(seen.slowest <= 3 * TRIP, "{seen:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_revocation_of_a_young_session_costs_one_exchange_and_a_short_wait() {
    let deployment = Deployment::new(2, 0.0);
    let (client, _) = client(&deployment);
    run(&client, 1).await;
    deployment.revoke_all();
    let seen = run(&client, 4).await;
    assert_eq!((deployment.exchanges(), seen.failed), (2, 0), "{seen:?}");
    assert!(seen.slowest < Duration::from_millis(2_300), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn a_node_that_gets_every_call_and_learns_late_catches_up() {
    for (lag, most) in [(1.0, 1), (3.0, 2), (10.0, 4)] {
        let deployment = Deployment::balanced(2, lag, true);
        let (client, _) = client(&deployment);
        run(&client, 25).await;
        let refusals = deployment.refusals.load(Ordering::SeqCst);
        let late = run(&client, 2).await;
        println!("only the late node, lag {lag} s: {} exchanges, {refusals} refusals", deployment.exchanges());
        assert!(deployment.exchanges() <= most, "lag {lag}: {} exchanges", deployment.exchanges());
        assert_eq!(late.failed, 0, "lag {lag}");
    }
}

/// Two hundred calls are in flight when their session is revoked; each is refused at a different moment within the
/// second.
async fn herd_of_two_hundred(age: Duration) -> (u64, usize) {
    let deployment = Deployment::new(1, 0.0);
    let (client, cache) = client(&deployment);
    cache.session().await.unwrap();
    tokio::time::sleep(age).await;
    deployment.revoke_all();
    let calls = (0..200).map(|caller| {
        let client = client.clone();
        tokio::spawn(async move {
            let before = Instant::now();
            tokio::time::sleep(Duration::from_millis(caller)).await;
            let status = client.get("https://t.bigid.cloud/api/v1/x").send().await.unwrap().status();
            (status, before.elapsed())
        })
    });
    let seen: Vec<_> = join_all(calls).await.into_iter().map(Result::unwrap).collect();
    (deployment.exchanges(), seen.iter().filter(|(status, _)| *status != StatusCode::OK).count())
}

#[tokio::test(start_paused = true)]
async fn two_hundred_calls_in_flight_make_one_exchange_although_tokens_are_equal_within_a_second() {
    for age in [0, 100, 1_900, 2_000, 60_000] {
        assert_eq!(herd_of_two_hundred(Duration::from_millis(age)).await, (2, 0), "revoked at {age} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn no_wait_for_a_young_session_outlasts_the_call() {
    for limit in [30, 100, 500, 1_000] {
        let deployment = Deployment::balanced(2, 3600.0, true);
        let (client, _) = client(&deployment);
        let ends_at = crate::layers::deadline::EndsAt(deployment.clock.now() + Duration::from_millis(limit));
        let started = Instant::now();
        let response = client.get("https://t.bigid.cloud/api/v1/x").with_extension(ends_at).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        // A pause ends before the call does; the attempt after it is cut off by the deadline's own layer.
        assert!(started.elapsed() <= Duration::from_millis(limit) + 3 * TRIP, "{limit} ms: {:?}", started.elapsed());
        assert_eq!(deployment.exchanges(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_hundred_callers_of_an_endpoint_that_rejects_every_session_make_four_exchanges_in_twenty_seconds() {
    // No session is ever known to the node that gets the calls.
    let deployment = Deployment::balanced(2, 3600.0, true);
    let (client, _) = client(&deployment);
    for _ in 0..10 {
        let calls = (0..100).map(|_| client.get("https://t.bigid.cloud/api/v1/x").send());
        assert!(join_all(calls).await.into_iter().all(|response| response.unwrap().status() == 401));
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(deployment.exchanges(), 4);
}
