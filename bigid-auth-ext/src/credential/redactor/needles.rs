//! The patterns of one secret that a text is searched for.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::MIN_PREFIX;
use super::reading::{Read, readings};

/// The run of a secret that must not stay in a text.
pub(super) const RUN: usize = 8;

/// Runs of a secret in all of its readings, and of its base64.
pub(super) struct Needles {
    /// The runs of [`RUN`] bytes, as numbers, sorted.
    runs: Vec<u64>,
    /// The needles that become shorter when decoded, and complete secrets that are shorter.
    short: Vec<Vec<u8>>,
    /// The readings of the secret itself.
    readings: Vec<Vec<u8>>,
}

impl Needles {
    pub(super) fn of(secret: &[u8]) -> Self {
        let mut needles = Self { runs: Vec::new(), short: Vec::new(), readings: Vec::new() };
        for reading in readings(secret) {
            needles.add(&reading);
            needles.readings.push(reading.iter().map(|read| read.byte).collect());
        }
        for encoded in encodings(secret) {
            if let Some(plain) = readings(&encoded).first() {
                needles.add(plain);
            }
        }
        needles.runs.sort_unstable();
        needles.runs.dedup();
        needles.short.sort_unstable();
        needles.short.dedup();
        needles
    }

    /// The shortest runs of a reading that spell [`RUN`] bytes, one from each byte on.
    fn add(&mut self, reading: &[Read]) {
        let all = reading.last().map_or(0, |last| last.end);
        for (index, first) in reading.iter().enumerate() {
            let rest = reading.get(index..).unwrap_or_default();
            let length = match rest.iter().position(|read| read.end - first.start >= RUN.min(all)) {
                Some(last) => last + 1,
                None => return,
            };
            let run = rest.iter().take(length).map(|read| read.byte);
            if length == RUN {
                self.runs.push(number(run));
            } else if length >= MIN_PREFIX || all < RUN {
                self.short.push(run.collect());
            }
        }
    }

    /// Where a reading of a text holds a part of the secret, as places in the text.
    pub(super) fn find(&self, reading: &[Read], found: &mut Vec<Range<usize>>) {
        let mut note = |run: &[Read]| {
            if let (Some(first), Some(last)) = (run.first(), run.last()) {
                found.push(first.start..last.end);
            }
        };
        for run in reading.windows(RUN) {
            if self.runs.binary_search(&number(run.iter().map(|read| read.byte))).is_ok() {
                note(run);
            }
        }
        for needle in &self.short {
            for run in reading.windows(needle.len().max(1)) {
                if run.iter().map(|read| read.byte).eq(needle.iter().copied()) {
                    note(run);
                }
            }
        }
    }

    /// Where the beginning of the secret starts at the end of a reading, if at least so many bytes of it are there.
    pub(super) fn partial_match(&self, reading: &[Read], least: usize) -> Option<usize> {
        let ends_in = |begun: &[u8]| {
            let tail = reading.get(reading.len().checked_sub(begun.len())?..)?;
            let is = tail.iter().map(|read| read.byte).eq(begun.iter().copied());
            tail.first().filter(|_| is).map(|first| first.start)
        };
        let beginnings = self
            .readings
            .iter()
            .flat_map(|secret| (least..=secret.len().min(RUN)).filter_map(|length| secret.get(..length)));
        beginnings.filter_map(ends_in).min()
    }
}

fn number(run: impl Iterator<Item = u8>) -> u64 {
    run.fold(0, |number, byte| number << 8 | u64::from(byte))
}

/// The base64 of a secret within a longer text, which may begin at any of three places: what of it the neighbours do
/// not change.
fn encodings(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut encodings = Vec::new();
    for (before, changed) in [(0, 0), (1, 2), (2, 3)] {
        let text = [&[0; 2][..before], secret].concat();
        let whole = text.len() * 8 / 6;
        for encoded in [STANDARD_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
            encodings.push(encoded.as_bytes().get(changed..whole).unwrap_or_default().to_vec());
        }
    }
    // Shorter ones are found in too many texts.
    encodings.retain(|encoded| encoded.len() >= RUN);
    encodings
}
