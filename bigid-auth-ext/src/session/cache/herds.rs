//! Herds of callers against a gated exchange, in process: exact numbers of exchanges, waits and failures. One table of scenarios over one
//! gate, and therefore longer than a file should be.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;

use async_trait::async_trait;
use bigid_api::Secret;
use futures_util::future::join_all;
use futures_util::poll;
use http::StatusCode;
use tokio::sync::Semaphore;

use super::*;
use crate::clock::ManualClock;
use crate::session::dialect::AuthScheme;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An exchange that ends when the test lets it, with what the test says.
#[derive(Clone)]
struct Gated(Arc<Inside>);

struct Inside {
    gate: Semaphore,
    calls: AtomicUsize,
    clock: ManualClock,
    lifetime: Duration,
    /// Whether the first exchange pauses on its runtime's timer, as between two tries.
    pauses_first: bool,
    /// What the next exchanges end in; a session where nothing is said.
    script: Mutex<VecDeque<AuthError>>,
}

impl Gated {
    fn new(lifetime: Duration) -> Self {
        Self::pausing(lifetime, false)
    }

    fn pausing(lifetime: Duration, pauses_first: bool) -> Self {
        Self(Arc::new(Inside {
            pauses_first,
            gate: Semaphore::new(0),
            calls: AtomicUsize::new(0),
            clock: ManualClock::default(),
            lifetime,
            script: Mutex::default(),
        }))
    }

    fn open(self) -> Self {
        self.0.gate.add_permits(Semaphore::MAX_PERMITS / 2);
        self
    }

    fn cache(&self) -> Cache {
        Cache::new(self.clone(), Arc::new(self.0.clock.clone()), EventSender::default())
    }

    fn calls(&self) -> usize {
        self.0.calls.load(Ordering::SeqCst)
    }

    fn fail(&self, times: usize) {
        let error = || AuthError::with(Kind::Unavailable, Some(StatusCode::SERVICE_UNAVAILABLE), None, None);
        self.0.script.lock().unwrap().extend((0..times).map(|_| error()));
    }

    fn refuse(&self, times: usize) {
        let kind = || Kind::Rejected { credential: "user token", message: String::new() };
        self.0
            .script
            .lock()
            .unwrap()
            .extend((0..times).map(|_| AuthError::with(kind(), Some(StatusCode::UNAUTHORIZED), None, None)));
    }
}

#[async_trait]
impl Exchange for Gated {
    fn started(&self) -> u64 {
        self.calls() as u64
    }

    async fn session(&self) -> Result<Session, AuthError> {
        let number = self.0.calls.fetch_add(1, Ordering::SeqCst);
        if number == 0 && self.0.pauses_first {
            tokio::time::sleep(DAY).await;
        }
        let _ = self.0.gate.acquire().await;
        if let Some(error) = self.0.script.lock().unwrap().pop_front() {
            return Err(error);
        }
        let token =
            crate::session::tests::jwt(&format!(r#"{{"n":{number},"iat":0,"exp":{}}}"#, self.0.lifetime.as_secs()));
        Ok(Session::new(&Secret::from(token), AuthScheme::Raw, self.0.clock.now()).unwrap())
    }
}

/// Refuses a session at an endpoint where waiting is of no use.
fn refuse(cache: &Cache, session: &Session) -> Refused {
    cache.refuse(session.serial(), Grace::Denied)
}

/// Lets every task that can run do so.
async fn settle() {
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn ten_thousand_cold_callers_share_one_exchange() {
    let exchange = Gated::new(DAY);
    let cache = exchange.cache();
    let herd: Vec<_> = (0..10_000)
        .map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { cache.session().await })
        })
        .collect();
    while cache.counts().1 < 10_000 {
        tokio::task::yield_now().await;
    }
    exchange.0.gate.add_permits(1);
    let errors = join_all(herd).await.into_iter().filter(|outcome| !matches!(outcome, Ok(Ok(_)))).count();
    assert_eq!((exchange.calls(), errors), (1, 0));
}

