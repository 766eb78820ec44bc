//! The primitives of the cache, which a model checker can replace: tasks, timeouts, the lock, the slot.

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

    /// The caller's runtime, if there is one.
    fn current() -> Option<Self::Handle>;

    /// Runs a future to completion, independently of the caller.
    fn spawn(handle: &Self::Handle, future: impl Future<Output = ()> + Send + 'static);

    /// Whether a runtime still runs its tasks, that is, is being driven.
    fn is_running(handle: &Self::Handle) -> impl Future<Output = bool> + Send;

    /// The future's output, or `None` if it takes longer.
    fn timeout<F: Future + Send>(limit: Duration, future: F) -> impl Future<Output = Option<F::Output>> + Send
    where
        F::Output: Send;
}

/// The slot of the session. A load sees the value at its start, and holds no lock: its closure may load again, or
/// store.
pub(crate) trait Slot: Default + Send + Sync {
    fn load<R>(&self, f: impl FnOnce(Option<&Arc<Session>>) -> R) -> R;
    /// The stored session. Not for hits, because it increments a reference count.
    fn get(&self) -> Option<Arc<Session>>;
    fn store(&self, session: Option<Arc<Session>>);
}

pub(crate) trait Lock<T>: Send + Sync {
    fn new(value: T) -> Self;
    fn with_lock<R>(&self, f: impl FnOnce(&mut T) -> R) -> R;
}

/// Tokio, with a wait-free slot.
pub(crate) struct Tokio;

/// How long a runtime may take to run an empty task. If it takes longer, it is not being driven, or user code blocks
/// it, and another runtime does the exchange.
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

    // Compiled in this crate, so that the load is inlined into the only caller in another crate.
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
