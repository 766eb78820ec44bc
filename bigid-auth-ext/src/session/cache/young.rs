//! Young sessions: behind a load balancer, a node may learn of a new session later than the node that issued it.

use std::time::Duration;

use crate::session::{Serial, Session};

/// How long after its exchange a refused session is kept, unless a tenth of its lifetime is shorter. Replication
/// between the nodes of a deployment takes well below a second; an exchange after every refusal would keep a slow node
/// from ever catching up.
pub(super) const WINDOW: Duration = Duration::from_secs(2);

/// The longest window, which doubles with each session in a row that was refused young and dropped.
pub(super) const MAX_WINDOW: Duration = Duration::from_secs(30);

/// A session that is dropped at this age ends the row. Twice the longest window, so that no slow node ends it.
const ROW_ENDS: Duration = Duration::from_secs(60);

/// What is known about refusals of young sessions.
#[derive(Debug, Default)]
pub(super) struct YoungSessions {
    /// The session that was refused while it was young.
    refused: Option<Serial>,
    /// How many sessions in a row were refused young and dropped.
    dropped: u32,
}

impl YoungSessions {
    /// Records the refusal of the cached session. Returns whether the session is young, and may be unknown only to one
    /// node.
    pub(super) fn refuse(&mut self, session: &Session, now: Duration) -> bool {
        // The age of a token that was issued elsewhere is not known.
        let is_young = session.provided_token().is_none() && session.age(now) < self.window(session.lifetime());
        if is_young {
            self.refused = Some(session.serial());
        }
        is_young
    }

    /// Records that the cached session was dropped.
    pub(super) fn drop_session(&mut self, session: &Session, now: Duration) {
        let was_refused_young = self.refused.take() == Some(session.serial()) && session.age(now) < ROW_ENDS;
        self.dropped = if was_refused_young { self.dropped.saturating_add(1) } else { 0 };
    }

    /// How many sessions in a row were refused young and dropped.
    pub(super) fn row(&self) -> u32 {
        self.dropped
    }

    /// Takes over the row that another process stored with its session, if it is longer: a process that was not refused
    /// itself does not know better than those that were.
    pub(super) fn adopt(&mut self, row: u32) {
        self.dropped = self.dropped.max(row);
    }

    /// Whether the previous session was not refused young. The first one in a row may be dropped within its window,
    /// after a call was refused for as long as a call waits: it may have been revoked, and the row bounds the cost of a
    /// mistake.
    pub(super) fn is_first_in_row(&self) -> bool {
        self.dropped == 0
    }

    fn window(&self, lifetime: Duration) -> Duration {
        WINDOW.min(lifetime / 10).saturating_mul(1 << self.dropped.min(16)).min(MAX_WINDOW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::AuthScheme;
    use crate::tests::jwt;

    fn session(lifetime: u64, now: Duration) -> Session {
        let token = jwt(&format!(r#"{{"iat":0,"exp":{lifetime}}}"#));
        Session::new(&token.into(), AuthScheme::Raw, now).unwrap()
    }

    #[test]
    fn the_window_is_two_seconds_or_a_tenth_of_the_lifetime_and_doubles_to_thirty_seconds() {
        for (lifetime, windows) in
            [(604_800, &[2_000, 4_000, 8_000, 16_000, 30_000, 30_000][..]), (10, &[1_000, 2_000, 4_000, 8_000, 16_000])]
        {
            let (mut young, mut now) = (YoungSessions::default(), Duration::from_secs(5));
            for window in windows {
                let (session, window) = (session(lifetime, now), Duration::from_millis(*window));
                assert!(young.refuse(&session, now) && young.refuse(&session, now + window - Duration::from_millis(1)));
                now += window;
                assert!(!young.refuse(&session, now), "{window:?}");
                young.drop_session(&session, now);
            }
        }
    }

    #[test]
    fn a_row_ends_with_a_session_that_was_not_refused_young_or_that_lived_for_a_minute() {
        for (refused_young, dropped_at, goes_on) in [(true, 59, true), (true, 60, false), (false, 1, false)] {
            let mut young = YoungSessions::default();
            let first = session(604_800, Duration::ZERO);
            young.refuse(&first, Duration::ZERO);
            young.drop_session(&first, Duration::ZERO);
            assert!(!young.is_first_in_row());
            let second = session(604_800, Duration::ZERO);
            if refused_young {
                young.refuse(&second, Duration::ZERO);
            }
            young.drop_session(&second, Duration::from_secs(dropped_at));
            assert_eq!(!young.is_first_in_row(), goes_on, "{refused_young} {dropped_at}");
        }
    }

    #[test]
    fn a_provided_token_is_never_young() {
        let session =
            Session::provided(&"token".into(), Serial::next(), AuthScheme::Raw, Duration::ZERO, Duration::ZERO);
        assert!(!YoungSessions::default().refuse(&session.unwrap(), Duration::ZERO));
    }
}
