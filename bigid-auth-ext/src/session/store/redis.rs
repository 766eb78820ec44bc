//! Sessions in Redis: one server, or several machines behind one address.
//!
//! | key | |
//! |---|---|
//! | `bigid:{NAME}:session` | a hash of the entry's generation and the sealed session; it expires with the session |
//! | `bigid:{NAME}:lease` | the process that exchanges; it expires if that process does not renew it |
//! | `bigid:{NAME}:count` | counts holders and entries, so that no generation comes twice |
//!
//! The braces make the keys of one session share a slot of a cluster, as scripts need.

use std::fmt;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bigid_api::Secret;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{FromRedisValue, IntoConnectionInfo as _, Script, ScriptInvocation};
use tokio::runtime::{Handle, Id};
use tokio::task::AbortHandle;

use super::{Entry, EntryName, Lease, NewEntry, Saved, SessionStore, StoreError};
use crate::credential::redactor::Redactor;
use crate::lock::lock;
use crate::session::MAX_LIFETIME;

/// How long a lease outlives a holder that is gone, and with it how long the others wait for a process that was killed. The holder renews
/// its lease three times in this time.
pub const REDIS_LEASE: Duration = Duration::from_secs(5);

/// How long the count outlives its last use: longer than any session.
const COUNT_LIFETIME: Duration = Duration::from_secs(60 * 24 * 60 * 60);
const _: () = assert!(COUNT_LIFETIME.as_secs() > MAX_LIFETIME.as_secs());

/// A connection that is not used for this long is closed. Exchanges are hours apart, and ten thousand idle connections are as many as a
/// server takes by default; one that a balancer forgot is not there to be used.
const IDLE: Duration = Duration::from_secs(10);

/// Longer than any limit of [`StoreOptions`](super::StoreOptions), which ends operations.
const LIMIT: Duration = Duration::from_secs(11);

static TRY_LEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
         local stored = tonumber(redis.call('HGET', KEYS[2], 'generation') or 0)
         local holder = math.max(redis.call('INCR', KEYS[3]), stored + 1)
         redis.call('SET', KEYS[3], holder, 'PX', ARGV[3])
         return holder",
    )
});

static RENEW: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
         return redis.call('PEXPIRE', KEYS[1], ARGV[2])",
    )
});

static RELEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
         return redis.call('DEL', KEYS[1])",
    )
});

/// Nothing is stored if another entry than the one that was read is there, or if another process has had the lease since. An entry that
/// is gone, with its server or at its end, may be replaced by any.
static SAVE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local stored = tonumber(redis.call('HGET', KEYS[1], 'generation') or 0)
         if stored ~= 0 and stored ~= tonumber(ARGV[1]) then return 0 end
         local count, lease = tonumber(redis.call('GET', KEYS[2]) or 0), tonumber(ARGV[2])
         if lease > 0 and count > lease then return 0 end
         local generation = math.max(count, stored) + 1
         redis.call('SET', KEYS[2], generation, 'PX', ARGV[5])
         redis.call('HSET', KEYS[1], 'generation', generation, 'sealed', ARGV[3])
         redis.call('PEXPIRE', KEYS[1], ARGV[4])
         return 1",
    )
});

/// Shares sessions through Redis, or a server that speaks its protocol and runs its scripts.
///
/// It connects when it is asked and closes what is idle. A clone shares the connection.
#[derive(Clone)]
pub struct RedisStore(Arc<Inner>);

struct Inner {
    client: redis::Client,
    /// The password, which no error repeats.
    redactor: Redactor,
    connection: Mutex<Option<Connection>>,
}

/// A connection is driven by the runtime that made it.
struct Connection {
    runtime: Id,
    manager: ConnectionManager,
    uses: u64,
}

impl RedisStore {
    /// A server by its URL: `redis://user:password@host:6379/0`, or `rediss://..` with TLS, which needs this crate's feature `rustls` or
    /// `native-tls`. TLS trusts the operating system's roots (`SSL_CERT_FILE` names others). A program with two cryptography providers of
    /// rustls among its dependencies has to install one (`CryptoProvider::install_default`); until it has, the store fails with an event.
    ///
    /// # Errors
    /// A URL that cannot be read. The URL is not repeated: it may hold a password.
    pub fn new(url: &str) -> Result<Self, StoreError> {
        let unreadable = || {
            StoreError::new(
                "the address of the Redis server cannot be read; it is a URL, as in redis://cache.example:6379/0",
            )
        };
        let info = url.into_connection_info().map_err(|_| unreadable())?;
        let redactor = Redactor::default();
        if let Some(password) = info.redis_settings().password() {
            redactor.register(&Secret::from(password));
        }
        let client = redis::Client::open(info).map_err(|_| {
            StoreError::new(
                "this build cannot connect to this Redis address; `rediss` needs the feature `rustls` or `native-tls`",
            )
        })?;
        Ok(Self(Arc::new(Inner { client, redactor, connection: Mutex::default() })))
    }

