//! The stored form of a session, before it is sealed.

use std::time::Duration;

use bigid_api::Secret;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::clock::Clock;
use crate::dialect::AuthScheme;
use crate::session::detector::{DialectDetector, ResolvedDialect};
use crate::session::{MAX_LIFETIME, Session, Shared, header};

/// Times are wall-clock times in milliseconds since 1970, because no other clock is shared between machines.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    token: Secret,
    /// Which exchange made the session; see [`Shared::id`].
    id: u64,
    issued_at: u64,
    lifetime: u64,
    /// The dialect in which the exchange succeeded.
    dialect: Option<Spoken>,
    /// How many sessions in a row were refused while young before this one.
    #[serde(default)]
    row: u32,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Spoken {
    Deployed,
    Spec,
}

/// What only stores need of a session.
impl Session {
    /// Creates a session from a store: its token was issued some time ago.
    ///
    /// # Errors
    /// The token is not valid in a header.
    pub(crate) fn restored(
        token: &Secret,
        scheme: AuthScheme,
        now: Duration,
        age: Duration,
        lifetime: Duration,
        shared: Shared,
    ) -> Result<Self, &'static str> {
        let session = Self::build(header(token, scheme)?, now, lifetime, None);
        // On a machine that was started after the exchange, its time is before the start of the clock.
        let received_at = now.saturating_sub(age);
        let ends_at = now + lifetime.saturating_sub(age);
        let refresh_at = ends_at.saturating_sub(session.refresh_window());
        Ok(Self { received_at, lifetime: ends_at - received_at, refresh_at, shared, ..session })
    }

    /// The same session, after this number of consecutive young sessions were refused.
    pub(crate) fn after_row(mut self, row: u32) -> Self {
        self.shared.row = row;
        self
    }
}

impl Record {
    /// `None` for a token that is not text, which no exchange returns.
    pub(super) fn of(session: &Session, detector: &DialectDetector, clock: &dyn Clock) -> Option<Self> {
        let issued_at = clock.wall().saturating_sub(session.age(clock.now()));
        let dialect = detector.learnt().map(|dialect| match dialect {
            ResolvedDialect::Deployed => Spoken::Deployed,
            ResolvedDialect::Spec => Spoken::Spec,
        });
        let shared = session.shared();
        Some(Self {
            token: session.token()?,
            id: shared.id,
            issued_at: millis(issued_at),
            lifetime: millis(session.lifetime()),
            dialect,
            row: shared.row,
        })
    }

    /// The text that is sealed.
    pub(super) fn encode(&self) -> Option<Zeroizing<Vec<u8>>> {
        // Enough capacity, so that growing leaves no copy behind in memory.
        let mut text = Zeroizing::new(Vec::with_capacity(2 * self.token.expose().len() + 256));
        serde_json::to_writer(&mut *text, self).ok()?;
        Some(text)
    }

    /// `None` for what another version wrote.
    pub(super) fn decode(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    pub(super) fn token(&self) -> &Secret {
        &self.token
    }

    /// Restores the session, and the dialect that is known with it. `None` if it cannot be sent.
    pub(super) fn restore(&self, detector: &DialectDetector, clock: &dyn Clock) -> Option<Session> {
        let known = self.dialect.map(|spoken| match spoken {
            Spoken::Deployed => ResolvedDialect::Deployed,
            Spoken::Spec => ResolvedDialect::Spec,
        });
        let dialect = known.unwrap_or_else(|| detector.candidates().0);
        let lifetime = Duration::from_millis(self.lifetime).min(MAX_LIFETIME);
        // If this clock is behind the writer's, the session counts as new.
        let age = clock.wall().saturating_sub(Duration::from_millis(self.issued_at)).min(lifetime);
        let shared = Shared { id: self.id, row: self.row, adopted: true };
        Session::restored(&self.token, detector.scheme(dialect), clock.now(), age, lifetime, shared).ok()
    }

    /// Records the dialect in which the session was exchanged, so that a new process does not probe for it.
    pub(super) fn teach(&self, detector: &DialectDetector) {
        match self.dialect {
            Some(Spoken::Deployed) => detector.learn_if_unknown(ResolvedDialect::Deployed),
            Some(Spoken::Spec) => detector.learn_if_unknown(ResolvedDialect::Spec),
            None => {}
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
