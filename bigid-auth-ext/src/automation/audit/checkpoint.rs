//! The position up to which the audit log has been read, and how to find it again in a later version of the log.

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;

use bytes::Bytes;

use super::line::AuditLine;
use super::{AuditBatch, InvalidCheckpoint};
use crate::automation::digest::digest;

/// The position up to which the audit log has been read; by default, its start. As text it is one line of at most 700
/// bytes that contains no part of the log, only digests of its last [`REMEMBERED_LINES`] lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditCheckpoint {
    /// The number of lines that the log had.
    count: u64,
    /// The digest of all of them, in order.
    chain: u64,
    /// The digests of the last lines.
    last: VecDeque<u64>,
}

/// The number of lines that are remembered individually, to find the position in a log whose oldest lines are gone.
pub const REMEMBERED_LINES: usize = 32;

impl AuditCheckpoint {
    fn add(&mut self, line: u64) {
        self.count += 1;
        self.chain = digest(&[&self.chain.to_be_bytes(), &line.to_be_bytes()]);
        self.last.push_back(line);
        if self.last.len() > REMEMBERED_LINES {
            self.last.pop_front();
        }
    }

    /// Whether `self` and `other` may be the same position, where the log of `self` has lost its oldest lines since.
    fn ends_as(&self, other: &Self) -> bool {
        // One side is exhausted: either the whole log so far, or all remembered lines.
        let common = self.last.len().min(other.last.len());
        let last = |checkpoint: &Self| checkpoint.last.iter().rev().take(common).copied().collect::<Vec<_>>();
        // A log that lost its oldest lines cannot have more lines than before.
        self.count <= other.count && common > 0 && last(self) == last(other)
    }
}

/// Reads a log from its start and keeps what comes after a checkpoint.
#[derive(Debug)]
pub(super) struct Reading {
    known: AuditCheckpoint,
    read: AuditCheckpoint,
    is_found: bool,
    /// The lines after the latest position that may be the checkpoint's.
    lines: Vec<AuditLine>,
}

impl Reading {
    pub(super) fn new(known: AuditCheckpoint) -> Self {
        let is_found = known.count == 0;
        Self { known, read: AuditCheckpoint::default(), is_found, lines: Vec::new() }
    }

    pub(super) fn add(&mut self, line: Bytes) {
        self.read.add(digest(&[&line]));
        let is_same_log = self.read.count == self.known.count && self.read.chain == self.known.chain;
        if is_same_log || self.read.ends_as(&self.known) {
            self.is_found = true;
            self.lines.clear();
        } else {
            self.lines.push(AuditLine::new(line));
        }
    }

    pub(super) fn finish(self) -> AuditBatch {
        if self.read.count == 0 {
            // An empty log may be one that is being rotated: the next read is compared with the old position.
            return AuditBatch { lines: Vec::new(), checkpoint: self.known, is_restart: false };
        }
        AuditBatch { lines: self.lines, checkpoint: self.read, is_restart: !self.is_found }
    }
}

impl fmt::Display for AuditCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "audit:{}:{:016x}:", self.count, self.chain)?;
        self.last.iter().try_for_each(|line| write!(f, "{line:016x}"))
    }
}

impl FromStr for AuditCheckpoint {
    type Err = InvalidCheckpoint;

    fn from_str(text: &str) -> Result<Self, InvalidCheckpoint> {
        let invalid = InvalidCheckpoint("audit:<lines>:<digest>:<digests>");
        let parts: Vec<&str> = text.trim().split(':').collect();
        let ["audit", count, chain, last] = parts.as_slice() else { return Err(invalid) };
        let hex = |text: &str| match text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            true => u64::from_str_radix(text, 16).map_err(|_| invalid),
            false => Err(invalid),
        };
        let count: u64 = count.parse().map_err(|_| invalid)?;
        let digests =
            last.as_bytes().chunks(16).map(|chunk| std::str::from_utf8(chunk).map_err(|_| invalid).and_then(hex));
        let last: VecDeque<u64> = digests.collect::<Result<_, _>>()?;
        let is_whole = last.len() as u64 == count.min(REMEMBERED_LINES as u64);
        if is_whole { Ok(Self { count, chain: hex(chain)?, last }) } else { Err(invalid) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(log: &[String], known: &AuditCheckpoint) -> (Vec<String>, AuditCheckpoint, bool) {
        let mut reading = Reading::new(known.clone());
        log.iter().for_each(|line| reading.add(Bytes::from(line.clone())));
        let AuditBatch { lines, checkpoint, is_restart } = reading.finish();
        (lines.iter().map(|line| line.text().into_owned()).collect(), checkpoint, is_restart)
    }

    fn lines(range: std::ops::Range<usize>) -> Vec<String> {
        range.map(|number| format!("line {number}")).collect()
    }

    #[test]
    fn each_line_comes_once_whatever_is_rotated_away() {
        for before in [1, 2, 31, 32, 33, 100] {
            let (first, known, is_restart) = read(&lines(0..before), &AuditCheckpoint::default());
            assert_eq!((first, is_restart), (lines(0..before), false));
            for dropped in 0..before {
                for new in [0, 1, 5, 200] {
                    let (came, next, is_restart) = read(&lines(dropped..before + new), &known);
                    assert_eq!((came, is_restart), (lines(before..before + new), false), "{before} {dropped} {new}");
                    assert_eq!(read(&lines(dropped..before + new), &next).0, lines(0..0));
                }
            }
            // None of the known lines is left: the whole log is new, and `is_restart` says so.
            for new in [1, 5, 200] {
                let (came, _, is_restart) = read(&lines(before + 3..before + 3 + new), &known);
                assert_eq!((came, is_restart), (lines(before + 3..before + 3 + new), true));
            }
            // An empty log says nothing.
            assert_eq!(read(&[], &known), (Vec::new(), known.clone(), false));
        }
    }

    #[test]
    fn equal_lines_are_told_apart_by_their_number_while_the_log_grows() {
        let same = |count: usize| vec!["the same".to_owned(); count];
        let mut known = AuditCheckpoint::default();
        for (before, after) in [(0, 1), (1, 1), (1, 40), (40, 41), (41, 100)] {
            let (came, next, is_restart) = read(&same(after), &known);
            assert_eq!((came.len(), is_restart), (after - before, false));
            known = next;
        }
    }

    #[test]
    fn a_checkpoint_is_read_back_and_what_is_none_is_refused() {
        for count in [0, 1, 31, 32, 33, 1_000] {
            let (_, known, _) = read(&lines(0..count), &AuditCheckpoint::default());
            let text = known.to_string();
            assert!(text.len() < 700 && !text.contains("line"));
            assert_eq!(text.parse(), Ok(known));
        }
        let zeros = "0".repeat(16);
        for text in
            ["", "audit", "audit:1:2:3", "audit:x:y:z", "scan:0::", "audit:-1:é:é", &format!("audit:2:{zeros}:{zeros}")]
        {
            assert!(text.parse::<AuditCheckpoint>().is_err(), "{text}");
        }
    }
}