    /// Runs a script. A connection that turns out to be closed is replaced once.
    async fn run<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Result<T, StoreError> {
        let mut manager = self.connection().map_err(|error| self.failed(&error))?;
        let outcome = match script.invoke_async(&mut manager).await {
            Err(error) if error.is_connection_dropped() || error.is_io_error() => {
                lock(&self.0.connection).take();
                let mut manager = self.connection().map_err(|error| self.failed(&error))?;
                script.invoke_async(&mut manager).await
            }
            outcome => outcome,
        };
        outcome.map_err(|error| self.failed(&error))
    }

    /// The connection of this runtime, and the promise to close it when nobody uses it.
    fn connection(&self) -> redis::RedisResult<ConnectionManager> {
        let runtime = Handle::current();
        let mut kept = lock(&self.0.connection);
        let connection = match kept.take().filter(|connection| connection.runtime == runtime.id()) {
            Some(connection) => kept.insert(Connection { uses: connection.uses + 1, ..connection }),
            None => {
                let config = ConnectionManagerConfig::new()
                    .set_number_of_retries(1)
                    .set_connection_timeout(Some(LIMIT))
                    .set_response_timeout(Some(LIMIT));
                let manager = ConnectionManager::new_lazy_with_config(self.0.client.clone(), config)?;
                kept.insert(Connection { runtime: runtime.id(), manager, uses: 0 })
            }
        };
        let (manager, uses, store) = (connection.manager.clone(), connection.uses, Arc::downgrade(&self.0));
        let id = runtime.id();
        runtime.spawn(async move {
            tokio::time::sleep(IDLE).await;
            if let Some(store) = store.upgrade() {
                let is_idle = |connection: &mut Connection| connection.runtime == id && connection.uses == uses;
                drop(lock(&store.connection).take_if(is_idle));
            }
        });
        Ok(manager)
    }

    fn failed(&self, error: &redis::RedisError) -> StoreError {
        let text = error.to_string();
        let text = self.0.redactor.redact(text.as_bytes());
        StoreError::new(format!("Redis: {}", String::from_utf8_lossy(&text)))
    }
}

#[async_trait]
impl SessionStore for RedisStore {
    async fn load(&self, name: &EntryName) -> Result<Option<Entry>, StoreError> {
        static LOAD: LazyLock<Script> =
            LazyLock::new(|| Script::new("return redis.call('HMGET', KEYS[1], 'generation', 'sealed')"));
        let entry = self.run::<(Option<u64>, Option<Vec<u8>>)>(&LOAD.key(session(name))).await?;
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
        let held = Held { store: self.clone(), key: lease(name), owner };
        let renewal = tokio::spawn(held.clone().renew()).abort_handle();
        Ok(Some(Box::new(RedisLease { held: Some(held), generation, renewal })))
    }
}

impl fmt::Debug for RedisStore {
    /// The URL is not shown: it may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore").finish_non_exhaustive()
    }
}

#[derive(Clone, Debug)]
struct Held {
    store: RedisStore,
    key: String,
    owner: String,
}

impl Held {
    /// Renews the lease until Redis says that it is lost, or the lease is dropped. A renewal that fails is tried again.
    async fn renew(self) {
        loop {
            tokio::time::sleep(REDIS_LEASE / 3).await;
            let renewed = self.store.run::<u64>(RENEW.key(&self.key).arg(&self.owner).arg(millis(REDIS_LEASE))).await;
            if matches!(renewed, Ok(0)) {
                return;
            }
        }
    }

    async fn release(self) {
        // If it cannot be released it expires.
        let _ = self.store.run::<u64>(RELEASE.key(&self.key).arg(&self.owner)).await;
    }
}

#[derive(Debug)]
struct RedisLease {
    held: Option<Held>,
    generation: u64,
    renewal: AbortHandle,
}

#[async_trait]
impl Lease for RedisLease {
    fn generation(&self) -> Option<u64> {
        Some(self.generation)
    }

    async fn release(mut self: Box<Self>) {
        self.renewal.abort();
        if let Some(held) = self.held.take() {
            held.release().await;
        }
    }
}

impl Drop for RedisLease {
    fn drop(&mut self) {
        self.renewal.abort();
        if let (Some(held), Ok(runtime)) = (self.held.take(), Handle::try_current()) {
            runtime.spawn(held.release());
        }
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

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
