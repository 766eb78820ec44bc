//! The protocol of a fleet under a model checker: each process has the cache that ships, and every touch of the store
//! is a point at which another process may continue. Planted mistakes of the store show that the checker would find
//! one.
//!
//! This file is long because the model, its planted mistakes and its scenarios belong together.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use bigid_api::{BaseUrl, Secret};
use shuttle::rand::Rng as _;

use crate::clock::Clock;
use crate::credential::Credential;
use crate::credential::redactor::Redactor;
use crate::dialect::{AuthScheme, Dialect};
use crate::error::AuthError;
use crate::session::Demand;
use crate::session::Session;
use crate::session::cache::tests::model::Model;
use crate::session::cache::{Cache, Grace};
use crate::session::detector::DialectDetector;
use crate::session::event::EventSender;
use crate::session::exchange::Exchange;
use crate::session::store::Fleet;
use crate::session::store::seal::Sealer;
use crate::session::store::{Entry, EntryName, Lease, NewEntry, Saved, SessionStore, StoreError, StoreOptions};

const SCHEDULES: usize = 300;
const PROCESSES: usize = 3;

/// What the store gets wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Planted {
    Nothing,
    /// Every client gets the lease.
    LeasesToAll,
    /// A look with the lease in hand sees nothing.
    BlindWithLease,
    /// Any writer replaces any entry.
    SavesBlindly,
    /// Every exchange gives the same id.
    OneId,
    /// A lease outlives its holder.
    KeepsLease,
}

thread_local! {
    static PLANTED: Cell<Planted> = const { Cell::new(Planted::Nothing) };
}

fn is_planted(mistake: Planted) -> bool {
    PLANTED.get() == mistake
}

/// A store whose leases may lapse under their holders, as those of Redis do.
#[derive(Clone)]
struct ModelStore(Arc<shuttle::sync::Mutex<State>>);

#[derive(Default)]
struct State {
    entry: Option<Entry>,
    holder: Option<u64>,
    holders: u64,
    /// How many leases lapse as soon as somebody else asks.
    lapses: usize,
    /// The generations of the leases whose holders stored something.
    saved_by: Vec<u64>,
}

impl fmt::Debug for ModelStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ModelStore")
    }
}

#[async_trait]
impl SessionStore for ModelStore {
    async fn load(&self, _: &EntryName) -> Result<Option<Entry>, StoreError> {
        shuttle::future::yield_now().await;
        let state = self.0.lock().unwrap();
        Ok(state.entry.clone().filter(|_| !(state.holder.is_some() && is_planted(Planted::BlindWithLease))))
    }

    async fn save(&self, _: &EntryName, entry: NewEntry<'_>) -> Result<Saved, StoreError> {
        shuttle::future::yield_now().await;
        let mut state = self.0.lock().unwrap();
        let generation = state.entry.as_ref().map_or(0, |entry| entry.generation);
        let is_late = entry.lease.is_some_and(|lease| lease < state.holders);
        if (generation != entry.replaces || is_late) && !is_planted(Planted::SavesBlindly) {
            return Ok(Saved::Superseded);
        }
        state.entry = Some(Entry::new(generation + 1, entry.sealed.to_vec()));
        state.saved_by.extend(entry.lease);
        Ok(Saved::Stored)
    }

    async fn try_lease(&self, _: &EntryName) -> Result<Option<Box<dyn Lease>>, StoreError> {
        shuttle::future::yield_now().await;
        let mut state = self.0.lock().unwrap();
        if state.holder.is_some() && !is_planted(Planted::LeasesToAll) {
            if state.lapses == 0 {
                return Ok(None);
            }
            state.lapses -= 1;
        }
        state.holders += 1;
        state.holder = Some(state.holders);
        Ok(Some(Box::new(ModelLease { store: self.clone(), generation: state.holders })))
    }
}

#[derive(Debug)]
struct ModelLease {
    store: ModelStore,
    generation: u64,
}

