//! A thousand calls in flight whose session is revoked, up to a thousand times over, with a server that is a function.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bigid_api::Secret;
use futures_util::future::join_all;
use tokio::sync::Barrier;

use crate::clock::{Clock as _, ManualClock};
use crate::dialect::{AuthScheme, Dialect};
use crate::layers::authenticate::*;
use crate::session::Demand;
use crate::session::Session;
use crate::session::event::EventSender;
use crate::session::exchange::Exchange;

const CALLS: usize = 1_000;

/// An age at which a session is no longer young.
const OLD: std::time::Duration = std::time::Duration::from_secs(10);

/// A million calls take a minute and a half without optimisation: CI makes them, and others a tenth of them.
fn rounds() -> u64 {
    if std::env::var_os("REQUIRE_REFEREES").is_some() { 1_000 } else { 100 }
}

/// How many sessions were revoked; the next one is good.
#[derive(Clone, Default)]
struct Revoked(Arc<AtomicU64>);

impl Revoked {
    fn good(&self) -> String {
        format!("session-{}", self.0.load(Ordering::SeqCst))
    }
}

struct Issues {
    revoked: Revoked,
    exchanges: Arc<AtomicU64>,
    clock: ManualClock,
}

#[async_trait]
impl Exchange for Issues {
    fn started(&self) -> u64 {
        self.exchanges.load(Ordering::SeqCst)
    }

    async fn session(&self, _: &dyn Demand) -> Result<Session, AuthError> {
        self.exchanges.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        Ok(Session::new(&Secret::from(self.revoked.good()), AuthScheme::Raw, self.clock.now()).unwrap())
    }
}

/// Responds in place of the network. The first requests of a round wait for each other, and only then is their session
/// revoked.
struct Server {
    revoked: Revoked,
    all_in_flight: Barrier,
}

#[async_trait]
impl Middleware for Server {
    async fn handle(&self, request: Request, _: &mut Extensions, _: Next<'_>) -> reqwest_middleware::Result<Response> {
        let caller: usize = request.url().path().trim_start_matches("/api/v1/").parse().unwrap();
        let sent = request.headers()[AUTHORIZATION].clone();
        // Replayed calls find the round over.
        if request.headers()["attempt"] == "1" && sent == self.revoked.good().as_str() {
            if self.all_in_flight.wait().await.is_leader() {
                self.revoked.0.fetch_add(1, Ordering::SeqCst);
            }
            let spread = (caller * 7 + usize::try_from(self.revoked.0.load(Ordering::SeqCst)).unwrap()) % 13;
            for _ in 0..spread {
                tokio::task::yield_now().await;
            }
        }
        let status = if sent == self.revoked.good().as_str() { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        Ok(http::Response::builder().status(status).url(request.url().clone()).body("").unwrap().into())
    }
}

/// Counts the attempts of one call.
struct Attempts;

#[async_trait]
impl Middleware for Attempts {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let attempt = extensions.get::<i16>().map_or(1, |attempt| attempt + 1);
        extensions.insert(attempt);
        request.headers_mut().insert("attempt", attempt.into());
        next.run(request, extensions).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_calls_in_flight_are_revoked_time_and_again_and_each_time_one_exchange_follows() {
    let (revoked, exchanges) = (Revoked::default(), Arc::new(AtomicU64::new(0)));
    let base = BaseUrl::parse("https://t.bigid.cloud").unwrap();
    let clock = ManualClock::default();
    let exchange = Issues { revoked: revoked.clone(), exchanges: exchanges.clone(), clock: clock.clone() };
    let cache = Cache::new(exchange, Arc::new(clock.clone()), EventSender::default());
    let detector = Arc::new(DialectDetector::new(Dialect::Deployed, None));
    let http = reqwest::Client::builder().build().unwrap();
    let client = reqwest_middleware::ClientBuilder::new(http.clone())
        .with(Authenticate::new(base, cache.clone(), detector))
        .with(Attempts)
        .with(Server { revoked, all_in_flight: Barrier::new(CALLS) })
        .build();
    cache.session().await.unwrap();
    let request = |caller| http.get(format!("https://t.bigid.cloud/api/v1/{caller}")).build().unwrap();
    let requests: Vec<Request> = (0..CALLS).map(request).collect();
    for round in 1..=rounds() {
        clock.advance(OLD);
        let calls = requests.iter().map(|request| {
            let (client, request) = (client.clone(), request.try_clone().unwrap());
            tokio::spawn(async move { client.execute(request).await.unwrap().status() })
        });
        assert!(join_all(calls).await.into_iter().all(|status| status.unwrap() == StatusCode::OK), "round {round}");
        assert_eq!(exchanges.load(Ordering::SeqCst), round + 1);
    }
}
