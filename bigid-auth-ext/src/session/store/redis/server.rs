//! The server of a store, and the connection to it.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bigid_api::Secret;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{FromRedisValue, IntoConnectionInfo as _, ScriptInvocation};
use tokio::runtime::{Handle, Id};

use crate::credential::redactor::Redactor;
use crate::lock::lock;
use crate::session::store::StoreError;

/// A connection that is not used for this long is closed. Exchanges are hours apart, a server accepts ten thousand
/// connections by default, and a load balancer may have dropped an idle one.
const IDLE: Duration = Duration::from_secs(10);

/// Longer than any limit of [`StoreOptions`](crate::StoreOptions), which ends operations.
const LIMIT: Duration = Duration::from_secs(11);

/// A server, connected to when a script is run. A clone shares the connection.
#[derive(Clone)]
pub(super) struct Server(Arc<Inner>);

struct Inner {
    client: redis::Client,
    /// Removes the password from errors.
    redactor: Redactor,
    connection: Mutex<Option<Connection>>,
}

/// A connection is driven by the runtime that opened it.
struct Connection {
    runtime: Id,
    manager: ConnectionManager,
    uses: u64,
}

impl Server {
    pub(super) fn new(url: &str) -> Result<Self, StoreError> {
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
    pub(super) async fn run<T: FromRedisValue>(&self, script: &ScriptInvocation<'_>) -> Result<T, StoreError> {
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

    /// The connection of this runtime, which is closed when idle.
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
        let (manager, uses, server) = (connection.manager.clone(), connection.uses, Arc::downgrade(&self.0));
        let id = runtime.id();
        runtime.spawn(async move {
            tokio::time::sleep(IDLE).await;
            if let Some(server) = server.upgrade() {
                server.close_unless_used(id, uses);
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

impl Inner {
    /// Closes this connection if it was not used since.
    fn close_unless_used(&self, runtime: Id, uses: u64) {
        drop(lock(&self.connection).take_if(|connection| connection.runtime == runtime && connection.uses == uses));
    }
}

impl fmt::Debug for Server {
    /// The URL is not shown, because it may contain a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").finish_non_exhaustive()
    }
}

pub(super) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
pub(super) mod tests;
