//! The progress of a job, as a stream.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bigid_api::Error;
use futures_core::Stream;

use super::Wait;
use super::error::{WaitError, WaitErrorKind};
use super::states::Meaning;
use super::target::{JobStatus, WaitTarget};
use crate::backoff::half_jitter;

/// The progress of a job, as one request showed it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WaitProgress {
    /// The job.
    pub target: WaitTarget,
    /// The state, in the server's words; if the job has several parts, that of one that has not ended. `None` if there
    /// is none.
    pub state: Option<String>,
    /// The progress in percent, if the server reports it.
    pub percent: Option<f64>,
    /// How many parts of the job have ended.
    pub ended_parts: usize,
    /// How many parts the job has: parts of a scan, objects to be minimized.
    pub parts: usize,
    /// How often the state has been requested.
    pub looks: u32,
    /// The time waited so far.
    pub waited: Duration,
    /// Whether the job has ended successfully; a failure is an error.
    pub is_final: bool,
}

/// The progress of a job, as a [`Stream`]. Created by [`Wait::watch`].
///
/// It ends after a progress that [is final](WaitProgress::is_final), or after an error.
#[must_use = "a stream does nothing until it is polled"]
pub struct Watch(WatchState);

/// A request in flight, which returns the watcher.
type Looking = Pin<Box<dyn Future<Output = (Box<Watcher>, Result<WaitProgress, WaitError>)> + Send>>;

enum WatchState {
    Idle(Box<Watcher>),
    Looking(Looking),
    Ended,
}

impl Watch {
    pub(super) fn new(wait: Wait) -> Self {
        Self(WatchState::Idle(Box::new(Watcher::new(wait))))
    }

    /// The next progress, after the pause before it; `None` at the end.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing: the next call continues the same pause or request.
    #[inline]
    pub async fn next(&mut self) -> Option<Result<WaitProgress, WaitError>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl Stream for Watch {
    type Item = Result<WaitProgress, WaitError>;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let state = &mut self.get_mut().0;
        loop {
            *state = match std::mem::replace(state, WatchState::Ended) {
                WatchState::Ended => return Poll::Ready(None),
                WatchState::Idle(watcher) => WatchState::Looking(Box::pin(watcher.next())),
                WatchState::Looking(mut looking) => match looking.as_mut().poll(context) {
                    Poll::Pending => {
                        *state = WatchState::Looking(looking);
                        return Poll::Pending;
                    }
                    Poll::Ready((watcher, item)) => {
                        *state = if watcher.is_over { WatchState::Ended } else { WatchState::Idle(watcher) };
                        return Poll::Ready(Some(item));
                    }
                },
            };
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if matches!(self.0, WatchState::Ended) { "Watch(ended)" } else { "Watch" })
    }
}

/// A wait that is under way.
pub(super) struct Watcher {
    wait: Wait,
    looks: u32,
    /// Before the next request.
    pause: Option<Duration>,
    /// The last known state.
    state: Option<String>,
    is_over: bool,
}

impl Watcher {
    pub(super) fn new(wait: Wait) -> Self {
        Self { wait, looks: 0, pause: None, state: None, is_over: false }
    }

    #[inline]
    async fn next(mut self: Box<Self>) -> (Box<Self>, Result<WaitProgress, WaitError>) {
        let item = self.progress().await;
        self.is_over = item.as_ref().map_or(true, |progress| progress.is_final);
        (self, item)
    }

    /// The next progress, after the pause before it.
    #[inline]
    pub(super) async fn progress(&mut self) -> Result<WaitProgress, WaitError> {
        if self.wait.target.id().is_empty() {
            return Err(self.error(WaitErrorKind::NoId));
        }
        loop {
            if let Some(pause) = self.pause.take() {
                self.wait.client.clock().sleep(pause).await;
            }
            self.looks = self.looks.saturating_add(1);
            match self.wait.target.look(&self.wait.client).await {
                Ok(look) => return self.judge(look),
                Err(error) if error.is_retryable() => {
                    let asked = error.retry_after();
                    self.plan(asked, Some(error.into_untyped()))?;
                }
                Err(error) => return Err(self.error(WaitErrorKind::Call(Box::new(error.into_untyped())))),
            }
        }
    }

    fn judge(&mut self, look: JobStatus) -> Result<WaitProgress, WaitError> {
        let meanings: Vec<Meaning> = look.states.iter().map(|state| self.wait.states.meaning(state)).collect();
        let first = |wanted| meanings.iter().position(|meaning| *meaning == wanted);
        let running = meanings.iter().filter(|meaning| **meaning == Meaning::Running).count();
        let failed = first(Meaning::Failed);
        let shown = look.states.get(first(Meaning::Running).or(failed).unwrap_or(0));
        let shown = shown.filter(|state| !state.is_empty()).cloned();
        self.state = shown.clone().or(self.state.take());
        let is_final = running == 0 && (look.may_be_empty || !look.states.is_empty());
        if is_final && failed.is_some() {
            return Err(self.error(WaitErrorKind::Failed));
        }
        if !is_final {
            self.plan(look.retry_after, None)?;
        }
        let stated = look.percent.len();
        let percent = (stated > 0).then(|| look.percent.iter().sum::<f64>() / stated as f64);
        Ok(WaitProgress {
            target: self.wait.target.clone(),
            state: shown,
            percent,
            ended_parts: look.states.len() - running,
            parts: look.states.len(),
            looks: self.looks,
            waited: self.waited(),
            is_final,
        })
    }

    /// Sets the pause before the next request; an error if the deadline has passed.
    fn plan(&mut self, asked: Option<Duration>, failure: Option<Error>) -> Result<(), WaitError> {
        let waited = self.waited();
        let left = self.wait.limit.saturating_sub(waited);
        // The server's `Retry-After` is respected.
        if left.is_zero() || asked.is_some_and(|asked| asked > left) {
            return Err(self.error(WaitErrorKind::TimedOut { waited, source: failure.map(Box::new) }));
        }
        let pause = half_jitter(self.looks, self.wait.interval, self.wait.max_interval);
        self.pause = Some(pause.max(asked.unwrap_or_default()).min(left));
        Ok(())
    }

    fn waited(&self) -> Duration {
        self.wait.client.clock().now().saturating_sub(self.wait.started_at)
    }

    fn error(&self, kind: WaitErrorKind) -> WaitError {
        WaitError { target: Some(self.wait.target.clone()), state: self.state.clone(), kind }
    }
}
