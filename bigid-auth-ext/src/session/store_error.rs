use std::fmt;
use std::sync::Arc;

/// An error of a session store, or of one of its entries. No call fails because of it:
/// [`Event::StoreFailed`](crate::Event::StoreFailed) reports it.
#[derive(Clone, Debug)]
pub struct StoreError(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    message: String,
    is_entry: bool,
}

impl StoreError {
    /// The store cannot be used at present. Do not put secrets in the message, such as a password in the store's
    /// address.
    pub fn new(message: impl Into<String>) -> Self {
        Self(Arc::new(Inner { message: message.into(), is_entry: false }))
    }

    /// One entry cannot be used: it is truncated, too large, changed, or another user's. The store itself works.
    pub fn unusable_entry(message: impl Into<String>) -> Self {
        Self(Arc::new(Inner { message: message.into(), is_entry: true }))
    }

    /// Whether the store works and one entry was ignored.
    #[must_use]
    pub fn is_entry(&self) -> bool {
        self.0.is_entry
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for StoreError {}
