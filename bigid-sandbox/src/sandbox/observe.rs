//! Inspecting the requests from a test.

use std::sync::atomic::Ordering;

use super::Sandbox;
use crate::api::Evidence;
use crate::contract;
use crate::operation::OperationName;
use crate::wire::ReceivedRequest;

impl Sandbox {
    /// How many requests asked for an operation: `sandbox.calls("exchange")`.
    ///
    /// # Panics
    /// On a name that no operation has.
    pub fn calls(&self, operation: impl Into<OperationName>) -> usize {
        self.shared.journal.count(operation.into())
    }

    /// The evidence for the response to an operation; `None` for the sandbox's own names.
    ///
    /// # Panics
    /// On a name that no operation has.
    #[must_use]
    pub fn evidence(&self, operation: impl Into<OperationName>) -> Option<Evidence> {
        let operation = operation.into();
        let described = contract::operations().iter().find(|one| operation == one.name)?;
        Some(Evidence::of(described, self.profile()))
    }

    /// How many requests there were.
    pub fn total_calls(&self) -> usize {
        self.shared.journal.total()
    }

    /// The latest requests, in the order received: as many as
    /// [`journal_capacity`](crate::Builder::journal_capacity) and [`journal_bytes`](crate::Builder::journal_bytes) let
    /// the journal keep. None of them is cut; older ones are only counted.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.shared.journal.requests()
    }

    /// Forgets the requests so far, counts included.
    pub fn clear_journal(&self) {
        self.shared.journal.clear();
    }

    /// Waits until an operation was asked for that many times, counted as [`calls`](Self::calls) does.
    ///
    /// # Panics
    /// On a name that no operation has.
    ///
    /// # Cancel safety
    /// It changes nothing, and can be dropped at any point.
    pub async fn wait_for_calls(&self, operation: impl Into<OperationName>, count: usize) {
        let operation = operation.into();
        self.shared.journal.wait(|journal| journal.count(operation) >= count).await;
    }

    /// Takes the objections of the [observer](crate::Builder::observer) so far; dropping the sandbox does not panic for them.
    pub fn take_objections(&self) -> Vec<String> {
        self.shared.objections.take()
    }

    /// How many connections were accepted so far.
    pub fn connections_accepted(&self) -> u64 {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    /// How many connections are open now.
    pub fn connections_open(&self) -> usize {
        *self.shared.open.borrow()
    }

    /// Waits until that many connections are open.
    ///
    /// # Cancel safety
    /// It changes nothing, and can be dropped at any point.
    pub async fn wait_for_connections_open(&self, count: usize) {
        // The sender lives as long as this sandbox, so the wait ends with the condition only.
        let _ = self.shared.open.subscribe().wait_for(|open| *open == count).await;
    }
}
