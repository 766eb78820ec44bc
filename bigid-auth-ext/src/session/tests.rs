use super::*;

use crate::tests::jwt;

#[test]
fn equal_tokens_are_two_sessions() {
    let session = || Session::new(&Secret::from("token"), AuthScheme::Raw, Duration::ZERO).unwrap();
    let (one, other) = (session(), session());
    assert_eq!(one.authorization(), other.authorization());
    assert_ne!(one.serial_number(), other.serial_number());
    assert_eq!(one.clone().serial_number(), one.serial_number());
}

#[test]
fn sessions_of_one_lifetime_refresh_at_different_moments_of_the_last_tenth() {
    for seconds in [10, 604_800] {
        let lifetime = Duration::from_secs(seconds);
        let payload = format!(r#"{{"iat":0,"exp":{seconds}}}"#);
        let moments: Vec<Duration> = (0..64)
            .map(|_| Session::new(&jwt(&payload).into(), AuthScheme::Raw, Duration::ZERO).unwrap().refresh_at())
            .collect();
        let window = (lifetime / 10).min(MAX_REFRESH_WINDOW);
        assert!(moments.iter().all(|at| (lifetime - window..=lifetime - window / 2).contains(at)), "{moments:?}");
        let distinct: std::collections::BTreeSet<_> = moments.iter().collect();
        assert!(distinct.len() > 32, "{} moments", distinct.len());
        let (first, last) = (moments.iter().min().unwrap(), moments.iter().max().unwrap());
        assert!(*last - *first > window / 8, "{first:?} to {last:?}");
    }
}

#[test]
fn a_provided_token_ends_on_the_wall_clock_and_never_at_once() {
    let provided = |payload, wall| {
        let wall = Duration::from_secs(wall);
        let session = Session::provided(&jwt(payload).into(), Serial::next(), AuthScheme::Raw, Duration::ZERO, wall);
        session.map(|session| session.lifetime().as_secs())
    };
    assert_eq!(provided(r#"{"exp":160}"#, 100), Ok(60));
    assert_eq!(provided(r#"{"exp":1e300}"#, 100), Ok(MAX_LIFETIME.as_secs()));
    assert_eq!(provided("{}", 100), Ok(DEFAULT_LIFETIME.as_secs()));
    // The rest of the last one is below the clock's resolution.
    for (payload, wall) in [(r#"{"exp":100}"#, 100), (r#"{"exp":-1}"#, 0), (r#"{"exp":1e-10}"#, 0)] {
        assert_eq!(provided(payload, wall), Err("it has expired"), "{payload}");
    }
}

#[test]
fn the_lengths_that_the_documentation_states_are_the_ones_that_apply() {
    let session = |payload| Session::new(&jwt(payload).into(), AuthScheme::Raw, Duration::ZERO).unwrap();
    let month = 30 * 86_400;
    assert_eq!(session("{}").lifetime().as_secs(), 600);
    assert_eq!(session(r#"{"iat":0,"exp":1e9}"#).lifetime().as_secs(), month);
    assert_eq!(MAX_REFRESH_WINDOW.as_secs(), 3_600);
}

#[test]
fn a_session_prints_its_lifetime_and_nothing_of_its_token() {
    let session = Session::new(&Secret::from("token"), AuthScheme::Raw, Duration::ZERO).unwrap();
    assert_eq!(format!("{session:?}"), "Session { lifetime: 600s, .. }");
}

#[test]
fn a_session_of_a_store_has_the_end_that_it_had_and_no_longer_lifetime() {
    let secs = Duration::from_secs;
    for (now, age, received_at, ends_at) in [(1_000, 100, 900, 1_500), (50, 100, 0, 550)] {
        let shared = Shared { id: 7, row: 1, adopted: true };
        let token = Secret::from("token");
        let session = Session::restored(&token, AuthScheme::Raw, secs(now), secs(age), secs(600), shared).unwrap();
        assert_eq!(
            (session.received_at(), session.ends_at()),
            (secs(received_at), secs(ends_at)),
            "at {now}, {age} old"
        );
        assert_eq!(session.lifetime(), secs(ends_at - received_at));
        assert!(
            (secs(30)..=secs(60)).contains(&session.refresh_window())
                && session.shared().id == 7
                && session.shared().adopted
        );
    }
}