#[async_trait]
impl Lease for ModelLease {
    fn generation(&self) -> Option<u64> {
        Some(self.generation)
    }

    async fn release(self: Box<Self>) {}
}

impl Drop for ModelLease {
    fn drop(&mut self) {
        let mut state = self.store.0.lock().unwrap();
        if state.holder == Some(self.generation) && !is_planted(Planted::KeepsLease) {
            state.holder = None;
        }
    }
}

/// A clock that all processes share: a millisecond for each look at it. Others run while it sleeps.
#[derive(Debug, Clone, Default)]
struct Ticking(Arc<AtomicU64>);

impl Clock for Ticking {
    fn now(&self) -> Duration {
        Duration::from_secs(300) + Duration::from_millis(self.0.fetch_add(1, Ordering::SeqCst))
    }

    fn wall(&self) -> Duration {
        Duration::from_secs(1_700_000_000) + Duration::from_millis(self.0.load(Ordering::SeqCst))
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(shuttle::future::yield_now())
    }
}

static SEALER: LazyLock<Sealer> = LazyLock::new(|| {
    let base = BaseUrl::parse("https://a.example").unwrap();
    Sealer::new(&base, &Credential::user_token("token"), None).unwrap()
});

/// One process: an exchange that is counted, and the fleet's protocol around it.
struct Process {
    fleet: Fleet<Model>,
    exchanges: Arc<AtomicUsize>,
    clock: Ticking,
}

#[async_trait]
impl Exchange for Process {
    fn started(&self) -> u64 {
        0
    }

    async fn session(&self, demand: &dyn Demand) -> Result<Session, AuthError> {
        self.fleet.session(&SEALER, demand, || exchange(&self.exchanges, &self.clock)).await
    }
}

async fn exchange(count: &AtomicUsize, clock: &Ticking) -> Result<Session, AuthError> {
    count.fetch_add(1, Ordering::SeqCst);
    shuttle::future::yield_now().await;
    // As recorded: two exchanges within one second return the same token.
    let session = Session::new(&Secret::from("token"), AuthScheme::Raw, clock.now()).unwrap();
    Ok(if is_planted(Planted::OneId) { session.identified(7) } else { session })
}

struct Fixture {
    store: ModelStore,
    exchanges: Arc<AtomicUsize>,
    clock: Ticking,
}

impl Fixture {
    fn new(lapses: usize) -> Self {
        let state = State { lapses, ..State::default() };
        Self {
            store: ModelStore(Arc::new(shuttle::sync::Mutex::new(state))),
            exchanges: Arc::default(),
            clock: Ticking::default(),
        }
    }

    fn process(&self) -> Process {
        let detector = Arc::new(DialectDetector::new(Dialect::Deployed, None));
        let fleet = Fleet::new(
            Arc::new(self.store.clone()),
            StoreOptions::default(),
            Arc::new(self.clock.clone()),
            EventSender::default(),
            detector,
            Redactor::default(),
        );
        Process { fleet, exchanges: self.exchanges.clone(), clock: self.clock.clone() }
    }

    fn exchanges(&self) -> usize {
        self.exchanges.load(Ordering::SeqCst)
    }
}

/// All of these caches come to a session at once. Returns how many different sessions they have.
fn all(caches: &[Cache<Model>], before: impl Fn(&Cache<Model>) + Copy + Send + 'static) -> usize {
    let tasks: Vec<_> = caches
        .iter()
        .cloned()
        .map(|cache| {
            shuttle::future::spawn(async move {
                before(&cache);
                cache.session().await.unwrap().shared().id
            })
        })
        .collect();
    let ids = shuttle::future::block_on(async {
        let mut ids = Vec::new();
        for task in tasks {
            ids.push(task.await.unwrap());
        }
        ids
    });
    ids.iter().collect::<std::collections::BTreeSet<_>>().len()
}