#[tokio::test]
async fn a_thousand_cold_callers_share_one_refusal() {
    let exchange = Gated::new(DAY);
    exchange.refuse(1);
    let cache = exchange.cache();
    let mut herd: Vec<_> = (0..1_000).map(|_| Box::pin(cache.session())).collect();
    for caller in &mut herd {
        assert!(poll!(caller).is_pending());
    }
    exchange.0.gate.add_permits(1);
    let refused =
        join_all(herd).await.into_iter().filter(|outcome| outcome.as_ref().is_err_and(AuthError::is_rejected)).count();
    assert_eq!((exchange.calls(), refused), (1, 1_000));
}

#[tokio::test]
async fn callers_with_short_deadlines_leave_the_exchange_to_those_who_come_later() {
    let exchange = Gated::new(DAY);
    let cache = exchange.cache();
    for _ in 0..200 {
        let mut impatient = Box::pin(cache.session());
        assert!(poll!(&mut impatient).is_pending());
        drop(impatient);
        settle().await;
    }
    exchange.0.gate.add_permits(1);
    assert!(cache.session().await.is_ok());
    assert!(cache.hit().is_some());
    assert_eq!(exchange.calls(), 1);
}

#[tokio::test]
async fn a_leader_that_is_cancelled_mid_exchange_leads_on() {
    let exchange = Gated::new(DAY);
    let cache = exchange.cache();
    let leader = tokio::spawn({
        let cache = cache.clone();
        async move { cache.session().await }
    });
    settle().await;
    let follower = tokio::spawn({
        let cache = cache.clone();
        async move { cache.session().await }
    });
    settle().await;
    leader.abort();
    exchange.0.gate.add_permits(1);
    assert!(follower.await.unwrap().is_ok());
    assert_eq!(exchange.calls(), 1);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_runtime_dropped_after_the_exchange_leaves_the_session_to_another() {
    let exchange = Gated::new(DAY).open();
    let cache = exchange.cache();
    let first = runtime();
    first.block_on(cache.session()).unwrap();
    drop(first);
    assert!(runtime().block_on(async { cache.session().await.is_ok() && cache.hit().is_some() }));
    assert_eq!(exchange.calls(), 1);
}

#[test]
fn a_runtime_dropped_mid_exchange_is_followed_by_one_exchange_on_another() {
    for pauses in [false, true] {
        let exchange = Gated::pausing(DAY, pauses);
        let cache = exchange.cache();
        let first = runtime();
        first.block_on(async {
            let mut caller = Box::pin(cache.session());
            assert!(poll!(&mut caller).is_pending());
            settle().await;
        });
        assert_eq!(exchange.calls(), 1);
        runtime().block_on(async {
            let mut herd: Vec<_> = (0..100).map(|_| Box::pin(cache.session())).collect();
            for caller in &mut herd {
                assert!(poll!(caller).is_pending());
            }
            first.shutdown_background();
            exchange.0.gate.add_permits(2);
            assert!(join_all(herd).await.into_iter().all(|outcome| outcome.is_ok()));
        });
        assert_eq!(exchange.calls(), 2);
    }
}

#[test]
fn an_exchange_on_a_runtime_that_nobody_drives_is_taken_over_within_a_second() {
    for pauses in [false, true] {
        let exchange = Gated::pausing(DAY, pauses);
        let cache = exchange.cache();
        let still = runtime();
        still.block_on(async {
            let mut caller = Box::pin(cache.session());
            assert!(poll!(&mut caller).is_pending());
            settle().await;
        });
        // Paused: no socket is open here, and time passes as soon as nothing else can happen.
        let other = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        other.block_on(async {
            // The first permit is for the exchange that stands still and cannot take it.
            exchange.0.gate.add_permits(2);
            let started = tokio::time::Instant::now();
            assert!(join_all((0..100).map(|_| cache.session())).await.into_iter().all(|outcome| outcome.is_ok()));
            assert!(started.elapsed() <= Duration::from_secs(1), "{:?}", started.elapsed());
        });
        assert_eq!(exchange.calls(), 2);
        // It goes on, and what it brings is no longer wanted.
        exchange.0.gate.add_permits(1);
        let header = cache.hit_header().unwrap();
        still.block_on(settle());
        assert_eq!(cache.hit_header().unwrap(), header);
    }
}

#[tokio::test]
async fn any_lifetime_is_refreshed_in_time_and_nobody_waits_once_warm() {
    for seconds in [5, 60, 3_600, 604_800] {
        let lifetime = Duration::from_secs(seconds);
        let exchange = Gated::new(lifetime).open();
        let cache = exchange.cache();
        cache.session().await.unwrap();
        let warm = cache.counts();
        for _ in 0..10_000 {
            exchange.0.clock.advance(lifetime * 3 / 10_000);
            if cache.hit().is_none() {
                cache.session().await.unwrap();
            }
            settle().await;
        }
        assert_eq!(cache.counts().1 - warm.1, 0, "{seconds} s: calls that waited");
        assert!(exchange.calls() <= 5, "{seconds} s: {} exchanges", exchange.calls());
    }
}

#[tokio::test]
async fn a_refresh_that_fails_for_the_whole_window_fails_no_call_before_the_session_ends() {
    for seconds in [5, 60, 3_600, 604_800] {
        let lifetime = Duration::from_secs(seconds);
        let exchange = Gated::new(lifetime).open();
        let cache = exchange.cache();
        let mut events = cache.events().subscribe();
        let session = cache.session().await.unwrap();
        exchange.fail(1_000);
        let mut served = 0;
        while session.is_good(exchange.0.clock.now() + lifetime / 1_000) {
            exchange.0.clock.advance(lifetime / 1_000);
            served += u32::from(cache.hit().is_some());
            settle().await;
        }
        assert_eq!(served, 999, "{seconds} s");
        let tries = exchange.calls() - 1;
        assert!((1..=8).contains(&tries), "{seconds} s: {tries} tries");
        assert!(
            matches!(events.try_next(), Some(Event::Exchanged))
                && matches!(events.try_next(), Some(Event::RefreshFailed(_)))
        );
        exchange.0.clock.advance(lifetime);
        assert!(cache.hit().is_none() && cache.session().await.is_err());
        exchange.0.script.lock().unwrap().clear();
        assert!(cache.session().await.is_ok());
    }
}

#[tokio::test]
async fn the_wall_clock_may_step_and_a_day_of_suspend_is_seen() {
    let exchange = Gated::new(DAY).open();
    let cache = exchange.cache();
    cache.session().await.unwrap();
    exchange.0.clock.set_wall(DAY * 400);
    assert!(cache.hit().is_some());
    exchange.0.clock.set_wall(Duration::ZERO);
    assert!(cache.hit().is_some());
    exchange.0.clock.advance(DAY);
    assert!(cache.hit().is_none());
    cache.session().await.unwrap();
    assert_eq!(exchange.calls(), 2);
}

#[tokio::test]
async fn a_refusal_of_an_old_session_leaves_the_new_session_alone() {
    let exchange = Gated::new(DAY).open();
    let cache = exchange.cache();
    let old = cache.session().await.unwrap();
    assert_eq!(refuse(&cache, &old), Refused::Dropped);
    let new = cache.session().await.unwrap();
    for _ in 0..1_000 {
        assert_eq!(refuse(&cache, &old), Refused::Replaced);
        assert_eq!(cache.session().await.unwrap().serial(), new.serial());
    }
    assert_eq!(exchange.calls(), 2);
}

#[tokio::test]
async fn a_thousand_refused_calls_spread_out_make_one_exchange() {
    for round in 0..100 {
        let exchange = Gated::new(DAY).open();
        let cache = exchange.cache();
        let refused = cache.session().await.unwrap();
        let herd = (0..1_000_usize).map(|caller| {
            let (cache, refused) = (cache.clone(), refused.clone());
            async move {
                for _ in 0..(caller * (round + 7)) % 13 {
                    tokio::task::yield_now().await;
                }
                refuse(&cache, &refused);
                cache.session().await
            }
        });
        assert!(join_all(herd).await.into_iter().all(|outcome| outcome.is_ok()));
        assert_eq!(exchange.calls(), 2);
    }
}

#[test]
fn a_hit_allocates_nothing_from_a_threads_second_on() {
    let exchange = Gated::new(DAY).open();
    let cache = exchange.cache();
    runtime().block_on(cache.session()).unwrap();
    std::thread::spawn(move || {
        let _ = cache.hit();
        let counted = allocation_counter::measure(|| {
            for _ in 0..1_000 {
                assert!(cache.hit().is_some());
            }
        });
        assert_eq!(counted.count_total, 0);
    })
    .join()
    .unwrap();
}

/// An exchange that panics.
#[derive(Clone, Default)]
struct Panics(Arc<AtomicUsize>);

#[async_trait]
impl Exchange for Panics {
    fn started(&self) -> u64 {
        self.0.load(Ordering::SeqCst) as u64
    }

    async fn session(&self) -> Result<Session, AuthError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        panic!("planted");
    }
}

