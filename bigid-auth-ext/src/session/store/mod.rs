//! Sessions that several processes share: their stores, and how only one process at a time exchanges.
//!
//! ```text
//! look in the store -> lease -> look again -> exchange -> save -> release
//! ```
//!
//! That is one flight, a task that no caller can cancel. The protocol is in `fleet.rs`; `guard.rs` keeps a store that
//! fails, hangs or panics from failing a call; `seal.rs` and `record.rs` say what a store holds.

mod options;
pub use options::{DEFAULT_LEASE_WAIT, DEFAULT_STORE_TIMEOUT, SealingKey, StoreOptions, WhenLeased};

mod file;
pub use file::FileStore;

#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "redis")]
pub use redis::{REDIS_LEASE, RedisStore};

mod address;

mod memory;
pub use memory::MemoryStore;

mod fleet;
pub(crate) use fleet::Fleet;

mod guard;

mod record;

mod sharing;
pub(crate) use sharing::Sharing;

mod seal;

#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use super::StoreError;

/// A store through which processes share sessions; set it with
/// [`Builder::session_store`](crate::Builder::session_store).
///
/// A store keeps one entry for each [`EntryName`]: bytes that only the holder of the credential can read. It never sees
/// a token. It is used when a client has no session, or when one is due to be renewed, and never by a call that finds a
/// session in memory.
///
/// A store may be down, slow, full or corrupt. Each operation is cancelled after [`StoreOptions::timeout`] by dropping
/// its future; after a failure, the client reports [`Event::StoreFailed`](crate::Event::StoreFailed), exchanges by
/// itself, and does not use the store again for 5 seconds, or for up to a minute if it keeps failing. No operation may
/// block its thread.
#[async_trait]
pub trait SessionStore: fmt::Debug + Send + Sync + 'static {
    /// Loads the entry with this name, if there is one.
    ///
    /// # Errors
    /// [`StoreError::new`] if the store cannot be read, [`StoreError::unusable_entry`] if it can but this entry cannot
    /// be used: the client then continues as if there were no entry, and replaces it.
    async fn load(&self, name: &EntryName) -> Result<Option<Entry>, StoreError>;

    /// Replaces the entry only if its generation is [`NewEntry::replaces`]: an atomic compare-and-set among all
    /// processes. The stored entry gets a generation that this name has not had before. An unusable entry counts as
    /// none.
    ///
    /// # Errors
    /// [`StoreError::new`] if the entry cannot be stored.
    async fn save(&self, name: &EntryName, entry: NewEntry<'_>) -> Result<Saved, StoreError>;

    /// Takes the lease, which is the right to exchange, and which only one process at a time has; `None` while another
    /// one has it. Does not wait.
    ///
    /// A lease ends with its holder: when it is released or dropped, and soon after the holder's process is gone.
    ///
    /// # Errors
    /// [`StoreError::new`] if the store cannot determine this.
    async fn try_lease(&self, name: &EntryName) -> Result<Option<Box<dyn Lease>>, StoreError>;
}

/// The right to exchange. If it is dropped, it ends as soon as possible.
#[async_trait]
pub trait Lease: fmt::Debug + Send + Sync {
    /// A number that increases with each holder, if a holder can lose its lease without noticing (its machine slept
    /// past the expiry). [`SessionStore::save`] rejects the entry of a holder that was succeeded by another. `None` if
    /// a lease cannot be lost.
    fn generation(&self) -> Option<u64> {
        None
    }

    /// Ends the lease, if this holder still has it. A failure is not reported, because the lease then ends by itself.
    async fn release(self: Box<Self>);
}

/// The name of an entry: a keyed hash of the base URL and the credential, in 40 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EntryName(String);

impl EntryName {
    /// The digits, which are valid in a file name or a key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A stored session.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Entry {
    /// The generation, which is different for each session of this name.
    pub generation: u64,
    /// The sealed session.
    pub sealed: Vec<u8>,
}

impl Entry {
    /// An entry as it was stored.
    #[must_use]
    pub fn new(generation: u64, sealed: Vec<u8>) -> Self {
        Self { generation, sealed }
    }
}

/// A session to store.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct NewEntry<'a> {
    /// The generation of the entry that was read; 0 if there was none.
    pub replaces: u64,
    /// The generation of the writer's lease, if it can be lost.
    pub lease: Option<u64>,
    /// The sealed session.
    pub sealed: &'a [u8],
    /// The remaining lifetime of the session, after which the entry is useless.
    pub time_to_live: Duration,
}

/// The result of storing an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is stored.
    Stored,
    /// Another process stored a session since, or holds the lease now. Nothing was stored.
    Superseded,
}
