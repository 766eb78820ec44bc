//! The audit log: a line for each change.

use crate::calendar;

/// The lines so far, the oldest first.
#[derive(Default)]
pub(crate) struct Audit {
    text: String,
}

impl Audit {
    /// Adds a line: time, user, address, action, and what it was done to.
    pub(crate) fn note(&mut self, now_ms: i64, user: &str, action: &str, what: &str) {
        let what: String = what.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        self.text += &format!("[{}][{user}][127.0.0.1][{action}] {what}\n", calendar::iso(now_ms));
        if self.text.len() > MAX_BYTES {
            // The oldest half goes, whole lines of it.
            let half = self.text.len() / 2;
            let end =
                self.text.as_bytes().iter().skip(half).position(|byte| *byte == b'\n').map_or(0, |at| half + at + 1);
            self.text.drain(..end);
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// How long the log grows before its older half goes: 8 MiB, about 80,000 lines.
const MAX_BYTES: usize = 8 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_grows_by_lines_and_is_bounded() {
        let mut audit = Audit::default();
        audit.note(0, "ada", "delete", "a\nb");
        assert_eq!(audit.text(), "[1970-01-01T00:00:00.000Z][ada][127.0.0.1][delete] a b\n");
        let long = "ü".repeat(60_000);
        (0..100).for_each(|number| audit.note(number, "ada", "update", &long));
        assert!(audit.text().len() <= MAX_BYTES + 130_000 && audit.text().starts_with('['));
    }
}
