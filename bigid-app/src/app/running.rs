//! The running executions, and the fate of those that were running when a shutdown began.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, watch};

use super::shutdown::Stopped;
use crate::run::Stage;

pub(super) struct Running {
    state: Mutex<State>,
    count: watch::Sender<usize>,
    /// Limits the concurrent final reports: a shutdown may end thousands of executions.
    pub(super) reports: Semaphore,
}

#[derive(Default)]
struct State {
    is_closed: bool,
    executions: BTreeMap<String, Entry>,
    /// The executions that ended after a shutdown began.
    stopped: Vec<Stopped>,
}

struct Entry {
    action: String,
    stage: watch::Sender<Stage>,
}

/// Why an execution was not added.
pub(super) enum NotAdded {
    /// The app is shutting down.
    Closed,
    /// It is already running.
    Runs,
}

impl Default for Running {
    fn default() -> Self {
        let (state, count) = (Mutex::default(), watch::Sender::new(0));
        Self { state, count, reports: Semaphore::new(REPORTS_AT_ONCE) }
    }
}

impl Running {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn count(&self) -> usize {
        *self.count.borrow()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state().is_closed
    }

    /// Adds an execution, and returns a receiver of its stage.
    pub(super) fn add(&self, id: &str, action: &str) -> Result<watch::Receiver<Stage>, NotAdded> {
        let mut state = self.state();
        if state.is_closed {
            return Err(NotAdded::Closed);
        }
        if state.executions.contains_key(id) {
            return Err(NotAdded::Runs);
        }
        let (stage, watched) = watch::channel(Stage::Running);
        state.executions.insert(id.to_owned(), Entry { action: action.to_owned(), stage });
        self.count.send_replace(state.executions.len());
        Ok(watched)
    }

    /// Advances the stage of an execution.
    pub(super) fn advance(&self, id: &str, stage: Stage) {
        if let Some(entry) = self.state().executions.get(id) {
            entry.stage.send_replace(stage);
        }
    }

    /// Removes an execution that has ended.
    pub(super) fn remove(&self, stopped: Stopped) {
        let mut state = self.state();
        state.executions.remove(&stopped.execution_id);
        if state.is_closed {
            state.stopped.push(stopped);
        }
        self.count.send_replace(state.executions.len());
    }

    /// Rejects further executions.
    pub(super) fn close(&self) {
        self.state().is_closed = true;
    }

    /// Advances the stage of every execution.
    pub(super) fn advance_all(&self, stage: Stage) {
        for entry in self.state().executions.values() {
            entry.stage.send_replace(stage);
        }
    }

    /// Waits until nothing runs.
    pub(super) async fn idle(&self) {
        // The sender lives as long as `self`.
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }

    /// The executions that were running when the shutdown began. Those that still are count as not reported.
    pub(super) fn stopped(&self) -> Vec<Stopped> {
        let mut state = self.state();
        let mut stopped = std::mem::take(&mut state.stopped);
        stopped.extend(state.executions.iter().map(|(id, entry)| Stopped {
            execution_id: id.clone(),
            action: entry.action.clone(),
            was_interrupted: true,
            is_reported: false,
        }));
        stopped.sort_by(|one, other| one.execution_id.cmp(&other.execution_id));
        stopped
    }
}

/// The number of concurrent final reports: enough to hide the round trips, and few enough connections for any server.
const REPORTS_AT_ONCE: usize = 64;
