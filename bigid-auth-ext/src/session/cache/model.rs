//! The cache under a model checker: every touch of the slot and of the lock is a point at which another task may go on, and thousands
//! of orders are tried. A checker that finds nothing proves something only where it finds planted mistakes.

use std::cell::Cell;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bigid_api::Secret;

use super::Cache;
use crate::clock::ManualClock;
use crate::error::AuthError;
use crate::session::Session;
use crate::session::dialect::AuthScheme;
use crate::session::event::EventSender;
use crate::session::exchange::Exchange;
use crate::session::runtime::{Lock, Mistake, Runtime, Slot};

const SCHEDULES: usize = 10_000;
const CALLERS: usize = 3;

const SOUND: u8 = 0;
const ENDS_BEFORE_IT_STORES: u8 = 1;
const NO_SECOND_LOOK: u8 = 2;
const INVALIDATES_BLINDLY: u8 = 3;
const DIES_SILENTLY: u8 = 4;

/// The model checker's tasks and locks, and one planted mistake.
struct Model<const PLANTED: u8>;

thread_local! {
    /// How many of the next flights die before they begin. A schedule runs on one thread.
    static DOOMED: Cell<usize> = const { Cell::new(0) };
}

impl<const PLANTED: u8> Runtime for Model<PLANTED> {
    type Slot = ModelSlot;
    type Lock<T: Send> = shuttle::sync::Mutex<T>;

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        let doomed = DOOMED.get();
        DOOMED.set(doomed.saturating_sub(1));
        if doomed > 0 {
            shuttle::future::spawn(async move { drop(future) });
        } else {
            shuttle::future::spawn(future);
        }
    }

    async fn within<F: Future + Send>(_: Duration, future: F) -> Option<F::Output>
    where
        F::Output: Send,
    {
        Some(future.await)
    }

    fn planted(mistake: Mistake) -> bool {
        PLANTED
            == match mistake {
                Mistake::EndsBeforeItStores => ENDS_BEFORE_IT_STORES,
                Mistake::NoSecondLook => NO_SECOND_LOOK,
                Mistake::InvalidatesBlindly => INVALIDATES_BLINDLY,
                Mistake::DiesSilently => DIES_SILENTLY,
            }
    }
}

#[derive(Default)]
struct ModelSlot(shuttle::sync::Mutex<Option<Arc<Session>>>);

impl Slot for ModelSlot {
    fn look<R>(&self, f: impl FnOnce(Option<&Arc<Session>>) -> R) -> R {
        let session = self.0.lock().unwrap().clone();
        f(session.as_ref())
    }

    fn store(&self, session: Option<Arc<Session>>) {
        *self.0.lock().unwrap() = session;
    }
}

impl<T: Send> Lock<T> for shuttle::sync::Mutex<T> {
    fn new(value: T) -> Self {
        Self::new(value)
    }

    fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.lock().unwrap())
    }
}

/// Gives a new token each time, after others had their turn.
struct Numbered(Arc<AtomicUsize>);

#[async_trait]
impl Exchange for Numbered {
    async fn session(&self) -> Result<Session, AuthError> {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        shuttle::future::yield_now().await;
        Ok(Session::new(&Secret::from(format!("token-{number}")), AuthScheme::Raw, Duration::ZERO).unwrap())
    }
}

struct World<const PLANTED: u8> {
    cache: Cache<Model<PLANTED>>,
    exchanges: Arc<AtomicUsize>,
}

impl<const PLANTED: u8> World<PLANTED> {
    fn new() -> Self {
        let exchanges = Arc::new(AtomicUsize::new(0));
        let cache = Cache::new(Numbered(exchanges.clone()), Arc::new(ManualClock::default()), EventSender::default());
        Self { cache, exchanges }
    }

    /// Several callers at once, each of which ends with a session.
    fn callers(&self, before: impl Fn(&Cache<Model<PLANTED>>) + Clone + Send + 'static) {
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

    fn exchanges(&self) -> usize {
        self.exchanges.load(Ordering::SeqCst)
    }
}

/// A cold herd makes one exchange, and a herd whose session was refused makes one more.
fn cold_then_refused<const PLANTED: u8>() {
    DOOMED.set(0);
    let world = World::<PLANTED>::new();
    world.callers(|_| ());
    assert_eq!(world.exchanges(), 1, "a cold herd");
    let refused = world.cache.hit().unwrap();
    world.callers(move |cache| cache.invalidate(&refused));
    assert_eq!(world.exchanges(), 2, "a refused herd");
}

/// A flight that dies is followed by one other.
fn the_first_flight_dies<const PLANTED: u8>() {
    DOOMED.set(1);
    let world = World::<PLANTED>::new();
    world.callers(|_| ());
    assert_eq!(world.exchanges(), 1, "the flight after the one that died");
    assert_eq!(world.cache.counts().2, 2);
}

/// Whether the checker finds something wrong.
fn is_found(scenario: fn()) -> bool {
    std::panic::catch_unwind(|| shuttle::check_random(scenario, SCHEDULES)).is_err()
}

#[test]
fn ten_thousand_schedules_of_two_herds_make_two_exchanges_each() {
    shuttle::check_random(cold_then_refused::<SOUND>, SCHEDULES);
}

#[test]
fn ten_thousand_schedules_of_a_dying_flight_wake_everybody() {
    shuttle::check_random(the_first_flight_dies::<SOUND>, SCHEDULES);
}

#[test]
fn every_planted_mistake_is_found() {
    assert!(is_found(cold_then_refused::<ENDS_BEFORE_IT_STORES>), "the flight is over before its session is stored");
    assert!(is_found(cold_then_refused::<NO_SECOND_LOOK>), "no second look under the lock");
    assert!(is_found(cold_then_refused::<INVALIDATES_BLINDLY>), "invalidates without comparing");
    assert!(is_found(the_first_flight_dies::<DIES_SILENTLY>), "a dying flight wakes nobody");
}
