//! The cache under a model checker: every touch of the slot and of the lock is a point at which another task may
//! continue, and thousands of schedules are tried. A checker that finds nothing proves something only if it finds
//! planted mistakes. Each is planted in a primitive that the cache is built on, so that the cache itself is the one
//! that ships.

use std::cell::Cell;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bigid_api::Secret;

use crate::clock::{Clock as _, ManualClock};
use crate::dialect::AuthScheme;
use crate::error::AuthError;
use crate::session::Demand;
use crate::session::cache::{Cache, Grace};
use crate::session::event::EventSender;
use crate::session::exchange::Exchange;
use crate::session::runtime::{Lock, Runtime, Slot};
use crate::session::{Serial, Session};

const SCHEDULES: usize = 10_000;
const CALLERS: usize = 3;

/// What a schedule's primitives get wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Planted {
    Nothing,
    /// A session is stored after the flight has ended.
    StoresLate,
    /// A look under the lock sees nothing.
    BlindUnderTheLock,
    /// Every session has the same number.
    OneNumber,
    /// A task that dies leaves its values undropped.
    DiesSilently,
    /// Sessions have no age: none is young.
    Ageless,
}

// A schedule runs on one thread.
thread_local! {
    static PLANTED: Cell<Planted> = const { Cell::new(Planted::Nothing) };
    /// How many of the next flights die before they start.
    static DOOMED: Cell<usize> = const { Cell::new(0) };
    static LOCKED: Cell<bool> = const { Cell::new(false) };
}

fn is_planted(mistake: Planted) -> bool {
    PLANTED.get() == mistake
}

/// The model checker's tasks and locks.
pub(crate) struct Model;

impl Runtime for Model {
    type Slot = ModelSlot;
    type Lock<T: Send> = shuttle::sync::Mutex<T>;
    type Handle = ();

    fn current() -> Option<()> {
        Some(())
    }

    fn spawn((): &(), future: impl Future<Output = ()> + Send + 'static) {
        let doomed = DOOMED.get();
        DOOMED.set(doomed.saturating_sub(1));
        if doomed == 0 {
            shuttle::future::spawn(future);
        } else if is_planted(Planted::DiesSilently) {
            std::mem::forget(future);
        } else {
            shuttle::future::spawn(async move { drop(future) });
        }
    }

    async fn is_running((): &()) -> bool {
        true
    }

    async fn timeout<F: Future + Send>(_: Duration, future: F) -> Option<F::Output>
    where
        F::Output: Send,
    {
        Some(future.await)
    }
}

#[derive(Default)]
pub(crate) struct ModelSlot(Arc<shuttle::sync::Mutex<Option<Arc<Session>>>>);

impl Slot for ModelSlot {
    fn load<R>(&self, f: impl FnOnce(Option<&Arc<Session>>) -> R) -> R {
        let session = self.0.lock().unwrap().clone();
        let session = session.filter(|_| !(LOCKED.get() && is_planted(Planted::BlindUnderTheLock)));
        f(session.as_ref())
    }

    fn get(&self) -> Option<Arc<Session>> {
        self.load(|session| session.cloned())
    }

    fn store(&self, session: Option<Arc<Session>>) {
        if session.is_some() && is_planted(Planted::StoresLate) {
            let slot = self.0.clone();
            shuttle::future::spawn(async move { *slot.lock().unwrap() = session });
        } else {
            *self.0.lock().unwrap() = session;
        }
    }
}

impl<T: Send> Lock<T> for shuttle::sync::Mutex<T> {
    fn new(value: T) -> Self {
        Self::new(value)
    }

    fn with_lock<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let mut guard = Self::lock(self).unwrap();
        LOCKED.set(true);
        let result = f(&mut guard);
        LOCKED.set(false);
        result
    }
}

/// Returns a new token each time, after others had their turn.
struct Numbered {
    exchanges: Arc<AtomicUsize>,
    clock: ManualClock,
    one_number: Serial,
}

#[async_trait]
impl Exchange for Numbered {
    fn started(&self) -> u64 {
        self.exchanges.load(Ordering::SeqCst) as u64
    }

