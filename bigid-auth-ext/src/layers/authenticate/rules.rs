//! The rules of this layer, one by one, against a server that is a list of statuses: what is sent, and how many exchanges follow.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bigid_api::operations::{CREATE_SESSION, EXCHANGE_USER_TOKEN, GET_DATA_SOURCE, LIST_DATA_SOURCES};
use bigid_api::{Operation, Secret};
use http::Method;

use super::*;
use crate::clock::ManualClock;
use crate::session::Session;
use crate::session::dialect::{AuthScheme, Dialect};
use crate::session::event::EventSender;
use crate::session::exchange::Exchange;

/// Issues the same token each time.
struct Issues(Arc<World>);

/// What the layer sees of the world.
#[derive(Default)]
struct World {
    clock: ManualClock,
    exchanges: AtomicU64,
    /// Whether the first and the last part of a path are refused, by their text.
    refused: Mutex<Vec<&'static str>>,
    /// The next statuses, whatever is called.
    script: Mutex<VecDeque<u16>>,
    /// Path and header of every request.
    sent: Mutex<Vec<(String, Option<String>)>>,
}

#[async_trait]
impl Exchange for Issues {
    fn started(&self) -> u64 {
        self.0.exchanges.load(Ordering::SeqCst)
    }

    async fn session(&self) -> Result<Session, AuthError> {
        use crate::clock::Clock as _;
        self.0.exchanges.fetch_add(1, Ordering::SeqCst);
        Ok(Session::new(&Secret::from("token"), AuthScheme::Raw, self.0.clock.now()).unwrap())
    }
}

struct Server(Arc<World>);

#[async_trait]
impl Middleware for Server {
    async fn handle(&self, request: Request, _: &mut Extensions, _: Next<'_>) -> reqwest_middleware::Result<Response> {
        let header = request.headers().get(AUTHORIZATION).map(|header| header.to_str().unwrap().to_owned());
        let path = request.url().path().to_owned();
        let is_refused = self.0.refused.lock().unwrap().iter().any(|refused| path.contains(refused));
        let scripted = self.0.script.lock().unwrap().pop_front();
        let status = scripted.unwrap_or(if is_refused { 401 } else { 200 });
        self.0.sent.lock().unwrap().push((path, header));
        Ok(http::Response::builder().status(status).url(request.url().clone()).body("").unwrap().into())
    }
}

struct Client {
    world: Arc<World>,
    cache: Cache,
    detector: Arc<DialectDetector>,
    chain: reqwest_middleware::ClientWithMiddleware,
}

impl Client {
    fn new(dialect: Dialect, prefix: Option<AuthScheme>) -> Self {
        let world = Arc::new(World::default());
        let cache = Cache::new(Issues(world.clone()), Arc::new(world.clock.clone()), EventSender::default());
        let detector = Arc::new(DialectDetector::new(dialect, prefix));
        let base = BaseUrl::parse("https://t.bigid.cloud").unwrap();
        let chain = reqwest_middleware::ClientBuilder::new(nodes::http())
            .with(Authenticate::new(base, cache.clone(), detector.clone()))
            .with(Server(world.clone()))
            .build();
        Self { world, cache, detector, chain }
    }

    fn known() -> Self {
        Self::new(Dialect::Deployed, None)
    }

    /// A call; the session is old by now.
    async fn call(&self, method: Method, path: &str, operation: Option<&'static Operation>) -> u16 {
        self.world.clock.advance(OLD);
        self.call_now(method, path, operation).await
    }

    async fn call_now(&self, method: Method, path: &str, operation: Option<&'static Operation>) -> u16 {
        let mut request = self.chain.request(method, format!("https://t.bigid.cloud/api/v1{path}"));
        if let Some(operation) = operation {
            request = request.with_extension(operation);
        }
        request.send().await.unwrap().status().as_u16()
    }

    async fn get(&self, path: &str) -> u16 {
        self.call(Method::GET, path, None).await
    }

    fn script(&self, statuses: impl IntoIterator<Item = u16>) {
        self.world.script.lock().unwrap().extend(statuses);
    }