#[tokio::test]
async fn an_exchange_that_panics_answers_everyone_and_is_not_started_in_circles() {
    let cache: Cache = Cache::new(Panics::default(), Arc::new(ManualClock::default()), EventSender::default());
    let outcomes = join_all((0..100).map(|_| cache.session())).await;
    assert!(outcomes.into_iter().all(|outcome| outcome.is_err_and(|error| error.to_string().contains("panicked"))));
    assert_eq!(cache.counts().2, 1);
}

#[test]
fn outside_a_runtime_the_old_session_serves_and_nothing_panics() {
    let exchange = Gated::new(DAY).open();
    let cache = exchange.cache();
    runtime().block_on(cache.session()).unwrap();
    exchange.0.clock.advance(DAY * 99 / 100);
    assert!(cache.hit().is_some());
    assert_eq!(exchange.calls(), 1);
}

#[test]
fn an_exchange_on_a_runtime_that_somebody_drives_is_waited_for() {
    let exchange = Gated::new(DAY);
    let cache = exchange.cache();
    let driven = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut leader = Box::pin(cache.session());
    driven.block_on(async { assert!(poll!(&mut leader).is_pending()) });
    runtime().block_on(async {
        let mut follower = Box::pin(cache.session());
        assert!(poll!(&mut follower).is_pending());
        // As if a probe was due: the other runtime runs its tasks.
        let (_, handle) = cache.0.flight.with_lock(|flight| flight.current()).unwrap();
        assert!(Tokio::is_running(&handle).await);
        exchange.0.gate.add_permits(1);
        assert!(follower.await.is_ok());
    });
    assert_eq!(exchange.calls(), 1);
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    let cache = Gated::new(DAY).cache();
    let error = futures_util::FutureExt::now_or_never(cache.session()).unwrap().unwrap_err();
    assert!(error.to_string().contains("needs a tokio runtime"), "{error}");
}

