//! `Retry-After`, in both of its forms (RFC 9110, section 10.2.3).

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::RETRY_AFTER;

/// How long the server asks to be left alone. A date is read against the wall clock, given as the time since 1970; one in the past is
/// no time at all.
pub(crate) fn retry_after(headers: &HeaderMap, wall: Duration) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than fit are as good as for ever; every caller has a cap.
        return (!text.is_empty()).then(|| text.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let date = httpdate::parse_http_date(text).ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(date.saturating_sub(wall))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read_and_nothing_else_is() {
        // The date is 1994-11-15 12:45:26 UTC.
        const WALL: Duration = Duration::from_secs(784_903_526 - 30);
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
            assert_eq!(retry_after(&headers, WALL).map(|time| time.as_secs()), expected, "{text}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), WALL), None);
    }
}
