//! Sessions: their exchange, their cache, their renewal.

mod authorization;
pub(crate) use authorization::{Authorization, header, with_bearer};

pub(crate) mod cache;

mod claims;
pub(crate) use claims::{expires_at, is_access_token, owner};

pub(crate) mod classify;

pub(crate) mod counter;

mod demand;
pub(crate) use demand::Demand;

pub(crate) mod detector;

pub(crate) mod event;
pub use event::{Event, Events};

mod trace;

pub(crate) mod exchange;

pub(crate) mod failure_cache;

pub(crate) mod runtime;

mod serial;
pub(crate) use serial::Serial;

mod store_error;
pub use store_error::StoreError;

#[cfg(feature = "session-store")]
pub(crate) mod store;
#[cfg(feature = "session-store")]
pub use store::{
    DEFAULT_LEASE_WAIT, DEFAULT_STORE_TIMEOUT, Entry, EntryName, FileStore, Lease, MemoryStore, NewEntry, Saved,
    SealingKey, SessionStore, StoreOptions, WhenLeased,
};

#[cfg(feature = "redis")]
pub use store::{REDIS_LEASE, RedisStore};

#[cfg(not(feature = "session-store"))]
#[path = "without_store.rs"]
pub(crate) mod store;

mod session_cache;
pub use session_cache::{CacheStats, SessionCache};

use std::fmt;
use std::time::Duration;

use bigid_api::Secret;
use http::HeaderValue;

use crate::dialect::AuthScheme;
use claims::{claims, lifetime, seconds};

/// A system or session token and its lifetime. It authorizes any BigID call.
#[derive(Clone)]
// Alone on its cache lines, because the reference count of the header, which every call writes, may be adjacent.
#[repr(align(128))]
pub struct Session {
    header: HeaderValue,
    serial: Serial,
    /// On the client's clock.
    received_at: Duration,
    lifetime: Duration,
    refresh_at: Duration,
    /// The number of a supplied token, which no exchange can renew.
    provided: Option<Serial>,
    shared: Shared,
}

/// The identity of a session within a fleet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shared {
    /// A random number, drawn at the exchange. Tokens are not compared: two exchanges within one second may return the
    /// same token.
    pub(crate) id: u64,
    /// The number of consecutive sessions before this one that were refused while young.
    pub(crate) row: u32,
    /// Whether another process exchanged it.
    pub(crate) adopted: bool,
}

/// The lifetime assumed for a token that does not state a plausible one. Shorter than what other clients assume (an
/// hour to a day): a wrong guess costs an exchange every ten minutes, but never a refused call.
pub const DEFAULT_LIFETIME: Duration = Duration::from_secs(10 * 60);

/// The longest lifetime that is accepted: a session is renewed at least this often. Recorded lifetimes are 7 days.
pub const MAX_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The part of a lifetime before its end in which a new session is fetched in the background: one tenth, but no more
/// than [`MAX_REFRESH_WINDOW`].
const REFRESH_PART: u32 = 10;

/// The longest time before its end at which a session is refreshed.
pub const MAX_REFRESH_WINDOW: Duration = Duration::from_secs(60 * 60);

impl Session {
    /// Creates a session from a token that was received at `now`.
    ///
    /// # Errors
    /// The token is not valid in a header.
    pub(crate) fn new(token: &Secret, scheme: AuthScheme, now: Duration) -> Result<Self, &'static str> {
        let (header, lifetime) = (header(token, scheme)?, lifetime(token.expose()));
        Ok(Self::build(header, now, lifetime, None))
    }

    /// Creates a session from the supplied token `number`. Its claims say when it expires on the wall clock.
    ///
    /// # Errors
    /// The token is not valid in a header, or has expired.
    pub(crate) fn provided(
        token: &Secret,
        number: Serial,
        scheme: AuthScheme,
        now: Duration,
        wall: Duration,
    ) -> Result<Self, &'static str> {
        let end = claims(token.expose()).and_then(|claims| seconds(&claims.exp));
        let lifetime = match end {
            Some(end) => Duration::from_secs_f64((end - wall.as_secs_f64()).clamp(0.0, MAX_LIFETIME.as_secs_f64())),
            None => DEFAULT_LIFETIME,
        };
        if lifetime.is_zero() {
            return Err("it has expired");
        }
        Ok(Self::build(header(token, scheme)?, now, lifetime, Some(number)))
    }

    fn build(header: HeaderValue, received_at: Duration, lifetime: Duration, provided: Option<Serial>) -> Self {
        let window = (lifetime / REFRESH_PART).min(MAX_REFRESH_WINDOW);
        // Clients that started together should not refresh together.
        let jitter = window.mul_f64(fastrand::f64() / 2.0);
        let refresh_at = received_at + (lifetime - window) + jitter;
        let shared = Shared { id: fastrand::u64(..), row: 0, adopted: false };
        Self { header, serial: Serial::next(), received_at, lifetime, refresh_at, provided, shared }
    }

    pub(crate) fn shared(&self) -> Shared {
        self.shared
    }

    /// The token without its scheme.
    pub(crate) fn token(&self) -> Option<Secret> {
        let token = self.header.as_bytes();
        let token = token.strip_prefix(b"Bearer ").unwrap_or(token);
        std::str::from_utf8(token).ok().map(Secret::from)
    }

    /// The same token in another header. It gets a new serial number: a refusal of the old header says nothing about
    /// this one.
    pub(crate) fn with_header(&self, header: HeaderValue) -> Self {
        Self { header, serial: Serial::next(), ..self.clone() }
    }

    #[inline]
    pub(crate) fn as_authorization(&self) -> Authorization {
        Authorization { header: self.header.clone(), serial: self.serial }
    }

    #[cfg(test)]
    pub(crate) fn identified(mut self, id: u64) -> Self {
        self.shared.id = id;
        self
    }

    #[cfg(test)]
    pub(crate) fn numbered(self, serial: Serial) -> Self {
        Self { serial, ..self }
    }

    pub(crate) fn serial(&self) -> Serial {
        self.serial
    }

    /// The number of this session, unique within the process.
    ///
    /// Compare it, not the tokens, to find out whether a session was replaced: two exchanges within one second may
    /// return the same token.
    #[must_use]
    pub fn serial_number(&self) -> u64 {
        self.serial.get()
    }

    /// The value of the Authorization header, marked as sensitive.
    #[must_use]
    pub fn authorization(&self) -> &HeaderValue {
        &self.header
    }

    /// The lifetime of the token, counted from its receipt.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// The number of a supplied token; `None` if the session was exchanged.
    pub(crate) fn provided_token(&self) -> Option<Serial> {
        self.provided
    }

    /// When it was issued, on the client's clock.
    pub(crate) fn received_at(&self) -> Duration {
        self.received_at
    }

    /// The time since its exchange.
    pub(crate) fn age(&self, now: Duration) -> Duration {
        now.saturating_sub(self.received_at)
    }

    pub(crate) fn is_good(&self, now: Duration) -> bool {
        self.age(now) < self.lifetime
    }

    pub(crate) fn ends_at(&self) -> Duration {
        self.received_at + self.lifetime
    }

    /// When to refresh: at a random moment of the window before the end.
    pub(crate) fn refresh_at(&self) -> Duration {
        self.refresh_at
    }

    /// Moves the refresh forward.
    pub(crate) fn refresh_no_later_than(&mut self, moment: Duration) {
        self.refresh_at = self.refresh_at.min(moment);
    }

    /// The time between the refresh and the end.
    pub(crate) fn refresh_window(&self) -> Duration {
        self.ends_at().saturating_sub(self.refresh_at)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
