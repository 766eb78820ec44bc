//! Validity of sessions, by time and node.

use super::*;

fn sessions(form: SessionForm, lag: Lag) -> Sessions {
    Sessions::new(DEFAULT_SYSTEM_TOKEN_LIFETIME, DEFAULT_SESSION_LIFETIME, form, lag)
}

fn recorded() -> Sessions {
    sessions(SessionForm::Recorded, Lag::default())
}

fn at(seconds: i64) -> Occasion {
    at_node(0, seconds)
}

fn at_node(node: usize, seconds: i64) -> Occasion {
    Occasion { node: Some(node), unix_millis: seconds * 1_000 }
}

const FORMS: [SessionForm; 3] = [SessionForm::Recorded, SessionForm::Unique, SessionForm::Opaque];

#[test]
fn a_session_ends_with_its_lifetime_and_with_a_revocation_in_every_form() {
    let user = User::new("ada");
    for form in FORMS {
        let mut sessions = sessions(form, Lag::default());
        for (kind, lifetime) in [(SessionKind::System, 604_800), (SessionKind::Password, 86_400)] {
            let token = sessions.issue(kind, &user, at(1_000), 0);
            assert_eq!(sessions.check(&token, at(1_000 + lifetime - 1)), Ok(()));
            assert_eq!(sessions.check(&token, at(1_000 + lifetime)), Err(Rejection::Failed));
        }
        let mut issue = |seconds| sessions.issue(SessionKind::System, &user, at(seconds), 0);
        let (one, other) = (issue(0), issue(1));
        assert_eq!(sessions.revoke(&one, at(2)), Ok(()));
        for unknown in [one.as_str(), "guess", ""] {
            assert_eq!(sessions.revoke(unknown, at(2)), Err(TokenError::UnknownSession));
        }
        assert!(sessions.check(&one, at(2)).is_err() && sessions.check(&other, at(2)).is_ok(), "{form:?}");
        sessions.revoke_all(at(3));
        assert!(sessions.check(&other, at(3)).is_err(), "{form:?}");
    }
}

#[test]
fn two_sessions_of_one_second_are_equal_as_recorded_and_differ_on_request() {
    let user = User::new("ada");
    for (form, equal) in FORMS.into_iter().zip([true, false, false]) {
        let mut sessions = sessions(form, Lag::default());
        let mut issue = |seconds| sessions.issue(SessionKind::System, &user, at(seconds), 0);
        assert_eq!(issue(5) == issue(5), equal, "{form:?}");
        assert_ne!(issue(5), issue(6), "{form:?}");
        sessions.revoke_all(at(7));
    }
}

#[test]
fn a_revoked_text_that_is_issued_again_is_a_session_again() {
    let (mut sessions, user) = (recorded(), User::new("ada"));
    let one = sessions.issue(SessionKind::System, &user, at(5), 0);
    sessions.revoke(&one, at(5)).unwrap();
    assert!(sessions.check(&one, at(5)).is_err());
    assert_eq!(sessions.issue(SessionKind::System, &user, at(5), 0), one);
    assert!(sessions.check(&one, at(5)).is_ok());
    sessions.revoke_all(at(5));
    let fresh = sessions.issue(SessionKind::System, &user, at(5), 0);
    assert!(fresh != one && sessions.check(&one, at(5)).is_err() && sessions.check(&fresh, at(5)).is_ok());
}

#[test]
fn a_node_learns_late_that_every_session_ended() {
    let user = User::new("ada");
    for form in FORMS {
        let lag = Lag { issue: Duration::ZERO, revocation: Duration::from_secs(10) };
        let mut sessions = sessions(form, lag);
        let old = sessions.issue(SessionKind::System, &user, at(0), 0);
        sessions.revoke_all(at(100));
        sessions.revoke_all(at(101));
        let new = sessions.issue(SessionKind::System, &user, at(101), 0);
        for (node, seconds, open) in [(0, 101, false), (1, 101, true), (1, 109, true), (1, 110, false)] {
            assert_eq!(sessions.check(&old, at_node(node, seconds)).is_ok(), open, "{form:?} {node} {seconds}");
            assert!(sessions.check(&new, at_node(node, seconds)).is_ok());
        }
    }
}

#[test]
fn a_skewed_token_is_good_at_the_server_that_issued_it() {
    let user = User::new("ada");
    for form in FORMS {
        let mut sessions = sessions(form, Lag::default());
        let token = sessions.issue(SessionKind::System, &user, at(1_000_000), -700_000);
        assert!(sessions.check(&token, at(1_000_001)).is_ok(), "{form:?}");
        assert!(sessions.check(&token, at(1_000_000 + 604_800)).is_err(), "{form:?}");
    }
}

#[test]
fn another_type_of_token_is_no_session() {
    let sessions = recorded();
    let claims = Map::from_iter([
        ("user_name".to_owned(), "ada".into()),
        ("type".to_owned(), "refresh-token".into()),
        ("exp".to_owned(), 100.into()),
    ]);
    assert_eq!(sessions.check(&sessions.key.sign(&claims), at(0)), Err(Rejection::Failed));
}
