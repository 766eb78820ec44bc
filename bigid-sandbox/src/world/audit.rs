//! The audit log: a line for each change.

use crate::calendar;

/// The lines so far, the oldest first. Bytes, because a real log may hold some that are not text.
#[derive(Default)]
pub(crate) struct Audit {
    bytes: Vec<u8>,
}

/// The subject of a line.
pub(crate) struct Noted<'a> {
    pub(crate) user: &'a str,
    pub(crate) action: &'a str,
    pub(crate) endpoint: &'a str,
    pub(crate) resource: &'a str,
    pub(crate) agent: &'a str,
}

impl Audit {
    /// Adds a line: time, user, address, action, endpoint, resource and agent, each in brackets.
    pub(crate) fn note(&mut self, now_ms: i64, noted: &Noted<'_>) {
        let Noted { user, action, endpoint, resource, agent } = *noted;
        let fields = [&*calendar::iso(now_ms), user, "127.0.0.1", action, endpoint, resource, agent];
        let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
        let line: String =
            fields.iter().map(|field| format!("[{}]", field.chars().map(plain).collect::<String>())).collect();
        self.append(format!("{line}\n").as_bytes());
    }

    /// Adds bytes as they are.
    pub(crate) fn append(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() > MAX_BYTES {
            // The oldest half goes, whole lines of it.
            let half = self.bytes.len() / 2;
            let end = self.bytes.iter().skip(half).position(|byte| *byte == b'\n').map_or(0, |at| half + at + 1);
            self.bytes.drain(..end);
        }
    }

    /// Drops all but the latest lines.
    pub(crate) fn rotate(&mut self, keep: usize) {
        // The last byte ends the last line.
        let before = self.bytes.len().saturating_sub(1);
        let mut ends = self.bytes.iter().take(before).enumerate().rev().filter(|(_, byte)| **byte == b'\n');
        let start = match keep.checked_sub(1) {
            Some(earlier) => ends.nth(earlier).map_or(0, |(at, _)| at + 1),
            None => self.bytes.len(),
        };
        self.bytes.drain(..start);
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// How long the log grows before its older half goes: 8 MiB, about 60,000 lines.
const MAX_BYTES: usize = 8 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(resource: &str) -> Noted<'_> {
        Noted { user: "ada", action: "delete", endpoint: "DELETE /x", resource, agent: "curl/8" }
    }

    #[test]
    fn the_log_grows_by_lines_and_is_bounded() {
        let mut audit = Audit::default();
        audit.note(0, &noted("a\nb"));
        let line = b"[1970-01-01T00:00:00.000Z][ada][127.0.0.1][delete][DELETE /x][a b][curl/8]\n";
        assert_eq!(audit.bytes(), line);
        let long = "ü".repeat(60_000);
        (0..100).for_each(|number| audit.note(number, &noted(&long)));
        assert!(audit.bytes().len() <= MAX_BYTES + 130_000 && audit.bytes().starts_with(b"["));
    }

    #[test]
    fn a_rotation_keeps_the_latest_lines() {
        for (keep, left) in [(0, ""), (1, "c\n"), (2, "b\nc\n"), (3, "a\nb\nc\n"), (9, "a\nb\nc\n")] {
            let mut audit = Audit::default();
            audit.append(b"a\nb\nc\n");
            audit.rotate(keep);
            assert_eq!(audit.bytes(), left.as_bytes(), "{keep}");
        }
    }
}
