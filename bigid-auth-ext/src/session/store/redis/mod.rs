//! Sessions in Redis: one server, or several machines behind one address.
//!
//! | key | |
//! |---|---|
//! | `bigid:{NAME}:session` | a hash of the entry's generation and the sealed session; it expires with the session |
//! | `bigid:{NAME}:lease` | the process that exchanges; it expires if that process does not renew it |
//! | `bigid:{NAME}:count` | counts holders and entries, so that no generation comes twice |
//!
//! The braces make the keys of one session share a slot of a cluster, as scripts need.

mod lease;
mod scripts;
mod server;

use std::time::Duration;

use async_trait::async_trait;

use super::{Entry, EntryName, Lease, NewEntry, Saved, SessionStore, StoreError};
use crate::session::MAX_LIFETIME;
pub use lease::REDIS_LEASE;
use lease::{HeldLease, RedisLease};
use scripts::{LOAD, SAVE, TRY_LEASE};
use server::{Server, millis};

/// How long the count outlives its last use: longer than any session.
const COUNT_LIFETIME: Duration = Duration::from_secs(60 * 24 * 60 * 60);
const _: () = assert!(COUNT_LIFETIME.as_secs() > MAX_LIFETIME.as_secs());

/// Shares sessions through Redis, or a server that speaks its protocol and runs its scripts.
///
/// It connects when first used and closes idle connections. A clone shares the connection.
#[derive(Clone, Debug)]
pub struct RedisStore(Server);

impl RedisStore {
    /// A server by its URL: `redis://user:password@host:6379/0`, or `rediss://..` with TLS, which needs this crate's
    /// feature `rustls` or `native-tls`. TLS trusts the operating system's roots (`SSL_CERT_FILE` names others). A
    /// program with two cryptography providers of rustls among its dependencies must install one
    /// (`CryptoProvider::install_default`); until then, the store fails with an event.
    ///
    /// # Errors
    /// A URL that cannot be read. The URL is not repeated: it may hold a password.
    pub fn new(url: &str) -> Result<Self, StoreError> {
        Server::new(url).map(Self)
    }
}

#[async_trait]
impl SessionStore for RedisStore {
    async fn load(&self, name: &EntryName) -> Result<Option<Entry>, StoreError> {
        let entry = self.0.run::<(Option<u64>, Option<Vec<u8>>)>(&LOAD.key(session(name))).await?;
        Ok(match entry {
            (Some(generation), Some(sealed)) => Some(Entry::new(generation, sealed)),
            _ => None,
        })
    }

    async fn save(&self, name: &EntryName, entry: NewEntry<'_>) -> Result<Saved, StoreError> {
        if entry.time_to_live < Duration::from_millis(1) {
            return Ok(Saved::Superseded);
        }
        let saved: u64 = self
            .0
            .run(
                SAVE.key(session(name))
                    .key(count(name))
                    .arg(entry.replaces)
                    .arg(entry.lease.unwrap_or(0))
                    .arg(entry.sealed)
                    .arg(millis(entry.time_to_live))
                    .arg(millis(COUNT_LIFETIME)),
            )
            .await?;
        Ok(if saved == 1 { Saved::Stored } else { Saved::Superseded })
    }

    async fn try_lease(&self, name: &EntryName) -> Result<Option<Box<dyn Lease>>, StoreError> {
        let owner = format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
        let generation: u64 = self
            .0
            .run(
                TRY_LEASE
                    .key(lease(name))
                    .key(session(name))
                    .key(count(name))
                    .arg(&owner)
                    .arg(millis(REDIS_LEASE))
                    .arg(millis(COUNT_LIFETIME)),
            )
            .await?;
        if generation == 0 {
            return Ok(None);
        }
        let held = HeldLease { server: self.0.clone(), key: lease(name), owner };
        Ok(Some(Box::new(RedisLease::new(held, generation))))
    }
}

fn session(name: &EntryName) -> String {
    format!("bigid:{{{}}}:session", name.as_str())
}

fn lease(name: &EntryName) -> String {
    format!("bigid:{{{}}}:lease", name.as_str())
}

fn count(name: &EntryName) -> String {
    format!("bigid:{{{}}}:count", name.as_str())
}

#[cfg(test)]
mod tests;
