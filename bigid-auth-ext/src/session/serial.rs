//! Serial numbers of sessions.

use std::sync::atomic::{AtomicU64, Ordering};

/// The number of a session, unique within the process.
///
/// Sessions are compared by it and never by their tokens: recorded tokens have no unique claim, so two exchanges within
/// one second return the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Serial(u64);

static NEXT: AtomicU64 = AtomicU64::new(1);

impl Serial {
    pub(crate) fn next() -> Self {
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) fn get(self) -> u64 {
        self.0
    }
}