    async fn session(&self, _: &dyn Demand) -> Result<Session, AuthError> {
        self.exchanges.fetch_add(1, Ordering::SeqCst);
        shuttle::future::yield_now().await;
        let now = if is_planted(Planted::Ageless) { Duration::ZERO } else { self.clock.now() };
        // As recorded: two exchanges within one second return the same token.
        let session = Session::new(&Secret::from("token"), AuthScheme::Raw, now).unwrap();
        Ok(if is_planted(Planted::OneNumber) { session.numbered(self.one_number) } else { session })
    }
}

struct Fixture {
    cache: Cache<Model>,
    exchanges: Arc<AtomicUsize>,
}

impl Fixture {
    fn new() -> Self {
        let (exchanges, clock) = (Arc::new(AtomicUsize::new(0)), ManualClock::default());
        // A moment at which a session without an age is old.
        clock.advance(Duration::from_secs(300));
        let exchange = Numbered { exchanges: exchanges.clone(), clock: clock.clone(), one_number: Serial::next() };
        let cache = Cache::new(exchange, Arc::new(clock), EventSender::default());
        Self { cache, exchanges }
    }

    /// Several callers at once, each of which ends with a session.
    fn callers(&self, before: impl Fn(&Cache<Model>) + Clone + Send + 'static) {
        let callers: Vec<_> = (0..CALLERS)
            .map(|_| {
                let (cache, before) = (self.cache.clone(), before.clone());
                shuttle::future::spawn(async move {
                    before(&cache);
                    cache.session().await.unwrap();
                })
            })
            .collect();
        shuttle::future::block_on(async {
            for caller in callers {
                caller.await.unwrap();
            }
        });
    }

    /// Callers of a server with a node that knows no session yet: all of them are refused once.
    fn refused_callers(&self) {
        self.callers(|cache| {
            if let Some(sent) = cache.hit() {
                cache.refuse(sent.serial, Grace::Remaining);
            }
        });
    }

    fn exchanges(&self) -> usize {
        self.exchanges.load(Ordering::SeqCst)
    }
}

/// A cold herd makes one exchange, and a herd whose session was refused and cannot wait makes one more.
fn cold_then_refused() {
    DOOMED.set(0);
    let fixture = Fixture::new();
    fixture.callers(|_| ());
    assert_eq!(fixture.exchanges(), 1, "a cold herd");
    let refused = fixture.cache.hit().unwrap();
    fixture.callers(move |cache| {
        cache.refuse(refused.serial, Grace::Denied);
    });
    assert_eq!(fixture.exchanges(), 2, "a refused herd");
}

/// A node that learns late costs no exchange while the session is young.
fn a_node_learns_late() {
    DOOMED.set(0);
    let fixture = Fixture::new();
    fixture.callers(|_| ());
    fixture.refused_callers();
    fixture.refused_callers();
    assert_eq!(fixture.exchanges(), 1, "a young session is kept");
}

/// A flight that dies is followed by one other.
fn the_first_flight_dies() {
    DOOMED.set(1);
    let fixture = Fixture::new();
    fixture.callers(|_| ());
    assert_eq!((fixture.exchanges(), DOOMED.get()), (1, 0), "the flight after the one that died");
}

fn check(planted: Planted, scenario: fn()) {
    let scenario = move || {
        PLANTED.set(planted);
        LOCKED.set(false);
        scenario();
    };
    shuttle::check_random(scenario, SCHEDULES);
}

/// Whether the checker finds something wrong.
fn is_found(planted: Planted, scenario: fn()) -> bool {
    std::panic::catch_unwind(|| check(planted, scenario)).is_err()
}

#[test]
fn ten_thousand_schedules_of_two_herds_make_two_exchanges_each() {
    check(Planted::Nothing, cold_then_refused);
}

#[test]
fn ten_thousand_schedules_of_a_node_that_learns_late_make_one_exchange_each() {
    check(Planted::Nothing, a_node_learns_late);
}

#[test]
fn ten_thousand_schedules_of_a_dying_flight_wake_everybody() {
    check(Planted::Nothing, the_first_flight_dies);
}

#[test]
fn every_planted_mistake_is_found() {
    for (planted, scenario) in [
        (Planted::StoresLate, cold_then_refused as fn()),
        (Planted::BlindUnderTheLock, cold_then_refused),
        (Planted::OneNumber, cold_then_refused),
        (Planted::DiesSilently, the_first_flight_dies),
        (Planted::Ageless, a_node_learns_late),
    ] {
        assert!(is_found(planted, scenario), "{planted:?}");
    }
}
