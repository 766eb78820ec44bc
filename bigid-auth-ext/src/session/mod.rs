//! Sessions: their exchange, their cache, their renewal.

pub(crate) mod cache;

pub(crate) mod classify;

pub(crate) mod counter;

pub(crate) mod dialect;
pub use dialect::{AuthScheme, Dialect, UnknownDialect};

pub(crate) mod event;
pub use event::{Event, Events};

pub(crate) mod exchange;

pub(crate) mod failure_cache;

pub(crate) mod runtime;

mod session_cache;
pub use session_cache::{CacheStats, SessionCache};

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bigid_api::Secret;
use http::HeaderValue;
use serde::Deserialize;
use serde_json::Value;

/// A system or session token and how long it is good for. It authorizes any BigID call.
#[derive(Clone)]
// Alone on its cache lines: the count of the header's clones, which every call writes, may lie beside it.
#[repr(align(128))]
pub struct Session {
    header: HeaderValue,
    /// On the client's clock.
    received_at: Duration,
    lifetime: Duration,
    refresh_at: Duration,
    /// Whether it was handed over as it is, so that no exchange can renew it.
    given: bool,
}

/// The lifetime taken for a token that does not tell its own. Shorter than any client guesses (an hour to a day), so that a wrong
/// guess costs an exchange in ten minutes and never a refused call.
pub const DEFAULT_LIFETIME: Duration = Duration::from_secs(10 * 60);

/// The longest lifetime that is believed: a session is renewed at least this often. Recorded are 7 days.
pub const MAX_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// The part of a lifetime before its end in which a new session is fetched in the background: one tenth, but no more than
/// [`MAX_REFRESH_WINDOW`].
const REFRESH_PART: u32 = 10;

/// The longest time before its end at which a session is refreshed.
pub const MAX_REFRESH_WINDOW: Duration = Duration::from_secs(60 * 60);

impl Session {
    /// Makes a session of a token that was received at `now`.
    ///
    /// # Errors
    /// A token that no header can hold, or whose claims say that it was never good.
    pub(crate) fn new(token: &Secret, prefix: AuthScheme, now: Duration) -> Result<Self, &'static str> {
        let lifetime = lifetime(token.expose())?;
        Ok(Self::of(header(token, prefix)?, now, lifetime, false))
    }

    /// Makes a session of an access token that was issued elsewhere. Its end is where its claims put it on the wall clock.
    ///
    /// # Errors
    /// A token that no header can hold, or that has expired.
    pub(crate) fn given(
        token: &Secret,
        prefix: AuthScheme,
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
        Ok(Self::of(header(token, prefix)?, now, lifetime, true))
    }

    fn of(header: HeaderValue, received_at: Duration, lifetime: Duration, given: bool) -> Self {
        let window = (lifetime / REFRESH_PART).min(MAX_REFRESH_WINDOW);
        // Clients that began together should not refresh together.
        let jitter = window.mul_f64(fastrand::f64() / 2.0);
        let refresh_at = received_at + (lifetime - window) + jitter;
        Self { header, received_at, lifetime, refresh_at, given }
    }

    /// The same session behind another header.
    pub(crate) fn with_header(&self, header: HeaderValue) -> Self {
        Self { header, ..self.clone() }
    }

    /// The value of the Authorization header, marked as sensitive.
    #[must_use]
    pub fn authorization(&self) -> &HeaderValue {
        &self.header
    }

    /// How long the token is good for, counted from its receipt.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    pub(crate) fn is_given(&self) -> bool {
        self.given
    }

    pub(crate) fn is_good(&self, now: Duration) -> bool {
        now.saturating_sub(self.received_at) < self.lifetime
    }

    /// When it is time to fetch the next one: within the window before the end, at a moment of this session's own.
    pub(crate) fn refresh_at(&self) -> Duration {
        self.refresh_at
    }

    /// Brings the next one forward.
    pub(crate) fn refresh_no_later_than(&mut self, moment: Duration) {
        self.refresh_at = self.refresh_at.min(moment);
    }

    /// The time between the begin of refreshing and the end.
    pub(crate) fn refresh_window(&self) -> Duration {
        (self.received_at + self.lifetime).saturating_sub(self.refresh_at)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

/// A refused header with `Bearer` before it.
pub(crate) fn behind_bearer(header: &HeaderValue) -> Option<HeaderValue> {
    let mut bearer = HeaderValue::from_bytes(&[b"Bearer ", header.as_bytes()].concat()).ok()?;
    bearer.set_sensitive(true);
    Some(bearer.clone())
}

/// Whether a token is the kind that authorizes calls, which some paste where a user token is expected.
pub(crate) fn is_access_token(token: &str) -> bool {
    claims(token).is_some_and(|claims| claims.kind == "access-token")
}

/// When a token ends on the wall clock, by its own claims.
pub(crate) fn end_of(token: &str) -> Option<Duration> {
    let end = seconds(&claims(token)?.exp)?;
    Duration::try_from_secs_f64(end).ok()
}

/// A sensitive header. The clone makes the bytes shared before anybody waits for it.
pub(crate) fn header(token: &Secret, prefix: AuthScheme) -> Result<HeaderValue, &'static str> {
    let text = match prefix {
        AuthScheme::Raw => token.expose().to_owned(),
        AuthScheme::Bearer => format!("Bearer {}", token.expose()),
    };
    if token.is_empty() {
        return Err("the token is empty");
    }
    let mut header = HeaderValue::try_from(text).map_err(|_| "the token holds characters that no header can hold")?;
    header.set_sensitive(true);
    Ok(header.clone())
}

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    exp: Value,
    #[serde(default)]
    iat: Value,
    #[serde(default, rename = "type")]
    kind: Value,
}

