//! The patterns of one secret that a text is searched for.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::MIN_PREFIX;
use super::reading::{MOST, Reading, readings};

/// The run of a secret that must not stay in a text.
pub(super) const RUN: usize = 8;

/// The limit of the readings of one secret together, in bytes. A server chooses what its tokens look like.
const MOST_READ: usize = 1 << 20;

/// Runs of a secret in all of its readings and encodings, in lower case.
pub(super) struct Needles {
    /// The runs, as numbers, sorted; by their length. One of [`RUN`] bytes becomes shorter when it is decoded, and a
    /// complete secret may be shorter.
    runs: [Vec<u64>; RUN + 1],
    /// The first bytes of the readings of the secret.
    beginnings: Vec<Vec<u8>>,
}

impl Needles {
    pub(super) fn of(secret: &[u8]) -> Self {
        let mut needles = Self { runs: Default::default(), beginnings: Vec::new() };
        for reading in readings(secret, (MOST_READ / secret.len().max(1)).clamp(1, MOST)) {
            needles.begins(&reading);
            needles.add(&reading, 1);
            if let Some(squeezed) = reading.squeezed() {
                needles.begins(&squeezed);
                needles.add(&squeezed, MIN_PREFIX);
            }
        }
        for encoded in encodings(secret) {
            let plain = Reading::plain(&encoded);
            needles.add(&plain, 1);
            if let Some(squeezed) = plain.squeezed() {
                needles.add(&squeezed, MIN_PREFIX);
            }
        }
        for runs in &mut needles.runs {
            runs.sort_unstable();
            runs.dedup();
            runs.shrink_to_fit();
        }
        needles.beginnings.sort_unstable();
        needles.beginnings.dedup();
        needles
    }

    fn begins(&mut self, reading: &Reading) {
        let bytes = reading.bytes();
        self.beginnings.push(bytes.get(..RUN).unwrap_or(bytes).to_ascii_lowercase());
    }

    /// The shortest runs of a reading that spell [`RUN`] bytes, one from each byte on. Complete secrets of less than
    /// `least` bytes are left out.
    fn add(&mut self, reading: &Reading, least: usize) {
        let bytes = reading.bytes();
        let all = reading.place(0..bytes.len()).len();
        for first in 0..bytes.len() {
            let spelled = |length: &usize| reading.place(first..first + length).len() >= RUN.min(all);
            let Some(length) = (1..=RUN.min(bytes.len() - first)).find(spelled) else { return };
            let run = number(bytes.get(first..first + length).unwrap_or_default());
            let runs = self.runs.get_mut(length).filter(|_| length >= MIN_PREFIX || all < RUN && length >= least);
            runs.into_iter().for_each(|runs| runs.push(run));
        }
    }

    /// Whether a run of so many bytes is a part of the secret.
    pub(super) fn contain(&self, length: usize, run: u64) -> bool {
        self.runs.get(length).is_some_and(|runs| runs.binary_search(&run).is_ok())
    }

    /// Where the beginning of the secret starts at the end of a reading, if at least so many bytes of it are there.
    pub(super) fn partial_match(&self, reading: &Reading, least: usize) -> Option<usize> {
        let bytes = reading.bytes();
        let ends_in = |begun: &[u8]| {
            let start = bytes.len().checked_sub(begun.len())?;
            let is = bytes.get(start..).is_some_and(|tail| tail.eq_ignore_ascii_case(begun));
            is.then(|| reading.place(start..bytes.len()).start)
        };
        let beginnings = self.beginnings.iter();
        beginnings
            .flat_map(|secret| (least..=secret.len()).filter_map(|length| secret.get(..length)))
            .filter_map(ends_in)
            .min()
    }
}

/// Which runs the needles of some secrets may contain: nearly none of the others.
pub(super) struct Filter {
    bits: Vec<u64>,
    lengths: Vec<usize>,
}

impl Filter {
    pub(super) fn of<'a>(needles: impl Iterator<Item = &'a Needles> + Clone) -> Self {
        let count: usize = needles.clone().flat_map(|needles| &needles.runs).map(Vec::len).sum();
        let mut filter = Self { bits: vec![0; (count / 4).next_power_of_two()], lengths: Vec::new() };
        for length in 1..=RUN {
            let runs = needles.clone().filter_map(|needles| needles.runs.get(length)).flatten();
            let mut is_any = false;
            for run in runs {
                let (word, bit) = filter.place(length, *run);
                if let Some(word) = filter.bits.get_mut(word) {
                    *word |= bit;
                }
                is_any = true;
            }
            if is_any {
                filter.lengths.push(length);
            }
        }
        filter
    }

    fn place(&self, length: usize, run: u64) -> (usize, u64) {
        let hash = (run ^ length as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((hash >> 38) as usize & (self.bits.len() - 1), 1 << (hash >> 32 & 63))
    }

    /// Calls `act` with the start, the length and the number of each run of a reading that may be one of the needles,
    /// if it has at least so many bytes.
    pub(super) fn search(&self, reading: &Reading, least: usize, mut act: impl FnMut(usize, usize, u64)) {
        let lengths = self.lengths.iter().filter(|length| **length >= least);
        let masks: Vec<(usize, u64)> = lengths.map(|length| (*length, u64::MAX >> (8 * (RUN - length)))).collect();
        let mut all = 0;
        for (at, byte) in reading.bytes().iter().enumerate() {
            all = all << 8 | u64::from(byte.to_ascii_lowercase());
            for (length, mask) in &masks {
                let (word, bit) = self.place(*length, all & mask);
                if self.bits.get(word).is_some_and(|word| word & bit != 0) && *length <= at + 1 {
                    act(at + 1 - length, *length, all & mask);
                }
            }
        }
    }
}

/// A run as a number, in lower case.
fn number(run: &[u8]) -> u64 {
    run.iter().fold(0, |number, byte| number << 8 | u64::from(byte.to_ascii_lowercase()))
}

/// The secret in other encodings than UTF-8, in hexadecimal, and in base64 within a longer text, which may begin at any
/// of three places: what of it the neighbours do not change.
fn encodings(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut encodings = vec![secret.iter().flat_map(|byte| [byte >> 4, byte & 15].map(hexadecimal)).collect()];
    for (before, changed) in [(0, 0), (1, 2), (2, 3)] {
        let text = [&[0; 2][..before], secret].concat();
        let whole = text.len() * 8 / 6;
        for encoded in [STANDARD_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
            encodings.push(encoded.as_bytes().get(changed..whole).unwrap_or_default().to_vec());
        }
    }
    // Shorter ones are found in too many texts.
    encodings.retain(|encoded| encoded.len() >= RUN);
    // The zeros of UTF-16 are not read, so that its ASCII is that of UTF-8.
    if let Some(text) = std::str::from_utf8(secret).ok().filter(|text| !text.is_ascii()) {
        encodings.extend(text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect::<Option<_>>());
        encodings.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
        encodings.push(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    }
    encodings
}

fn hexadecimal(digit: u8) -> u8 {
    if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }
}
