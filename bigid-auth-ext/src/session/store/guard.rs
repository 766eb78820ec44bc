//! Guards the client against its store, which can neither fail a call nor delay it for long.

use std::future::Future;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use super::{SessionStore, StoreError};
use crate::clock::Clock;
use crate::lock::lock;
use crate::session::event::{Event, EventSender};
use crate::session::runtime::Runtime;

/// How long a failed store is not used; twice as long after each further failure, up to [`MAX_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const MAX_PAUSE: Duration = Duration::from_secs(60);

pub(super) struct Guard<P> {
    store: Arc<dyn SessionStore>,
    clock: Arc<dyn Clock>,
    events: EventSender,
    timeout: Duration,
    pause: Mutex<Pause>,
    runtime: PhantomData<fn() -> P>,
}

#[derive(Default)]
struct Pause {
    until: Duration,
    failures: u32,
}

impl<P: Runtime> Guard<P> {
    pub(super) fn new(
        store: Arc<dyn SessionStore>,
        clock: Arc<dyn Clock>,
        events: EventSender,
        timeout: Duration,
    ) -> Self {
        Self { store, clock, events, timeout, pause: Mutex::default(), runtime: PhantomData }
    }

    /// Runs an operation of the store and returns its result.
    ///
    /// `None` if the store failed, which was reported, or is not used for a while after a failure. An error about one
    /// entry is passed on, because the store itself works.
    pub(super) async fn ask<'a, T: Send, F>(
        &'a self,
        what: &str,
        operation: impl FnOnce(&'a dyn SessionStore) -> F,
    ) -> Option<Result<T, StoreError>>
    where
        F: Future<Output = Result<T, StoreError>> + Send + 'a,
    {
        if self.clock.now() < lock(&self.pause).until {
            return None;
        }
        let outcome = match P::timeout(self.timeout, caught(operation(&*self.store))).await {
            Some(Some(outcome)) => outcome,
            Some(None) => Err(StoreError::new("the session store panicked")),
            None => Err(StoreError::new(format!("the session store did not {what} within {:?}", self.timeout))),
        };
        match outcome {
            Err(error) if !error.is_entry() => {
                self.rest();
                self.events.send(Event::StoreFailed(error));
                None
            }
            outcome => {
                lock(&self.pause).failures = 0;
                Some(outcome)
            }
        }
    }

    /// Reports an entry that is ignored.
    pub(super) fn report(&self, error: StoreError) {
        self.events.send(Event::StoreFailed(error));
    }

    fn rest(&self) {
        let mut pause = lock(&self.pause);
        pause.until = self.clock.now() + FIRST_PAUSE.saturating_mul(1 << pause.failures.min(8)).min(MAX_PAUSE);
        pause.failures = pause.failures.saturating_add(1);
    }
}

/// The output of a future, or `None` if it panics.
async fn caught<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(poll) => poll.map(Some),
        Err(_) => Poll::Ready(None),
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use super::*;
    use crate::clock::ManualClock;
    use crate::session::runtime::Tokio;
    use crate::session::store::memory::MemoryStore;

    #[tokio::test]
    async fn an_entry_of_no_use_is_handed_on_and_a_store_that_fails_is_left_alone_for_a_while() {
        let clock = ManualClock::default();
        let store = Arc::new(MemoryStore::default());
        let limit = Duration::from_secs(1);
        let guard = Guard::<Tokio>::new(store, Arc::new(clock.clone()), EventSender::default(), limit);
        let ask = |error: StoreError| guard.ask("load", move |_| ready(Err::<(), _>(error)));
        let entry = || StoreError::unusable_entry("it is cut off");
        for _ in 0..2 {
            assert!(ask(entry()).await.is_some_and(|outcome| outcome.is_err()));
        }
        assert!(ask(StoreError::new("it is gone")).await.is_none());
        clock.advance(FIRST_PAUSE - Duration::from_millis(1));
        assert!(ask(entry()).await.is_none(), "nobody asks it");
        clock.advance(Duration::from_millis(1));
        assert!(ask(entry()).await.is_some());
    }
}
