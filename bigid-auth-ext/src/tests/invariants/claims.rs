use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bigid_api::Secret;

use crate::dialect::AuthScheme;
use crate::session::{
    DEFAULT_LIFETIME, MAX_LIFETIME, MAX_REFRESH_WINDOW, Serial, Session, expires_at, is_access_token,
};

/// A byte that chooses the scheme, the wall clock and whether the rest is a token or the claims of one, and then that.
pub fn claims(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let scheme = if choice & 1 == 0 { AuthScheme::Raw } else { AuthScheme::Bearer };
    let wall = if choice & 2 == 0 { Duration::ZERO } else { Duration::new(1_800_000_000, 999_999_999) };
    let token = if choice & 4 == 0 { jwt(rest) } else { String::from_utf8_lossy(rest).into_owned() };
    a_token(&token, scheme, wall);
}

fn jwt(claims: &[u8]) -> String {
    format!("h.{}.s", URL_SAFE_NO_PAD.encode(claims))
}

fn a_token(token: &str, scheme: AuthScheme, wall: Duration) {
    let secret = Secret::from(token);
    let now = Duration::from_millis(12_345);
    let end = expires_at(token);

    if let Ok(session) = Session::new(&secret, scheme, now) {
        a_session(&session, token, scheme, now);
        assert!(session.lifetime() >= Duration::from_secs(1) && session.provided_token().is_none());
    }
    match Session::provided(&secret, Serial::next(), scheme, now, wall) {
        Ok(session) => {
            a_session(&session, token, scheme, now);
            assert!(session.provided_token().is_some());
            // No token is believed past its own end; a wall clock of our days is exact to less than a microsecond as an
            // `f64`.
            let as_told = match end {
                Some(end) => session.lifetime().abs_diff(end.saturating_sub(wall).min(MAX_LIFETIME)) < TICK,
                // No end at all, or one past every duration.
                None => [DEFAULT_LIFETIME, MAX_LIFETIME].contains(&session.lifetime()),
            };
            assert!(as_told, "{session:?} of {token}");
        }
        Err(_) => assert!(secret.is_empty() || is_unfit(token) || end.is_none_or(|end| end <= wall + TICK), "{token}"),
    }
    assert!(!is_access_token(token) || token.split('.').count() == 3);
}

const TICK: Duration = Duration::from_micros(1);

fn a_session(session: &Session, token: &str, scheme: AuthScheme, now: Duration) {
    let lifetime = session.lifetime();
    assert!(!lifetime.is_zero() && lifetime <= MAX_LIFETIME, "{session:?} of {token}");
    assert!(session.is_good(now) && !session.is_good(now + lifetime));
    assert!(session.refresh_at() >= now && session.refresh_at() <= now + lifetime);
    assert!(session.refresh_window() <= MAX_REFRESH_WINDOW && session.refresh_window() <= lifetime);

    let header = session.authorization();
    let plain = match scheme {
        AuthScheme::Raw => Some(header.as_bytes()),
        AuthScheme::Bearer => header.as_bytes().strip_prefix(b"Bearer "),
    };
    assert!(header.is_sensitive() && plain == Some(token.as_bytes()) && !is_unfit(token));
    // A token this long is in no duration.
    assert!(token.len() < 64 || !format!("{session:?} {header:?}").contains(token));
}

/// What no header can hold.
fn is_unfit(token: &str) -> bool {
    token.bytes().any(|byte| byte != b'\t' && (byte < 32 || byte == 127))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FRAGMENTS: [&str; 26] = [
        "{",
        "}",
        "\"exp\":",
        "\"iat\":",
        "\"type\":\"access-token\"",
        "0",
        "1",
        "1800000000",
        "1800000000.9999999",
        "-1",
        "1e308",
        "-1e308",
        "1e400",
        "1e-300",
        "18446744073709551615",
        ",",
        "null",
        "\"7\"",
        "[",
        "]",
        ".",
        "=",
        " ",
        "\n",
        "\u{7f}",
        "é",
    ];

    fn text() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            6 => proptest::sample::select(&FRAGMENTS[..]).prop_map(|text| text.as_bytes().to_vec()),
            1 => proptest::collection::vec(any::<u8>(), 0..3),
        ];
        proptest::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
    }

    fn number() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<i64>().prop_map(|number| number.to_string()),
            any::<f64>().prop_map(|number| number.to_string()),
            (1_790_000_000..1_810_000_000_u64, 0..1_000_000_u32).prop_map(|(whole, part)| format!("{whole}.{part:06}")),
            (0..9_u32).prop_map(|zeros| format!("1e-{zeros}")),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_refused_or_a_session_that_ends(choice: u8, text in text()) {
            claims(&[&[choice][..], &text].concat());
        }

        #[test]
        fn any_two_moments_are_refused_or_a_session_that_ends(choice in 0..4_u8, iat in number(), exp in number()) {
            claims(&[&[choice][..], format!(r#"{{"iat":{iat},"exp":{exp}}}"#).as_bytes()].concat());
        }

        #[test]
        fn whole_seconds_between_the_claims_are_the_lifetime(iat in 0..4_000_000_000_u64, lifetime in 1..MAX_LIFETIME.as_secs()) {
            let token = jwt(format!(r#"{{"iat":{iat},"exp":{}}}"#, iat + lifetime).as_bytes());
            let session = Session::new(&Secret::from(token), AuthScheme::Raw, Duration::ZERO).unwrap();
            prop_assert_eq!(session.lifetime(), Duration::from_secs(lifetime));
        }
    }
}
