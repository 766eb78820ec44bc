//! Points in time as ISO 8601 text in UTC, as BigID writes them. Two functions, so that no calendar crate is needed.

use std::time::Duration;

/// `2026-11-26T08:30:00.250Z`. Years past 9999 are written as the end of 9999.
pub(super) fn text(since_1970: Duration) -> String {
    let ms = since_1970.as_millis().min(253_402_300_799_999) as u64;
    let (days, of_day) = (ms / 86_400_000, ms % 86_400_000);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1_000 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", of_day % 1_000)
}

/// The time since 1970 of a date, or of a date and a time with or without a fraction, `Z`, or an offset such as
/// `+02:00`.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00:00"));
    let (time, offset) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) => (&time[..at], offset(&time[at..])?),
        None => (time, 0),
    };
    let [year, month, day] = numbers(date, '-')?;
    let (clock, fraction) = time.split_once(['.', ',']).unwrap_or((time, ""));
    let [hour, minute, second] = numbers(clock, ':').or_else(|| numbers(&format!("{clock}:0"), ':'))?;
    let in_range = (1970..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60
        && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !in_range {
        return None;
    }
    let ms: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset * 60;
    u64::try_from(seconds * 1_000 + ms).ok().map(Duration::from_millis)
}

/// In minutes.
fn offset(text: &str) -> Option<i64> {
    let (sign, rest) = (text.get(..1)?, text.get(1..)?);
    if sign.eq_ignore_ascii_case("z") {
        return rest.is_empty().then_some(0);
    }
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest.get(..2)?, rest.get(2..)?));
    let [hours, minutes] = numbers(&format!("{hours}:{}", if minutes.is_empty() { "0" } else { minutes }), ':')?;
    let minutes = hours * 60 + minutes;
    (hours < 24).then_some(if sign == "-" { -minutes } else { minutes })
}

fn numbers<const N: usize>(text: &str, separator: char) -> Option<[i64; N]> {
    let parts: Vec<&str> = text.split(separator).collect();
    let is_number = |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !parts.iter().all(is_number) {
        return None;
    }
    let numbers: Vec<i64> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    numbers.try_into().ok()
}

/// Days since 1970, by Howard Hinnant's `days_from_civil`, for years from 1970 on.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day, by Howard Hinnant's `civil_from_days`, for days from 1970 on.
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let mut ms: u64 = 1;
        while ms < 253_402_300_799_999 {
            let moment = Duration::from_millis(ms);
            assert_eq!(parse(&text(moment)), Some(moment), "{ms}");
            ms = ms * 9 / 8 + 86_400_013;
        }
        assert_eq!(text(Duration::from_millis(951_782_400_250)), "2000-02-29T00:00:00.250Z");
        assert_eq!(text(Duration::MAX), "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn the_forms_of_one_moment_are_read_as_one() {
        for form in [
            "2023-05-16T08:30:00.000Z",
            "2023-05-16T08:30:00Z",
            "2023-05-16T08:30:00",
            "2023-05-16T08:30",
            "2023-05-16 08:30:00.0",
            "2023-05-16T10:30:00+02:00",
            "2023-05-16T03:00:00.000000-0530",
            "2023-05-16T09:30:00+01",
        ] {
            assert_eq!(parse(form), Some(Duration::from_secs(1_684_225_800)), "{form}");
        }
        assert_eq!(parse("2023-05-16"), Some(Duration::from_secs(1_684_195_200)));
    }

    #[test]
    fn what_is_not_a_moment_is_not_read_and_nothing_panics() {
        let pieces = ["", "T", "-", "+", ":", "Z", "9", "2023", "05", "ü", ".", "é1", "2023-05-16", "24:00:00", " "];
        for one in pieces {
            for other in pieces {
                for third in pieces {
                    let _ = parse(&format!("{one}{other}{third}"));
                }
            }
        }
        for text in ["", "soon", "2023-13-01", "2023-05-16T24:00:00Z", "1969-12-31", "2023-05-16T08:30:00+", "20230516"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
