//! Points in time as text: the two forms that BigID's responses use. A query may name a date before 1970, which neither
//! humantime nor httpdate can hold.

use crate::digits::push_decimal;

/// `2023-05-16T08:30:00.250Z`, as records carry their times.
pub(crate) fn iso(unix_millis: i64) -> String {
    let civil = Civil::from_unix(unix_millis.div_euclid(1_000));
    let ms = unix_millis.rem_euclid(1_000);
    let mut text = String::with_capacity(24);
    let parts = [(civil.year, 4, '-'), (civil.month as i64, 2, '-'), (civil.day, 2, 'T')];
    let time = [(civil.hour, 2, ':'), (civil.minute, 2, ':'), (civil.second, 2, '.'), (ms, 3, 'Z')];
    for (number, width, end) in parts.into_iter().chain(time) {
        push_decimal(&mut text, number.unsigned_abs(), width);
        text.push(end);
    }
    text
}

/// `Tue, 16 May 2023 08:30:00 GMT`, as `Date` and `Retry-After` carry theirs.
pub(crate) fn http_date(unix_seconds: i64) -> String {
    let civil = Civil::from_unix(unix_seconds);
    let Civil { year, day, hour, minute, second, .. } = civil;
    let (weekday, month) = (WEEKDAYS[civil.weekday], MONTHS[civil.month - 1]);
    format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
}

/// The milliseconds since 1970 of a date, or of a date and a time as [`iso`] writes them; a time without a zone is UTC.
pub(crate) fn parse_iso(text: &str) -> Option<i64> {
    let (date, time) = match text.split_once(['T', ' ']) {
        Some((date, time)) => (date, time.strip_suffix('Z').unwrap_or(time)),
        None => (text, "00:00:00"),
    };
    let numbers = |text: &str, separator: char, count: usize| -> Option<Vec<i64>> {
        let parts: Vec<&str> = text.split(separator).collect();
        let digits = |part: &&str| !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
        (parts.len() == count && parts.iter().all(digits)).then(|| parts.iter().flat_map(|part| part.parse()).collect())
    };
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let (date, clock) = (numbers(date, '-', 3)?, numbers(clock, ':', 3)?);
    let ms = fraction
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| format!("{fraction:0<3}"))?
        .get(..3)?
        .parse::<i64>()
        .ok()?;
    let ([year, month, day], [hour, minute, second]) = (date.as_slice(), clock.as_slice()) else { return None };
    let in_range = (1..=12).contains(month) && (1..=31).contains(day) && *hour < 24 && *minute < 60 && *second < 60;
    let seconds = days_from_civil(*year, *month, *day) * 86_400 + hour * 3_600 + minute * 60 + second;
    in_range.then_some(seconds * 1_000 + ms)
}

/// Howard Hinnant's `days_from_civil`, the reverse of what [`Civil::from_unix`] does.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

struct Civil {
    year: i64,
    month: usize,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    weekday: usize,
}

impl Civil {
    /// Howard Hinnant's `civil_from_days`, on years that start in March so that the leap day comes last.
    fn from_unix(seconds: i64) -> Self {
        let seconds = seconds.clamp(FIRST_SECOND, LAST_SECOND);
        let (days, of_day) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month: usize::try_from(month).unwrap_or(1),
            day: day_of_year - (153 * march_month + 2) / 5 + 1,
            hour: of_day / 3_600,
            minute: of_day % 3_600 / 60,
            second: of_day % 60,
            weekday: usize::try_from((days + 4).rem_euclid(7)).unwrap_or(0),
        }
    }
}

/// 0000-03-01 and 9999-12-31: outside these the two text forms have no meaning.
const FIRST_SECOND: i64 = -62_162_035_200;
const LAST_SECOND: i64 = 253_402_300_799;
const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days_are_written_as_they_are_known() {
        for (seconds, date, text) in [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00.000Z"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37.000Z"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT", "2000-02-29T00:00:00.000Z"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT", "1969-12-31T23:59:59.000Z"),
            (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT", "2024-02-29T23:59:59.000Z"),
        ] {
            assert_eq!(http_date(seconds), date);
            assert_eq!(iso(seconds * 1_000), text);
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for ms in [0, 1, -1, 951_782_400_000, 1_709_251_199_999, 4_102_444_800_000] {
            assert_eq!(parse_iso(&iso(ms)), Some(ms));
        }
        assert_eq!(parse_iso("2024-02-29"), Some(1_709_164_800_000));
        assert_eq!(parse_iso("1960-01-01"), Some(-315_619_200_000));
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
            "2024-01-01T00:00:00.ü",
        ] {
            assert_eq!(parse_iso(text), None, "{text}");
        }
    }

    #[test]
    fn no_second_is_out_of_range() {
        assert!(http_date(i64::MIN).ends_with("GMT"));
        assert!(iso(i64::MAX).starts_with("9999-12-31"));
    }
}
