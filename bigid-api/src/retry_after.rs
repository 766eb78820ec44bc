//! `Retry-After`, in both of its forms (RFC 9110, section 10.2.3).

use std::time::{Duration, SystemTime};

use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, HeaderName};

/// How long the server asks clients to wait: the `Retry-After` header, in seconds or as a date.
///
/// A date is compared with the response's own `Date`, which eliminates clock skew. Without one it is compared with
/// `wall`, the time since 1970. A date in the past means no wait; a number of seconds that is too large becomes
/// [`Duration::MAX`], which every caller caps.
///
/// ```
/// use std::time::Duration;
///
/// use bigid_api::http::{HeaderMap, HeaderValue};
/// use bigid_api::retry_after;
///
/// let mut headers = HeaderMap::new();
/// headers.insert("retry-after", HeaderValue::from_static("Tue, 15 Nov 1994 12:46:00 GMT"));
/// headers.insert("date", HeaderValue::from_static("Tue, 15 Nov 1994 12:45:30 GMT"));
/// assert_eq!(retry_after(&headers, || Duration::ZERO), Some(Duration::from_secs(30)));
/// ```
pub fn retry_after(headers: &HeaderMap, wall: impl FnOnce() -> Duration) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return (!text.is_empty()).then(|| text.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let until = date(text)?;
    Some(until.saturating_sub(sent_at(headers, DATE).unwrap_or_else(wall)))
}

fn sent_at(headers: &HeaderMap, name: HeaderName) -> Option<Duration> {
    date(headers.get(name)?.to_str().ok()?.trim())
}

fn date(text: &str) -> Option<Duration> {
    httpdate::parse_http_date(text).ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()
}

/// When an error response arrived, as the time since 1970 on the clock of the layer that received it, in the extensions
/// of the response.
///
/// A `Retry-After` date without a `Date` beside it is compared with this, or else with the operating system's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceivedAt(pub Duration);

/// The operating system's clock, for responses that no layer has stamped.
#[allow(clippy::disallowed_methods, reason = "a plain client has no other clock, and no test waits on this one")]
pub(crate) fn system_wall() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1994-11-15 12:45:26 UTC.
    const MOMENT: Duration = Duration::from_secs(784_903_526);

    #[test]
    fn seconds_and_dates_are_read_and_nothing_else_is() {
        for (text, expected) in [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Tue, 15 Nov 1994 12:45:26 GMT", Some(30)),
            ("Tue, 15 Nov 1994 12:00:00 GMT", Some(0)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            let read = |headers: &HeaderMap| retry_after(headers, || MOMENT - Duration::from_secs(30));
            assert_eq!(read(&headers).map(|time| time.as_secs()), expected, "{text}");
            // With a `Date` of the server, the local clock is not used.
            headers.insert(DATE, "Tue, 15 Nov 1994 12:44:56 GMT".parse().unwrap());
            let elsewhere = retry_after(&headers, || panic!("the local clock was read"));
            assert_eq!(elsewhere.map(|time| time.as_secs()), expected, "{text}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), || MOMENT), None);
    }
}
