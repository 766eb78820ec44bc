//! A server that is a list of statuses, in the network's place.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bigid_api::{Operation, Secret};
use http::Method;

use crate::clock::ManualClock;
use crate::dialect::{AuthScheme, Dialect};
use crate::layers::authenticate::*;
use crate::session::Demand;
use crate::session::Session;
use crate::session::event::EventSender;
use crate::session::exchange::Exchange;

/// Issues the same token each time.
struct Issues(Arc<Fixture>);

/// The clock, the exchanges and the refusals that a test controls.
#[derive(Default)]
pub(super) struct Fixture {
    pub(super) clock: ManualClock,
    pub(super) exchanges: AtomicU64,
    /// Whether the first and the last part of a path are refused, by their text.
    refused: Mutex<Vec<&'static str>>,
    /// The next statuses, whatever is called.
    script: Mutex<VecDeque<u16>>,
    /// How long a response takes.
    pub(super) latency: Mutex<Duration>,
    /// Path and header of every request.
    sent: Mutex<Vec<(String, Option<String>)>>,
}

#[async_trait]
impl Exchange for Issues {
    fn started(&self) -> u64 {
        self.0.exchanges.load(Ordering::SeqCst)
    }

    async fn session(&self, _: &dyn Demand) -> Result<Session, AuthError> {
        use crate::clock::Clock as _;
        self.0.exchanges.fetch_add(1, Ordering::SeqCst);
        Ok(Session::new(&Secret::from("token"), AuthScheme::Raw, self.0.clock.now()).unwrap())
    }
}

struct Server(Arc<Fixture>);

#[async_trait]
impl Middleware for Server {
    async fn handle(&self, request: Request, _: &mut Extensions, _: Next<'_>) -> reqwest_middleware::Result<Response> {
        self.0.clock.advance(*self.0.latency.lock().unwrap());
        let header = request.headers().get(AUTHORIZATION).map(|header| header.to_str().unwrap().to_owned());
        let path = request.url().path().to_owned();
        let is_refused = self.0.refused.lock().unwrap().iter().any(|refused| path.contains(refused));
        let scripted = self.0.script.lock().unwrap().pop_front();
        let status = scripted.unwrap_or(if is_refused { 401 } else { 200 });
        self.0.sent.lock().unwrap().push((path, header));
        Ok(http::Response::builder().status(status).url(request.url().clone()).body("").unwrap().into())
    }
}

pub(super) struct Client {
    pub(super) fixture: Arc<Fixture>,
    pub(super) cache: Cache,
    pub(super) detector: Arc<DialectDetector>,
    pub(super) chain: reqwest_middleware::ClientWithMiddleware,
}

impl Client {
    pub(super) fn new(dialect: Dialect, prefix: Option<AuthScheme>) -> Self {
        let fixture = Arc::new(Fixture::default());
        let cache = Cache::new(Issues(fixture.clone()), Arc::new(fixture.clock.clone()), EventSender::default());
        let detector = Arc::new(DialectDetector::new(dialect, prefix));
        let base = BaseUrl::parse("https://t.bigid.cloud").unwrap();
        let chain = reqwest_middleware::ClientBuilder::new(crate::tests::http())
            .with(Authenticate::new(base, cache.clone(), detector.clone()))
            .with(Server(fixture.clone()))
            .build();
        Self { fixture, cache, detector, chain }
    }

    pub(super) fn known() -> Self {
        Self::new(Dialect::Deployed, None)
    }

    /// A call; the session is old by now.
    pub(super) async fn call(&self, method: Method, path: &str, operation: Option<&'static Operation>) -> u16 {
        self.fixture.clock.advance(OLD);
        self.call_now(method, path, operation).await
    }

    pub(super) async fn call_now(&self, method: Method, path: &str, operation: Option<&'static Operation>) -> u16 {
        let mut request = self.chain.request(method, format!("https://t.bigid.cloud/api/v1{path}"));
        if let Some(operation) = operation {
            request = request.with_extension(operation);
        }
        request.send().await.unwrap().status().as_u16()
    }

    pub(super) async fn get(&self, path: &str) -> u16 {
        self.call(Method::GET, path, None).await
    }

    pub(super) fn script(&self, statuses: impl IntoIterator<Item = u16>) {
        self.fixture.script.lock().unwrap().extend(statuses);
    }

    pub(super) fn refuse(&self, paths: &[&'static str]) {
        *self.fixture.refused.lock().unwrap() = paths.to_vec();
    }

    pub(super) fn exchanges(&self) -> u64 {
        self.fixture.exchanges.load(Ordering::SeqCst)
    }

    /// The headers that were sent since the last look.
    pub(super) fn headers(&self) -> Vec<Option<String>> {
        std::mem::take(&mut *self.fixture.sent.lock().unwrap()).into_iter().map(|(_, header)| header).collect()
    }

    /// How many requests were sent since the last look.
    pub(super) fn sent(&self) -> usize {
        self.headers().len()
    }
}

/// Older than any window, and shorter than any suppression.
pub(super) const OLD: Duration = Duration::from_millis(2_100);

/// A minute ends a row of sessions that were refused young.
pub(super) const MINUTE: Duration = Duration::from_secs(61);

pub(super) const RAW: Option<&str> = Some("token");

pub(super) const BEARER: Option<&str> = Some("Bearer token");

pub(super) fn texts(headers: &[Option<String>]) -> Vec<Option<&str>> {
    headers.iter().map(Option::as_deref).collect()
}
