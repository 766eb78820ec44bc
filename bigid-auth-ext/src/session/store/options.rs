use std::fmt;
use std::time::Duration;

use zeroize::Zeroizing;

/// How long a client waits for the exchange of another process, by default; up to half as long again, so that those who
/// wait do not give up together. Longer than a Redis lease outlives its holder, and shorter than most callers'
/// timeouts.
pub const DEFAULT_LEASE_WAIT: Duration = Duration::from_secs(10);

/// How long one operation of a store may take, by default. A file or a Redis in the same region responds in
/// milliseconds; a machine that starts a hundred processes at once takes longer.
pub const DEFAULT_STORE_TIMEOUT: Duration = Duration::from_secs(2);

/// How a client uses its session store.
#[derive(Debug, Clone)]
#[must_use]
pub struct StoreOptions {
    pub(super) lease_wait: Duration,
    pub(super) timeout: Duration,
    pub(super) when_leased: WhenLeased,
    pub(super) key: Option<SealingKey>,
}

/// What a client without a good session does when another process has been exchanging for longer than
/// [`StoreOptions::lease_wait`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum WhenLeased {
    /// It exchanges as well. Right where a second exchange leaves the first session valid. Whether BigID does is not
    /// recorded; its sessions are signed tokens that carry their own end, so that it probably does.
    #[default]
    Exchange,
    /// The call fails with an error that may be retried.
    Fail,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            lease_wait: DEFAULT_LEASE_WAIT,
            timeout: DEFAULT_STORE_TIMEOUT,
            when_leased: WhenLeased::default(),
            key: None,
        }
    }
}

impl StoreOptions {
    /// How long to wait for the exchange of another process; [`DEFAULT_LEASE_WAIT`] by default. Half a minute at most,
    /// because the client's own exchange follows.
    pub fn lease_wait(mut self, wait: Duration) -> Self {
        self.lease_wait = wait.min(Duration::from_secs(30));
        self
    }

    /// How long one operation of the store may take; [`DEFAULT_STORE_TIMEOUT`] by default, ten seconds at most.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.min(Duration::from_secs(10));
        self
    }

    /// What to do after that wait.
    pub fn when_leased(mut self, policy: WhenLeased) -> Self {
        self.when_leased = policy;
        self
    }

    /// Seals sessions with this key rather than with one that is derived from the user token. Needed to share the
    /// sessions of a user name and password: a stored session must not help to guess a password.
    pub fn sealing_key(mut self, key: SealingKey) -> Self {
        self.key = Some(key);
        self
    }
}

/// 32 secret random bytes that all processes of a fleet have, and nobody else.
#[derive(Clone)]
pub struct SealingKey(Zeroizing<[u8; 32]>);

impl SealingKey {
    /// A key from a generator of random bytes; never a password.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &*self.0
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_have_an_upper_bound() {
        let options = |wait| StoreOptions::default().lease_wait(wait).timeout(wait);
        let bounds = |options: StoreOptions| (options.lease_wait.as_secs(), options.timeout.as_secs());
        assert_eq!(bounds(StoreOptions::default()), (10, 2));
        assert_eq!(bounds(options(Duration::from_secs(1))), (1, 1));
        assert_eq!(bounds(options(Duration::MAX)), (30, 10));
    }

    #[test]
    fn a_sealing_key_prints_none_of_its_bytes() {
        assert_eq!(format!("{:?}", SealingKey::new([7; 32])), "SealingKey(..)");
    }
}
