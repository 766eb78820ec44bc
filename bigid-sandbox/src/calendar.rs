//! Points in time as text: the two forms that BigID's responses use.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// `2023-05-16T08:30:00.250Z`, as records carry their times.
pub(crate) fn iso(unix_millis: i64) -> String {
    humantime::format_rfc3339_millis(time(unix_millis)).to_string()
}

/// `Tue, 16 May 2023 08:30:00 GMT`, as `Date` and `Retry-After` carry theirs.
pub(crate) fn http_date(unix_seconds: i64) -> String {
    httpdate::fmt_http_date(time(unix_seconds.saturating_mul(1_000)))
}

/// The milliseconds since 1970 of a date, or of a date and a time as [`iso`] writes them; a time without a zone is UTC.
pub(crate) fn parse_iso(text: &str) -> Option<i64> {
    let start_of_day = format!("{text}T00:00:00");
    let is_date = text.len() == "2024-02-29".len();
    let time = humantime::parse_rfc3339_weak(if is_date { &start_of_day } else { text }).ok()?;
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok()
}

/// Neither form is written for a time before 1970 or after 9999.
fn time(unix_millis: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(unix_millis).unwrap_or(0).min(LAST_MILLISECOND))
}

/// The end of the year 9999.
const LAST_MILLISECOND: u64 = 253_402_300_799_999;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days_are_written_as_they_are_known() {
        for (seconds, date, text) in [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00.000Z"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37.000Z"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT", "2000-02-29T00:00:00.000Z"),
            (-1, "Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00.000Z"),
            (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT", "2024-02-29T23:59:59.000Z"),
        ] {
            assert_eq!(http_date(seconds), date);
            assert_eq!(iso(seconds * 1_000), text);
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for ms in [0, 1, 951_782_400_000, 1_709_251_199_999, 4_102_444_800_000] {
            assert_eq!(parse_iso(&iso(ms)), Some(ms));
        }
        assert_eq!(parse_iso("2024-02-29"), Some(1_709_164_800_000));
        assert_eq!(parse_iso("2024-02-29 00:00:01.5"), Some(1_709_164_801_500));
        for text in [
            "",
            "x",
            "2024",
            "2024-13-01",
            "2024-01-01T25:00:00Z",
            "2024-01-01T00:00Z",
            "--",
            "ü-1-1",
            "2024-02-30",
            "1969-12-31",
            "2024-ü-03",
            "2024-01-01T00:00:00.ü",
        ] {
            assert_eq!(parse_iso(text), None, "{text}");
        }
    }

    #[test]
    fn no_second_is_out_of_range() {
        assert_eq!(http_date(i64::MIN), http_date(0));
        assert_eq!(http_date(i64::MAX), "Fri, 31 Dec 9999 23:59:59 GMT");
        assert_eq!(iso(i64::MAX), "9999-12-31T23:59:59.999Z");
    }
}
