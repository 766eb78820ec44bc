//! Inspecting the requests from a test.

use std::sync::atomic::Ordering;

use super::Sandbox;
use crate::api::Evidence;
use crate::contract;
use crate::operation::OperationName;
use crate::wire::ReceivedRequest;

impl Sandbox {
    /// The number of requests for an operation: `sandbox.calls("exchange")`.
    ///
    /// # Panics
    /// If no operation has this name.
    pub fn calls(&self, operation: impl Into<OperationName>) -> usize {
        self.shared.journal.count(operation.into())
    }

    /// The evidence for the response to an operation; `None` for the sandbox's own names.
    ///
    /// # Panics
    /// If no operation has this name.
    #[must_use]
    pub fn evidence(&self, operation: impl Into<OperationName>) -> Option<Evidence> {
        let operation = operation.into();
        let described = contract::operations().iter().find(|one| operation == one.name)?;
        Some(Evidence::of(described, self.profile()))
    }

    /// The number of requests.
    pub fn total_calls(&self) -> usize {
        self.shared.journal.total()
    }

    /// The latest requests, in the order received: as many as
    /// [`journal_capacity`](crate::Builder::journal_capacity) and [`journal_bytes`](crate::Builder::journal_bytes)
    /// allow. They are complete; older ones are only counted.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.shared.journal.requests()
    }

    /// Forgets the requests so far, counts included.
    pub fn clear_journal(&self) {
        self.shared.journal.clear();
    }

    /// Waits until an operation was requested this many times, as counted by [`calls`](Self::calls).
    ///
    /// # Panics
    /// If no operation has this name.
    ///
    /// # Cancel safety
    /// It changes nothing, and can be dropped at any point.
    pub async fn wait_for_calls(&self, operation: impl Into<OperationName>, count: usize) {
        let operation = operation.into();
        self.shared.journal.wait(|journal| journal.count(operation) >= count).await;
    }

    /// Takes the objections of the [observer](crate::Builder::observer) so far, so that dropping the sandbox does not
    /// panic because of them.
    pub fn take_objections(&self) -> Vec<String> {
        self.shared.objections.take()
    }

    /// The number of connections accepted so far.
    pub fn connections_accepted(&self) -> u64 {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    /// The number of open connections.
    pub fn connections_open(&self) -> usize {
        *self.shared.open.borrow()
    }

    /// Waits until this many connections are open.
    ///
    /// # Cancel safety
    /// It changes nothing, and can be dropped at any point.
    pub async fn wait_for_connections_open(&self, count: usize) {
        // The sender lives as long as this sandbox, so the wait ends only with the condition.
        let _ = self.shared.open.subscribe().wait_for(|open| *open == count).await;
    }
}
