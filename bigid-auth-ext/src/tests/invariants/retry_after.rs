use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderValue, StatusCode};
use reqwest::Response;

use crate::clock::{Clock as _, ManualClock};
use crate::credential::Credential;
use crate::error::{AuthError, Kind};
use crate::layers::retry::Retry;
use crate::session::failure_cache::{self, FailureCache};
use bigid_api::{MAX_BACKOFF, MAX_RETRY_AFTER, RetryPolicy};

/// A byte that chooses a wall clock, and then the value of the header.
pub fn retry_after(bytes: &[u8]) {
    let Some((wall, value)) = bytes.split_first() else { return };
    // Never set; on the date of the RFC's example; of our days; past every date that HTTP can write.
    let walls = [0, 784_111_777, 1_800_000_000, 300_000_000_000];
    let Some(seconds) = walls.get(usize::from(wall % 4)) else { return };
    let Ok(value) = HeaderValue::from_bytes(value) else { return };
    a_value(&value, Duration::from_secs(*seconds));
}

fn a_value(value: &HeaderValue, wall: Duration) {
    let headers = HeaderMap::from_iter([(RETRY_AFTER, value.clone())]);
    let asked = bigid_api::retry_after(&headers, || wall);
    assert_eq!(asked, what_it_says(value, wall), "{value:?}");

    let clock = ManualClock::default();
    clock.set_wall(wall);
    a_retry_waits_no_longer_than_its_cap(value, &clock);
    a_failure_is_forgotten_in_time(asked, &clock);
}

/// The same, read by other means: a number that fits or is forever, or a date that is ahead or is now.
fn what_it_says(value: &HeaderValue, wall: Duration) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        let digits = text.chars().all(|character| character.is_ascii_digit());
        return digits.then(|| text.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let date = text.parse::<httpdate::HttpDate>().ok()?;
    let date = SystemTime::from(date).duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(date.checked_sub(wall).unwrap_or_default())
}

fn a_retry_waits_no_longer_than_its_cap(value: &HeaderValue, clock: &ManualClock) {
    let retry = Retry::new(RetryPolicy::default(), Arc::new(clock.clone()));
    let response =
        http::Response::builder().status(StatusCode::SERVICE_UNAVAILABLE).header(RETRY_AFTER, value).body("");
    let outcome = Ok(response.map(Response::from).unwrap_or_else(|error| panic!("{error}")));
    for attempt in [1, 2, 3] {
        let pause = retry.pause(RetryPolicy::default().max_elapsed(Duration::MAX), &outcome, attempt, clock.now());
        assert!(pause.is_some_and(|pause| pause <= MAX_BACKOFF.max(MAX_RETRY_AFTER)), "{value:?}: {pause:?}");
    }
}

fn a_failure_is_forgotten_in_time(asked: Option<Duration>, clock: &ManualClock) {
    let (memory, credential) = (FailureCache::default(), Credential::user_token("u"));
    let error = AuthError::with(Kind::Unavailable, Some(StatusCode::SERVICE_UNAVAILABLE), asked, None);
    memory.insert(Some(&credential), &error, clock.now());
    assert!(memory.get(Some(&credential), clock.now()).is_some());
    assert!(memory.get(Some(&credential), clock.now() + failure_cache::MAX_FAILURE_TTL).is_none(), "{asked:?}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FRAGMENTS: [&str; 18] = [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "18446744073709551615",
        "18446744073709551616",
        "0",
        "1",
        "-",
        "+",
        ".",
        ",",
        " ",
        "\t",
        "e9",
        "GMT",
        "60",
    ];

    fn value() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            4 => proptest::sample::select(&FRAGMENTS[..]).prop_map(|text| text.as_bytes().to_vec()),
            1 => proptest::collection::vec(any::<u8>(), 0..3),
            1 => "[0-9]{1,25}".prop_map(String::into_bytes),
        ];
        proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_value_is_no_wait_or_one_with_a_cap(wall: u8, value in value()) {
            retry_after(&[&[wall][..], &value].concat());
        }

        #[test]
        fn any_date_is_waited_for(date in 0..253_402_300_800_u64, wall in 0..300_000_000_000_u64) {
            let text = httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(date));
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::try_from(text).unwrap())]);
            let asked = bigid_api::retry_after(&headers, || Duration::from_secs(wall));
            prop_assert_eq!(asked, Some(Duration::from_secs(date.saturating_sub(wall))));
        }
    }
}
