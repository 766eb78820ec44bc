//! The lease of the exchanging process, which renews it while it holds it.

use std::time::Duration;

use async_trait::async_trait;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;

use super::scripts::{RELEASE, RENEW};
use super::server::{Server, millis};
use crate::session::store::Lease;

/// How long a lease outlives a dead holder, and so how long the others wait for a killed process. The holder renews its
/// lease three times in this time.
pub const REDIS_LEASE: Duration = Duration::from_secs(5);

#[derive(Clone, Debug)]
pub(super) struct HeldLease {
    pub(super) server: Server,
    pub(super) key: String,
    pub(super) owner: String,
}

impl HeldLease {
    /// Renews the lease until Redis says that it is lost, or the lease is dropped. A renewal that fails is tried again.
    async fn renew(self, pause: Duration) {
        loop {
            tokio::time::sleep(pause).await;
            let renewed = self.server.run::<u64>(RENEW.key(&self.key).arg(&self.owner).arg(millis(REDIS_LEASE))).await;
            if matches!(renewed, Ok(0)) {
                return;
            }
        }
    }

    async fn release(self) {
        // If it cannot be released it expires.
        let _ = self.server.run::<u64>(RELEASE.key(&self.key).arg(&self.owner)).await;
    }
}

#[derive(Debug)]
pub(super) struct RedisLease {
    held: Option<HeldLease>,
    generation: u64,
    renewal: AbortHandle,
}

impl RedisLease {
    pub(super) fn new(held: HeldLease, generation: u64) -> Self {
        let renewal = tokio::spawn(held.clone().renew(REDIS_LEASE / 3)).abort_handle();
        Self { held: Some(held), generation, renewal }
    }
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

#[cfg(test)]
mod tests;