    fn refuse(&self, paths: &[&'static str]) {
        *self.world.refused.lock().unwrap() = paths.to_vec();
    }

    fn exchanges(&self) -> u64 {
        self.world.exchanges.load(Ordering::SeqCst)
    }

    /// The headers that were sent since the last look.
    fn headers(&self) -> Vec<Option<String>> {
        std::mem::take(&mut *self.world.sent.lock().unwrap()).into_iter().map(|(_, header)| header).collect()
    }

    /// How many requests were sent since the last look.
    fn sent(&self) -> usize {
        self.headers().len()
    }
}

/// Older than any window, and shorter than any suppression.
const OLD: Duration = Duration::from_millis(2_100);

/// A minute ends a row of sessions that were refused young.
const MINUTE: Duration = Duration::from_secs(61);

const RAW: Option<&str> = Some("token");
const BEARER: Option<&str> = Some("Bearer token");

fn texts(headers: &[Option<String>]) -> Vec<Option<&str>> {
    headers.iter().map(Option::as_deref).collect()
}

#[tokio::test]
async fn what_needs_no_session_gets_none_and_what_the_caller_authorized_stays_as_it_is() {
    let client = Client::known();
    for operation in [&EXCHANGE_USER_TOKEN, &CREATE_SESSION] {
        client.call(Method::GET, "/refresh-access-token", Some(operation)).await;
        client.script([401]);
        assert_eq!(client.call(Method::GET, "/refresh-access-token", Some(operation)).await, 401);
        assert_eq!(texts(&client.headers()), [None, None], "{}", operation.id);
    }
    client.script([401]);
    let request = client.chain.get("https://t.bigid.cloud/api/v1/x").header(AUTHORIZATION, "of the caller");
    assert_eq!(request.send().await.unwrap().status(), 401);
    assert_eq!(texts(&client.headers()), [Some("of the caller")]);
    client.chain.get("https://elsewhere.example/api/v1/x").send().await.unwrap();
    assert_eq!(texts(&client.headers()), [None]);
    assert_eq!(client.exchanges(), 0);
}

#[tokio::test]
async fn a_refused_session_is_replaced_once_a_call() {
    let client = Client::known();
    assert_eq!(client.get("/x").await, 200);
    client.script([401]);
    assert_eq!(client.get("/x").await, 200);
    assert_eq!((client.sent(), client.exchanges()), (3, 2));
    // Two revocations in a row: the second session is new, and tried again at once.
    client.script([401, 401]);
    assert_eq!(client.get("/x").await, 200);
    assert_eq!((client.sent(), client.exchanges()), (3, 3));
}

#[tokio::test]
async fn an_endpoint_that_rejects_every_session_costs_an_exchange_in_five_seconds_and_no_wait() {
    let client = Client::known();
    client.refuse(&["/refused"]);
    // Three new sessions, each of which is waited for.
    for exchanges in [2, 3, 4] {
        client.world.clock.advance(MINUTE);
        assert_eq!(client.get("/refused").await, 401);
        assert_eq!(client.exchanges(), exchanges);
    }
    client.sent();
    // From here on it is known.
    for _ in 0..100 {
        assert_eq!(client.call_now(Method::GET, "/refused", None).await, 401);
    }
    assert_eq!((client.sent(), client.exchanges()), (100, 4));
    client.world.clock.advance(Duration::from_secs(5));
    assert_eq!(client.call_now(Method::GET, "/refused", None).await, 401);
    // The session, and the one in its place, at once.
    assert_eq!((client.sent(), client.exchanges()), (2, 5));
    assert_eq!(client.call_now(Method::GET, "/refused", None).await, 401);
    assert_eq!((client.sent(), client.exchanges()), (1, 5));
}

#[tokio::test]
async fn a_young_session_is_not_dropped_at_an_endpoint_that_is_known_to_refuse_and_not_waited_for() {
    let client = Client::known();
    client.refuse(&["/refused"]);
    for _ in 0..3 {
        client.world.clock.advance(MINUTE);
        client.get("/refused").await;
    }
    let exchanges = client.exchanges();
    client.world.clock.advance(Duration::from_secs(5));
    // Another call replaces the session, so that it is young.
    client.script([401]);
    assert_eq!(client.call_now(Method::GET, "/other", None).await, 200);
    client.sent();
    assert_eq!(client.call_now(Method::GET, "/refused", None).await, 401);
    assert_eq!((client.sent(), client.exchanges()), (1, exchanges + 1));
}

#[tokio::test]
async fn two_endpoints_that_reject_every_session_do_not_undo_each_other() {
    let client = Client::known();
    client.refuse(&["/one", "/other"]);
    for _ in 0..3 {
        client.world.clock.advance(MINUTE);
        client.get("/one").await;
        client.world.clock.advance(MINUTE);
        client.get("/other").await;
    }
    let exchanges = client.exchanges();
    for _ in 0..50 {
        client.call_now(Method::GET, "/one", None).await;
        client.call_now(Method::GET, "/other", None).await;
    }
    assert_eq!(client.exchanges(), exchanges);
}

/// Makes the endpoint of a call known for refusing.
async fn make_known(client: &Client, method: Method, path: &'static str, operation: Option<&'static Operation>) {
    client.refuse(&[path]);
    for _ in 0..3 {
        client.world.clock.advance(MINUTE);
        assert_eq!(client.call(method.clone(), path, operation).await, 401);
    }
    client.refuse(&[]);
    client.sent();
}

/// How often a call is sent that is refused once: once if its endpoint is known for that, twice if not.
async fn is_known(client: &Client, method: Method, path: &str, operation: Option<&'static Operation>) -> bool {
    client.world.clock.advance(Duration::from_secs(4));
    client.script([401]);
    let status = client.call_now(method, path, operation).await;
    let sent = client.sent();
    assert!(matches!((status, sent), (401, 1) | (200, 2)), "{status} after {sent}");
    status == 401
}

#[tokio::test]
async fn an_endpoint_is_an_operation_whatever_its_parameters_are() {
    let client = Client::known();
    make_known(&client, Method::GET, "/ds_connections/a", Some(&GET_DATA_SOURCE)).await;
    assert!(is_known(&client, Method::GET, "/ds_connections/b", Some(&GET_DATA_SOURCE)).await);
    assert!(!is_known(&client, Method::GET, "/ds_connections/a", Some(&LIST_DATA_SOURCES)).await);
}

#[tokio::test]
async fn an_undescribed_endpoint_is_a_method_and_the_first_segment_of_the_path() {
    for (method, path, same) in [
        (Method::GET, "/app/records/8", true),
        (Method::GET, "/app?x=1", true),
        (Method::GET, "//app/records", true),
        (Method::DELETE, "/app/records/7", false),
        (Method::GET, "/apps/records/7", false),
        (Method::GET, "/records/app", false),
    ] {
        let client = Client::known();
        make_known(&client, Method::GET, "/app/records/7", None).await;
        assert_eq!(is_known(&client, method.clone(), path, None).await, same, "{method} {path}");
    }
}

#[tokio::test]
async fn a_success_of_any_kind_clears_an_endpoint_and_nothing_else_does() {
    for (script, clears) in [(&[200][..], true), (&[204], true), (&[403], false), (&[404], false), (&[500], false)] {
        for operation in [None, Some(&GET_DATA_SOURCE)] {
            let client = Client::known();
            make_known(&client, Method::GET, "/ds_connections/a", operation).await;
            client.script(script.iter().copied());
            client.call_now(Method::GET, "/ds_connections/a", operation).await;
            client.sent();
            assert_eq!(!is_known(&client, Method::GET, "/ds_connections/a", operation).await, clears, "{script:?}");
        }
    }
    // A success after a refusal is one as well.
    let client = Client::known();
    make_known(&client, Method::GET, "/a", None).await;
    client.world.clock.advance(Duration::from_secs(5));
    client.script([401, 200]);
    assert_eq!(client.call_now(Method::GET, "/a", None).await, 200);
    client.sent();
    // Where the endpoint is still known for rejections, the new session would not be waited for.
    client.world.clock.advance(MINUTE);
    client.script([401, 401]);
    assert_eq!(client.call_now(Method::GET, "/a", None).await, 200);
}

#[tokio::test]
async fn no_more_than_64_endpoints_are_remembered_and_the_oldest_goes_first() {
    let client = Client::known();
    make_known(&client, Method::GET, "/first", None).await;
    let paths: Vec<String> = (0..64).map(|number| format!("/endpoint-{number}")).collect();
    client.refuse(&["/endpoint"]);
    for path in paths.iter().take(63) {
        client.world.clock.advance(MINUTE);
        client.get(path).await;
    }
    client.refuse(&[]);
    client.sent();
    // It is remembered, and its five seconds are over: the session is replaced, and the new one not waited for.
    client.world.clock.advance(MINUTE);
    client.script([401, 401]);
    assert_eq!(client.call_now(Method::GET, "/first", None).await, 401);
    assert_eq!(client.sent(), 2);
    let client = Client::known();
    make_known(&client, Method::GET, "/first", None).await;
    client.refuse(&["/endpoint"]);
    for path in &paths {
        client.world.clock.advance(MINUTE);
        client.get(path).await;
    }
    client.refuse(&[]);
    client.sent();
    // It is forgotten: the new session is tried again.
    client.world.clock.advance(MINUTE);
    client.script([401, 401]);
    assert_eq!(client.call_now(Method::GET, "/first", None).await, 200);
    assert_eq!(client.sent(), 3);
}

#[tokio::test]
async fn while_the_dialect_is_unknown_a_session_is_tried_with_bearer_and_then_replaced_without_a_wait() {
    for operation in [None, Some(&LIST_DATA_SOURCES)] {
        // Revoked, on a server that takes raw tokens.
        let client = Client::new(Dialect::Detect, None);
        client.script([401, 401, 200]);
        assert_eq!(client.call_now(Method::GET, "/x", operation).await, 200);
        assert_eq!(texts(&client.headers()), [RAW, BEARER, RAW]);
        assert_eq!((client.exchanges(), client.detector.known()), (2, Some(Way::Deployed)));
        // Revoked, on a server that takes `Bearer`.
        let client = Client::new(Dialect::Detect, None);
        client.script([401, 401, 401, 200]);
        assert_eq!(client.call_now(Method::GET, "/x", operation).await, 200);
        assert_eq!(texts(&client.headers()), [RAW, BEARER, RAW, BEARER]);
        assert_eq!((client.exchanges(), client.detector.known()), (2, Some(Way::Spec)));
        client.call_now(Method::GET, "/x", operation).await;
        assert_eq!(texts(&client.headers()), [BEARER]);
        // Refused whatever is sent.
        let client = Client::new(Dialect::Detect, None);
        client.script([401; 4]);
        assert_eq!(client.call_now(Method::GET, "/x", operation).await, 401);
        assert_eq!((client.sent(), client.exchanges(), client.detector.known()), (4, 2, None));
        // The second session was judged by nobody.
        assert!(client.cache.hit().is_some());
    }
}

#[tokio::test]
async fn the_header_that_is_learnt_is_sensitive() {
    let client = Client::new(Dialect::Detect, None);
    client.script([401, 200]);
    assert_eq!(client.get("/x").await, 200);
    let header = client.cache.hit_header().unwrap();
    assert!(header == "Bearer token" && header.is_sensitive());
    assert_eq!(client.exchanges(), 1);
}

#[tokio::test]
async fn an_undescribed_call_that_was_not_refused_teaches_no_dialect() {
    let client = Client::new(Dialect::Detect, None);
    for status in [200, 204, 400, 403, 404, 500] {
        client.script([status]);
        client.get("/x").await;
        assert_eq!(client.detector.known(), None, "{status}");
    }
    client.script([404]);
    client.call(Method::GET, "/ds-connections", Some(&LIST_DATA_SOURCES)).await;
    assert_eq!(client.detector.known(), None);
    client.call(Method::GET, "/ds-connections", Some(&LIST_DATA_SOURCES)).await;
    assert_eq!(client.detector.known(), Some(Way::Deployed));
}

#[tokio::test]
async fn a_prefix_that_is_set_is_kept_to() {
    let client = Client::new(Dialect::Detect, Some(AuthScheme::Raw));
    client.script([401]);
    assert_eq!(client.get("/x").await, 200);
    assert!(texts(&client.headers()).iter().all(|header| *header == RAW));
}

#[tokio::test]
async fn a_streaming_body_is_sent_once_and_its_session_is_judged() {
    let client = Client::known();
    client.get("/warm").await;
    for (age, exchanges) in [(Duration::ZERO, 1), (OLD, 2), (MINUTE, 3)] {
        client.world.clock.advance(age);
        client.script([401]);
        let pieces = futures_util::stream::iter([Ok::<_, std::io::Error>("piece")]);
        let request = client.chain.post("https://t.bigid.cloud/api/v1/x").body(reqwest::Body::wrap_stream(pieces));
        client.sent();
        assert_eq!(request.send().await.unwrap().status(), 401);
        assert_eq!(client.sent(), 1);
        client.get("/warm").await;
        assert_eq!(client.exchanges(), exchanges, "{age:?}");
    }
}