#[tokio::test]
async fn a_young_session_is_kept_and_the_first_in_a_row_is_dropped_once_a_call_has_waited() {
    let exchange = Gated::new(DAY).open();
    let cache = exchange.cache();
    let first = cache.session().await.unwrap();
    assert_eq!(cache.refuse(first.serial(), Grace::Remaining), Refused::Kept);
    assert!(cache.hit().is_some());
    assert_eq!(cache.refuse(first.serial(), Grace::Exhausted), Refused::Dropped);
    let second = cache.session().await.unwrap();
    assert_eq!(cache.refuse(second.serial(), Grace::Exhausted), Refused::Kept);
    exchange.0.clock.advance(Duration::from_millis(3_999));
    assert_eq!(cache.refuse(second.serial(), Grace::Exhausted), Refused::Kept);
    exchange.0.clock.advance(Duration::from_millis(1));
    assert_eq!(cache.refuse(second.serial(), Grace::Remaining), Refused::Dropped);
    assert_eq!(exchange.calls(), 2);
}

#[tokio::test]
async fn a_session_in_another_header_is_another_session() {
    let exchange = Gated::new(DAY).open();
    let cache = exchange.cache();
    let raw = cache.session().await.unwrap();
    cache.replace_header(raw.serial(), &HeaderValue::from_static("Bearer t"));
    assert_eq!(refuse(&cache, &raw), Refused::Replaced);
    cache.replace_header(raw.serial(), &HeaderValue::from_static("Bearer late"));
    assert_eq!(cache.hit_header().unwrap(), "Bearer t");
    assert_eq!(exchange.calls(), 1);
}

