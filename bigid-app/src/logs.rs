//! The lines that `GET /logs` shows.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// The latest lines that an app logged: at most [`MAX_LINES`], each of at most [`MAX_LINE`] characters. Clones share
/// them.
///
/// `GET /logs` shows them to anyone who can reach the app, because it is not known how BigID would identify itself
/// there.
#[derive(Clone, Debug, Default)]
pub struct Logs(Arc<Mutex<VecDeque<String>>>);

impl Logs {
    /// Adds a line. Control characters are removed, so that a value from a request cannot start a new line.
    pub fn add(&self, line: &str) {
        let line = line.chars().filter(|character| !character.is_control()).take(MAX_LINE).collect();
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == MAX_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// The lines, oldest first, each with a line break.
    #[must_use]
    pub fn to_text(&self) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
    }
}

/// The number of lines that are kept.
pub const MAX_LINES: usize = 1_000;

/// The maximum length of a line, in characters.
pub const MAX_LINE: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_bounded_in_number_and_length_and_none_makes_two() {
        let logs = Logs::default();
        (0..=MAX_LINES).for_each(|number| logs.add(&format!("{number}\r\nforged {}", "x".repeat(2 * MAX_LINE))));
        let text = logs.to_text();
        assert_eq!(text.lines().count(), MAX_LINES);
        assert!(text.starts_with("1forged") && text.lines().all(|line| line.chars().count() == MAX_LINE));
    }
}
