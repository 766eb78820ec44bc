//! What each node knows about the sessions that another node issued or revoked.

use std::collections::BTreeMap;
use std::time::Duration;

/// The place and time of an event or a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Occasion {
    /// The node, counted from 0; `None` for what every node knows at once.
    pub(crate) node: Option<usize>,
    pub(crate) unix_millis: i64,
}

impl Occasion {
    pub(crate) fn seconds(self) -> i64 {
        self.unix_millis.div_euclid(1_000)
    }
}

/// How late a node learns about events at another one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Lag {
    pub(crate) issue: Duration,
    pub(crate) revocation: Duration,
}

/// The history of each token that is not simply valid everywhere: when and where it was issued and revoked.
///
/// A token can be issued again after its revocation, because two sessions of one user within one second are equal.
pub(crate) struct Replication {
    lag: Lag,
    fates: BTreeMap<String, Vec<Event>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Event {
    change: Change,
    occasion: Occasion,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Issued,
    Revoked,
}

impl Lag {
    /// Whether `at` has learnt about the event at `occasion`.
    fn is_known(lag: Duration, occasion: Occasion, at: Occasion) -> bool {
        let lag = i64::try_from(lag.as_millis()).unwrap_or(i64::MAX);
        occasion.node.is_none()
            || at.node.is_none()
            || occasion.node == at.node
            || occasion.unix_millis.saturating_add(lag) <= at.unix_millis
    }

    /// Whether some node may not have learnt yet about a revocation at `occasion`.
    pub(crate) fn is_revocation_spreading(self, occasion: Occasion, unix_millis: i64) -> bool {
        let elsewhere = Occasion { node: Some(usize::MAX), unix_millis };
        !self.knows_revocation(occasion, elsewhere)
    }

    /// Whether `at` has learnt about a revocation at `occasion`.
    pub(crate) fn knows_revocation(self, occasion: Occasion, at: Occasion) -> bool {
        Self::is_known(self.revocation, occasion, at)
    }
}

impl Replication {
    pub(crate) fn new(lag: Lag) -> Self {
        Self { lag, fates: BTreeMap::new() }
    }

    pub(crate) fn lag(&self) -> Lag {
        self.lag
    }

    /// Records that a session was issued. Nothing is stored if every node knows it at once.
    pub(crate) fn issued(&mut self, token: &str, occasion: Occasion) {
        if self.lag.issue.is_zero() && !self.fates.contains_key(token) {
            return;
        }
        let events = self.fates.entry(token.to_owned()).or_default();
        // If a session is issued several times between two revocations, nodes learn about the first time.
        let since = events.iter().rev().take_while(|event| event.change == Change::Issued);
        if !since.into_iter().any(|event| event.occasion.node == occasion.node) {
            events.push(Event { change: Change::Issued, occasion });
        }
    }

    pub(crate) fn revoked(&mut self, token: &str, occasion: Occasion) {
        self.fates.entry(token.to_owned()).or_default().push(Event { change: Change::Revoked, occasion });
    }

    /// Whether a token is valid at a node, as far as that node knows.
    pub(crate) fn is_open(&self, token: &str, at: Occasion) -> bool {
        let Some(events) = self.fates.get(token) else { return true };
        let known = |event: &&Event| {
            let lag = match event.change {
                Change::Issued => self.lag.issue,
                Change::Revoked => self.lag.revocation,
            };
            Lag::is_known(lag, event.occasion, at)
        };
        match events.iter().rev().find(known) {
            Some(event) => event.change == Change::Issued,
            // Nothing is known: the session is unknown yet, or the revocation of one that was valid everywhere is.
            None => events.first().is_some_and(|event| event.change == Change::Revoked),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replication(issue: u64, revocation: u64) -> Replication {
        Replication::new(Lag { issue: Duration::from_millis(issue), revocation: Duration::from_millis(revocation) })
    }

    fn at(node: usize, unix_millis: i64) -> Occasion {
        Occasion { node: Some(node), unix_millis }
    }

    #[test]
    fn a_node_learns_of_a_session_when_the_lag_has_passed_and_its_own_at_once() {
        let mut replication = replication(300, 0);
        replication.issued("t", at(1, 1_000));
        for (node, millis, open) in
            [(1, 1_000, true), (0, 1_000, false), (0, 1_299, false), (0, 1_300, true), (2, 1_299, false)]
        {
            assert_eq!(replication.is_open("t", at(node, millis)), open, "node {node} at {millis}");
        }
        replication.issued("everywhere", Occasion { node: None, unix_millis: 1_000 });
        assert!(replication.is_open("everywhere", at(0, 1_000)));
    }

    #[test]
    fn a_text_that_is_issued_again_is_open_again() {
        let mut replication = replication(300, 500);
        let holds = |replication: &Replication, expected: &[(usize, i64, bool)]| {
            for (node, millis, open) in expected {
                assert_eq!(replication.is_open("t", at(*node, *millis)), *open, "node {node} at {millis}");
            }
        };
        replication.issued("t", at(0, 0));
        holds(&replication, &[(0, 0, true), (1, 299, false), (1, 300, true)]);
        replication.revoked("t", at(0, 1_000));
        holds(&replication, &[(0, 1_000, false), (1, 1_000, true), (1, 1_499, true), (1, 1_500, false)]);
        replication.issued("t", at(0, 2_000));
        holds(&replication, &[(0, 2_000, true), (1, 2_000, false), (1, 2_299, false), (1, 2_300, true)]);
    }

    #[test]
    fn a_revocation_is_learnt_late_where_nothing_else_was_to_be_learnt() {
        let mut replication = replication(0, 500);
        replication.issued("t", at(0, 0));
        replication.revoked("t", at(0, 1_000));
        assert!(!replication.is_open("t", at(0, 1_000)) && replication.is_open("t", at(1, 1_499)));
        assert!(!replication.is_open("t", at(1, 1_500)));
    }

    #[test]
    fn a_session_that_is_issued_a_thousand_times_is_kept_once_per_node() {
        let mut replication = replication(300, 0);
        (0..1_000).for_each(|number| replication.issued("t", at(number % 3, 5)));
        assert_eq!(replication.fates["t"].len(), 3);
        let mut prompt = self::replication(0, 0);
        (0..1_000).for_each(|_| prompt.issued("t", at(0, 5)));
        assert!(prompt.fates.is_empty());
    }
}