#[tokio::test]
async fn a_flight_past_its_deadline_is_followed_by_another_that_answers_its_callers_as_well() {
    let exchange = Gated::new(DAY);
    let cache = exchange.cache();
    let mut first = Box::pin(cache.session());
    assert!(poll!(&mut first).is_pending());
    settle().await;
    exchange.0.clock.advance(FLIGHT_DEADLINE - Duration::from_millis(1));
    let mut second = Box::pin(cache.session());
    assert!(poll!(&mut second).is_pending());
    settle().await;
    assert_eq!(exchange.calls(), 1);
    exchange.0.clock.advance(Duration::from_millis(1));
    let mut third = Box::pin(cache.session());
    assert!(poll!(&mut third).is_pending());
    settle().await;
    assert_eq!(exchange.calls(), 2);
    // Both end, and the session of the first is not wanted any more.
    exchange.0.gate.add_permits(1);
    let (first, second, third) = (first.await.unwrap(), second.await.unwrap(), third.await.unwrap());
    assert!(first.serial() == second.serial() && second.serial() == third.serial());
    assert_eq!(exchange.calls(), 2);
}

/// Provides the token of a number, for a minute.
struct Provides {
    token: Arc<Mutex<Serial>>,
    clock: ManualClock,
    calls: Arc<AtomicUsize>,
}

#[async_trait]
impl Exchange for Provides {
    fn started(&self) -> u64 {
        0
    }

    async fn session(&self) -> Result<Session, AuthError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let token = crate::session::tests::jwt(r#"{"exp":60}"#);
        let session = Session::provided(
            &Secret::from(token),
            *self.token.lock().unwrap(),
            AuthScheme::Raw,
            self.clock.now(),
            Duration::ZERO,
        );
        Ok(session.unwrap())
    }
}

fn providing() -> (Cache, Arc<Mutex<Serial>>, ManualClock, Arc<AtomicUsize>) {
    let (token, clock, calls) = (Arc::new(Mutex::new(Serial::next())), ManualClock::default(), Arc::default());
    let exchange = Provides { token: token.clone(), clock: clock.clone(), calls: Arc::clone(&calls) };
    (Cache::new(exchange, Arc::new(clock.clone()), EventSender::default()), token, clock, calls)
}

#[tokio::test]
async fn a_provided_token_is_not_refreshed_while_it_serves() {
    let (cache, _, clock, calls) = providing();
    cache.session().await.unwrap();
    for _ in 0..599 {
        clock.advance(Duration::from_millis(100));
        assert!(cache.hit().is_some());
        settle().await;
    }
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    clock.advance(Duration::from_millis(100));
    assert!(cache.hit().is_none());
}

#[tokio::test]
async fn a_provided_token_that_was_refused_is_an_error_for_a_second_and_another_token_is_none() {
    let (cache, token, clock, _) = providing();
    let session = cache.session().await.unwrap();
    // However young it is.
    assert_eq!(cache.refuse(session.serial(), Grace::Remaining), Refused::Dropped);
    for _ in 0..3 {
        let error = cache.session().await.unwrap_err();
        assert!(error.is_rejected() && error.status() == Some(StatusCode::UNAUTHORIZED), "{error}");
    }
    clock.advance(Duration::from_millis(999));
    assert!(cache.session().await.is_err());
    clock.advance(Duration::from_millis(1));
    let session = cache.session().await.unwrap();
    assert_eq!(cache.refuse(session.serial(), Grace::Remaining), Refused::Dropped);
    *token.lock().unwrap() = Serial::next();
    let other = cache.session().await.unwrap();
    assert_ne!(other.serial(), session.serial());
    // The refusal of a session that is not cached any more says nothing of the token that is.
    assert_eq!(cache.refuse(session.serial(), Grace::Denied), Refused::Replaced);
    assert!(cache.session().await.is_ok());
}
