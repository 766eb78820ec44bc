//! What the cache takes from its surroundings, so that a model checker can stand in for them: tasks, time limits, the lock, the slot.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;

use crate::session::Session;

pub(crate) trait Runtime: Send + Sync + 'static {
    type Slot: Slot;
    type Lock<T: Send>: Lock<T>;

    /// Runs a future to its end, whatever becomes of the caller.
    fn spawn(future: impl Future<Output = ()> + Send + 'static);

    /// Whether a task can be begun from here.
    fn can_spawn() -> bool {
        true
    }

    /// The future's output, or `None` when it takes longer.
    fn within<F: Future + Send>(limit: Duration, future: F) -> impl Future<Output = Option<F::Output>> + Send
    where
        F::Output: Send;

    /// The mistake to make, where a test plants one.
    fn planted(_: Mistake) -> bool {
        false
    }
}

/// Where the session is kept. A look is at what is there at its begin, and holds no lock: whoever looks may look again, or store.
pub(crate) trait Slot: Default + Send + Sync {
    fn look<R>(&self, f: impl FnOnce(Option<&Arc<Session>>) -> R) -> R;
    fn store(&self, session: Option<Arc<Session>>);
}

pub(crate) trait Lock<T>: Send + Sync {
    fn new(value: T) -> Self;
    fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R;
}

/// Mistakes that the model checker must find, so that its silence means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// The flight is over before its session is stored.
    EndsBeforeItStores,
    /// The slot is not looked at again under the lock.
    NoSecondLook,
    /// Whatever session there is, is dropped.
    InvalidatesBlindly,
    /// A flight that dies wakes nobody.
    DiesSilently,
}

/// Tokio, and a slot that is read without waiting.
pub(crate) struct Tokio;

impl Runtime for Tokio {
    type Slot = ArcSwapOption<Session>;
    type Lock<T: Send> = Mutex<T>;

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(future);
    }

    fn can_spawn() -> bool {
        tokio::runtime::Handle::try_current().is_ok()
    }

    async fn within<F: Future + Send>(limit: Duration, future: F) -> Option<F::Output>
    where
        F::Output: Send,
    {
        tokio::time::timeout(limit, future).await.ok()
    }
}

impl Slot for ArcSwapOption<Session> {
    #[inline]
    fn look<R>(&self, f: impl FnOnce(Option<&Arc<Session>>) -> R) -> R {
        f(self.load().as_ref())
    }

    fn store(&self, session: Option<Arc<Session>>) {
        Self::store(self, session);
    }
}

impl<T: Send> Lock<T> for Mutex<T> {
    fn new(value: T) -> Self {
        Self::new(value)
    }

    /// Nothing that runs under the lock can panic, so that a poisoned one is still sound.
    fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        f(&mut self.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
