//! The parts of the sandbox that the console reads and changes.

use std::sync::{Mutex, MutexGuard};

use crate::faults::Faults;
use crate::lock::lock;
use crate::state::State;

/// The sandbox, as the console sees it.
#[derive(Clone, Copy)]
pub(crate) struct Reach<'a> {
    pub(crate) state: &'a Mutex<State>,
    pub(crate) faults: &'a Faults,
    /// `http` or `https`.
    pub(crate) scheme: &'static str,
}

impl<'a> Reach<'a> {
    pub(super) fn state(&self) -> MutexGuard<'a, State> {
        lock(self.state)
    }
}