fn caches(fixture: &Fixture) -> Vec<Cache<Model>> {
    let cache = |_| Cache::new(fixture.process(), Arc::new(fixture.clock.clone()), EventSender::default());
    (0..PROCESSES).map(cache).collect()
}

fn refuse(cache: &Cache<Model>) {
    if let Some(sent) = cache.hit() {
        cache.refuse(sent.serial, Grace::Denied);
    }
}

/// A fleet exchanges once when it starts, and once more when its session is revoked.
fn cold_then_revoked() {
    let fixture = Fixture::new(0);
    let caches = caches(&fixture);
    assert_eq!((all(&caches, |_| ()), fixture.exchanges()), (1, 1), "a cold fleet");
    assert_eq!((all(&caches, refuse), fixture.exchanges()), (1, 2), "a revoked session");
}

/// A lease that lapses under its holder costs one exchange more, and its late owner does not replace what its successor
/// stored.
fn a_lease_lapses() {
    let fixture = Fixture::new(1);
    all(&caches(&fixture), |_| ());
    assert!(fixture.exchanges() <= 2, "{} exchanges", fixture.exchanges());
    let saved_by = &fixture.store.0.lock().unwrap().saved_by;
    assert!(saved_by.is_sorted_by(|one, next| one < next) && !saved_by.is_empty(), "{saved_by:?}");
}

/// A process that dies anywhere leaves the others to go on, with one exchange more at most.
fn a_process_dies() {
    struct Cold;
    impl Demand for Cold {
        fn is_refused(&self, _: &Session) -> bool {
            false
        }

        fn serving(&self) -> Option<(u64, Duration)> {
            None
        }

        fn row(&self) -> u32 {
            0
        }
    }
    let fixture = Fixture::new(0);
    let dying = fixture.process();
    let lives_for = shuttle::rand::thread_rng().gen_range(0..12);
    let dying = shuttle::future::spawn(async move {
        let mut session = pin!(dying.session(&Cold));
        let mut polls = 0;
        std::future::poll_fn(|context| {
            polls += 1;
            if polls > lives_for { Poll::Ready(()) } else { session.as_mut().poll(context).map(|_| ()) }
        })
        .await;
    });
    all(&caches(&fixture), |_| ());
    shuttle::future::block_on(dying).unwrap();
    assert!((1..=2).contains(&fixture.exchanges()), "{} exchanges", fixture.exchanges());
}

fn check(planted: Planted, scenario: fn()) {
    let scenario = move || {
        PLANTED.set(planted);
        scenario();
    };
    let mut config = shuttle::Config::new();
    // Unoptimised ciphers take more than the default of a task.
    config.stack_size = 1 << 19;
    config.max_steps = shuttle::MaxSteps::FailAfter(10_000);
    shuttle::Runner::new(shuttle::scheduler::RandomScheduler::new(SCHEDULES), config).run(scenario);
}

fn is_found(planted: Planted, scenario: fn()) -> bool {
    std::panic::catch_unwind(|| check(planted, scenario)).is_err()
}

#[test]
fn every_schedule_of_a_fleet_makes_one_exchange_and_one_more_after_a_revocation() {
    check(Planted::Nothing, cold_then_revoked);
}

#[test]
fn every_schedule_of_a_lapsing_lease_keeps_the_newest_session() {
    check(Planted::Nothing, a_lease_lapses);
}

#[test]
fn every_schedule_of_a_dying_process_lets_the_others_go_on() {
    check(Planted::Nothing, a_process_dies);
}

#[test]
fn every_mistake_planted_in_the_store_is_found() {
    for (planted, scenario) in [
        (Planted::LeasesToAll, cold_then_revoked as fn()),
        (Planted::BlindWithLease, cold_then_revoked),
        (Planted::OneId, cold_then_revoked),
        (Planted::SavesBlindly, a_lease_lapses),
        (Planted::KeepsLease, a_process_dies),
    ] {
        assert!(is_found(planted, scenario), "{planted:?}");
    }
}
