//! The final states, for every kind of job.

use bigid_api::types::ScanState;

/// What a state means for a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Not final, or not known to be: the wait goes on until the deadline.
    Running,
    Succeeded,
    Failed,
}

/// The states that are final, in addition to those that the caller named.
#[derive(Debug, Clone, Default)]
pub(super) struct FinalStates {
    pub(super) succeeded: Vec<String>,
    pub(super) failed: Vec<String>,
}

impl FinalStates {
    /// States are compared without regard to case, spaces, `_` and `-`. The caller's own come first.
    pub(super) fn meaning(&self, state: &str) -> Meaning {
        let is = |word: &str| normal(word).eq(normal(state));
        if self.succeeded.iter().any(|word| is(word)) {
            Meaning::Succeeded
        } else if self.failed.iter().any(|word| is(word)) {
            Meaning::Failed
        } else if is(ScanState::Completed.as_str()) {
            Meaning::Succeeded
        } else if FAILED.iter().any(|word| is(word)) {
            Meaning::Failed
        } else {
            Meaning::Running
        }
    }
}

/// The states that count as failures. The contract has one final state, `Completed`, and no source names others; these
/// can mean nothing else, and in every other state the wait goes on.
const FAILED: [&str; 6] = ["Failed", "Error", "Stopped", "Aborted", "Canceled", "Cancelled"];

fn normal(word: &str) -> impl Iterator<Item = char> {
    word.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '_' | '-')).flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_means_one_thing_however_it_is_written() {
        let states = FinalStates { succeeded: vec!["Partly done".to_owned()], failed: vec!["pending".to_owned()] };
        for (word, meaning) in [
            ("Completed", Meaning::Succeeded),
            ("COMPLETED", Meaning::Succeeded),
            ("partly_done", Meaning::Succeeded),
            ("failed", Meaning::Failed),
            ("Cancelled", Meaning::Failed),
            ("Pending", Meaning::Failed),
            ("Queued", Meaning::Running),
            ("In Progress", Meaning::Running),
            ("Completed with errors", Meaning::Running),
            ("", Meaning::Running),
            ("🦤", Meaning::Running),
        ] {
            assert_eq!(states.meaning(word), meaning, "{word}");
        }
        assert_eq!(FinalStates::default().meaning("Pending"), Meaning::Running);
    }

    /// A state that is added to the contract has to be added to one of the two lists, or here.
    #[test]
    fn every_state_of_the_contract_is_known_here() {
        let contract: serde_json::Value = serde_json::from_str(bigid_sandbox::openapi()).unwrap();
        let states = contract["components"]["schemas"]["ScanState"]["enum"].as_array().unwrap();
        let running: [&str; 0] = [];
        for state in states.iter().map(|state| state.as_str().unwrap()) {
            let is_final = FinalStates::default().meaning(state) != Meaning::Running;
            assert!(is_final || running.contains(&state), "{state}");
        }
    }
}