/// `exp - iat`, so that the server's clock drops out. Nothing else in the token is believed.
fn lifetime(token: &str) -> Result<Duration, &'static str> {
    let Some(claims) = claims(token) else { return Ok(DEFAULT_LIFETIME) };
    let (Some(exp), Some(iat)) = (seconds(&claims.exp), seconds(&claims.iat)) else { return Ok(DEFAULT_LIFETIME) };
    let lifetime = exp - iat;
    if lifetime.is_nan() || lifetime < 1.0 {
        return Err("the token's claims say that it expired when it was issued");
    }
    Ok(Duration::from_secs_f64(lifetime.min(MAX_LIFETIME.as_secs_f64())))
}

fn claims(token: &str) -> Option<Claims> {
    let mut parts = token.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&payload).ok()
}

fn seconds(value: &Value) -> Option<f64> {
    value.as_f64().filter(|seconds| seconds.is_finite())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn jwt(payload: &str) -> String {
        format!("h.{}.s", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn a_lifetime_is_the_difference_of_two_claims() {
        for (payload, seconds) in [
            (r#"{"iat":1000,"exp":605800}"#, 604_800),
            (r#"{"iat":1000.5,"exp":1060.5}"#, 60),
            (r#"{"iat":-100,"exp":100}"#, 200),
            (r#"{"iat":0,"exp":1e300}"#, MAX_LIFETIME.as_secs()),
            (r#"{"iat":0,"exp":31536000000}"#, MAX_LIFETIME.as_secs()),
        ] {
            assert_eq!(lifetime(&jwt(payload)), Ok(Duration::from_secs(seconds)), "{payload}");
        }
    }

    #[test]
    fn what_tells_no_lifetime_gets_the_short_one() {
        for token in [
            "opaque",
            "a.b",
            "a.b.c.d",
            "a.!.c",
            &jwt("[]"),
            &jwt("{}"),
            &jwt(r#"{"exp":1}"#),
            &jwt(r#"{"exp":"1","iat":"0"}"#),
        ] {
            assert_eq!(lifetime(token), Ok(DEFAULT_LIFETIME), "{token}");
        }
    }

    #[test]
    fn what_was_never_good_is_refused() {
        for payload in [r#"{"iat":5,"exp":5}"#, r#"{"iat":5,"exp":4}"#, r#"{"iat":1e308,"exp":-1e308}"#] {
            assert!(lifetime(&jwt(payload)).is_err(), "{payload}");
        }
    }

    #[test]
    fn a_given_token_ends_on_the_wall_clock_and_never_at_once() {
        let given = |payload, wall| {
            let session =
                Session::given(&jwt(payload).into(), AuthScheme::Raw, Duration::ZERO, Duration::from_secs(wall));
            session.map(|session| session.lifetime().as_secs())
        };
        assert_eq!(given(r#"{"exp":160}"#, 100), Ok(60));
        assert_eq!(given(r#"{"exp":1e300}"#, 100), Ok(MAX_LIFETIME.as_secs()));
        assert_eq!(given("{}", 100), Ok(DEFAULT_LIFETIME.as_secs()));
        // What is left of the last is less than a clock can tell.
        for (payload, wall) in [(r#"{"exp":100}"#, 100), (r#"{"exp":-1}"#, 0), (r#"{"exp":1e-10}"#, 0)] {
            assert_eq!(given(payload, wall), Err("it has expired"), "{payload}");
        }
    }

    #[test]
    fn a_header_is_sensitive_and_holds_one_line() {
        let secret = Secret::from("t0ken");
        assert!(header(&secret, AuthScheme::Bearer).unwrap().is_sensitive());
        assert_eq!(header(&secret, AuthScheme::Raw).unwrap(), "t0ken");
        assert!(header(&Secret::from("a\nb"), AuthScheme::Raw).is_err());
        assert!(header(&Secret::from(""), AuthScheme::Bearer).is_err());
    }
}
