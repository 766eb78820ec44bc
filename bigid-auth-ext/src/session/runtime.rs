//! What the cache takes from its surroundings, so that a model checker can replace them: tasks, timeouts, the lock, the slot.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::runtime::Handle;

use crate::lock::lock;
use crate::session::Session;

pub(crate) trait Runtime: Send + Sync + 'static {
    type Slot: Slot;
    type Lock<T: Send>: Lock<T>;
    /// A runtime that tasks can be spawned on.
    type Handle: Clone + Send + Sync;

    /// The runtime of the caller, if it is within one.
    fn current() -> Option<Self::Handle>;

    /// Runs a future to its end, whatever becomes of the caller.
    fn spawn(handle: &Self::Handle, future: impl Future<Output = ()> + Send + 'static);

    /// Whether a runtime still runs its tasks. One that nobody drives does not.
    fn is_running(handle: &Self::Handle) -> impl Future<Output = bool> + Send;

    /// The future's output, or `None` if it takes longer.
    fn timeout<F: Future + Send>(limit: Duration, future: F) -> impl Future<Output = Option<F::Output>> + Send
    where
        F::Output: Send;
}

/// Where the session is kept. A load sees what is stored when it starts, and holds no lock: its closure may load again, or store.
pub(crate) trait Slot: Default + Send + Sync {
    fn load<R>(&self, f: impl FnOnce(Option<&Arc<Session>>) -> R) -> R;
    /// What is stored. It is not for the path of a hit: it counts a reference.
    fn get(&self) -> Option<Arc<Session>>;
    fn store(&self, session: Option<Arc<Session>>);
}

pub(crate) trait Lock<T>: Send + Sync {
    fn new(value: T) -> Self;
    fn with_lock<R>(&self, f: impl FnOnce(&mut T) -> R) -> R;
}

/// Tokio, and a slot that is read without waiting.
pub(crate) struct Tokio;

/// How long a runtime may take to run a task that does nothing. A longer pause means that nobody drives it, or that user code blocks
/// it; then another runtime makes the exchange.
const PROBE_LIMIT: Duration = Duration::from_millis(500);

impl Runtime for Tokio {
    type Slot = ArcSwapOption<Session>;
    type Lock<T: Send> = Mutex<T>;
    type Handle = Handle;

    fn current() -> Option<Handle> {
        Handle::try_current().ok()
    }

    fn spawn(handle: &Handle, future: impl Future<Output = ()> + Send + 'static) {
        handle.spawn(future);
    }

    async fn is_running(handle: &Handle) -> bool {
        if Self::current().is_some_and(|current| current.id() == handle.id()) {
            return true;
        }
        matches!(tokio::time::timeout(PROBE_LIMIT, handle.spawn(async {})).await, Ok(Ok(())))
    }

    async fn timeout<F: Future + Send>(limit: Duration, future: F) -> Option<F::Output>
    where
        F::Output: Send,
    {
        tokio::time::timeout(limit, future).await.ok()
    }
}

impl Slot for ArcSwapOption<Session> {
    #[inline]
    fn load<R>(&self, f: impl FnOnce(Option<&Arc<Session>>) -> R) -> R {
        f(self.load().as_ref())
    }

    // Compiled in this crate, so that a hit is the one place of its crate that loads, and is inlined there.
    #[inline(never)]
    fn get(&self) -> Option<Arc<Session>> {
        self.load_full()
    }

    fn store(&self, session: Option<Arc<Session>>) {
        Self::store(self, session);
    }
}

impl<T: Send> Lock<T> for Mutex<T> {
    fn new(value: T) -> Self {
        Self::new(value)
    }

    /// Nothing that runs under the lock can panic, so a poisoned one is still sound.
    fn with_lock<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut lock(self))
    }
}
