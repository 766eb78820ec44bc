//! Removes the secrets of a client from server text before it is kept.

mod needles;
mod reading;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use bigid_api::{Redact, Secret};

use crate::lock::lock;
use needles::Needles;
use reading::{Read, readings};

/// The latest credentials and tokens of a client. A clone is the same list.
///
/// Every run of eight bytes of a secret is removed from a text, however the text spells it: with the escapes of JSON,
/// URLs or HTML, mixed or one in the other, or in base64. So a part of a token, or one segment of a JWT, is removed as
/// well. The text is searched first and changed once, so that nothing is found in what stands in a secret's place.
#[derive(Clone, Default)]
pub(crate) struct Redactor(Arc<Mutex<VecDeque<Registered>>>);

struct Registered {
    secret: Secret,
    /// Made when the first text is searched, which nearly always is never: a token has thousands of them.
    needles: OnceCell<Needles>,
}

impl Registered {
    fn needles(&self) -> &Needles {
        self.needles.get_or_init(|| Needles::of(self.secret.expose().as_bytes()))
    }
}

/// How many bytes of a secret at the end of a truncated text are taken for its beginning.
pub(crate) const MIN_PREFIX: usize = 4;

/// A secret this short occurs in nearly every text, which is then left out as a whole: replacements would show where
/// the secret was.
const VERY_SHORT: usize = 2;

/// How many are kept: a credential and its session, the pair before them, and those of a rotation under way.
const LATEST: usize = 8;

/// The text that replaces them.
const REDACTED: &str = "[redacted]";

/// A text is searched in parts of this many bytes, so that a large one takes no more memory than its parts.
const PART: usize = 16 * 1024;

/// How far parts overlap: more than the longest spelling of a run.
const OVERLAP: usize = 1024;

impl Redactor {
    pub(crate) fn register(&self, secret: &Secret) {
        self.with_registered(|held| {
            if secret.is_empty() {
                return;
            }
            // A secret that is registered again becomes the most recent one.
            let known = held.iter().position(|other| other.secret == *secret).and_then(|index| held.remove(index));
            let known = known.unwrap_or_else(|| Registered { needles: OnceCell::new(), secret: secret.clone() });
            if held.len() == LATEST {
                held.pop_front();
            }
            held.push_back(known);
        });
    }

    /// The text without them, `None` where it holds none.
    pub(crate) fn find_and_redact(&self, text: &[u8]) -> Option<Vec<u8>> {
        self.with_registered(|held| {
            let (mut found, mut start) = (Vec::new(), 0);
            while let Some(part) = text.get(start..).filter(|part| !part.is_empty()) {
                let part = part.get(..PART).unwrap_or(part);
                let readings = readings(part);
                let mut here = Vec::new();
                for held in held.iter() {
                    let before = here.len();
                    readings.iter().for_each(|reading| held.needles().find(reading, &mut here));
                    if here.len() > before && held.secret.expose().len() <= VERY_SHORT {
                        return Some(left_out(text));
                    }
                }
                // What JSON escapes is decoded first.
                readings.get(1).iter().for_each(|decoded| widen_to_escapes(&mut here, decoded));
                found.extend(here.into_iter().map(|place| start + place.start..start + place.end));
                if part.len() < PART {
                    break;
                }
                start += PART - OVERLAP;
            }
            (!found.is_empty()).then(|| replace_ranges(text, found))
        })
    }

    /// The text without them.
    pub(crate) fn redact<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        self.find_and_redact(text).map_or(Cow::Borrowed(text), Cow::Owned)
    }

    /// A truncated text, without them and without the beginning of one at its end.
    pub(crate) fn redact_truncated<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let mut text = self.redact(text);
        let from = text.len().saturating_sub(OVERLAP);
        let end = text.get(from..).unwrap_or_default();
        // An escape that is cut in two is a part of what it would have spelled.
        let ends = cut_escapes(end).chain([end.len()]).filter_map(|whole| end.get(..whole));
        let readings: Vec<_> = ends.flat_map(readings).collect();
        let kept = self.with_registered(|held| {
            let prefix = |held: &Registered| {
                readings.iter().filter_map(|reading| held.needles().partial_match(reading, MIN_PREFIX)).min()
            };
            held.iter().filter_map(prefix).min()
        });
        if let Some(kept) = kept {
            let kept = from + kept;
            match &mut text {
                Cow::Borrowed(text) => *text = text.get(..kept).unwrap_or_default(),
                Cow::Owned(text) => text.truncate(kept),
            }
        }
        text
    }

    /// What [`find_and_redact`](Self::find_and_redact) does, for the errors of `bigid-api`.
    pub(crate) fn as_redact(&self) -> Redact {
        let redactor = self.clone();
        Redact::new(move |text| redactor.find_and_redact(text))
    }

    fn with_registered<R>(&self, act: impl FnOnce(&mut VecDeque<Registered>) -> R) -> R {
        act(&mut lock(&self.0))
    }
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redactor").finish_non_exhaustive()
    }
}

/// The replacement of a whole text, as JSON if the text was JSON.
fn left_out(text: &[u8]) -> Vec<u8> {
    let text = match text.trim_ascii_start().first() {
        Some(b'{') => format!(r#"{{"message":"{REDACTED}"}}"#),
        Some(b'[') => format!(r#"["{REDACTED}"]"#),
        _ => REDACTED.to_owned(),
    };
    text.into_bytes()
}

/// The start of an incomplete escape at the end of a text, if there may be one.
fn cut_escapes(text: &[u8]) -> impl Iterator<Item = usize> {
    const LONGEST: usize = 8;
    let from = text.len().saturating_sub(LONGEST);
    (from..text.len()).filter(|at| matches!(text.get(*at), Some(b'\\' | b'%' | b'&')))
}

/// Widens ranges that start or end within an escape, so that JSON stays valid.
fn widen_to_escapes(places: &mut [Range<usize>], decoded: &[Read]) {
    if places.is_empty() {
        return;
    }
    let escapes: Vec<&Read> = decoded.iter().filter(|read| read.end - read.start > 1).collect();
    let around = |at: usize| {
        let next = escapes.partition_point(|escape| escape.end <= at);
        escapes.get(next).filter(|escape| escape.start < at)
    };
    for place in places {
        place.start = around(place.start).map_or(place.start, |escape| escape.start);
        place.end = around(place.end).map_or(place.end, |escape| escape.end);
    }
}

/// The text with these places replaced.
fn replace_ranges(text: &[u8], mut places: Vec<Range<usize>>) -> Vec<u8> {
    places.sort_unstable_by_key(|place| place.start);
    let (mut redacted, mut end) = (Vec::with_capacity(text.len()), None);
    for place in places {
        // Places that overlap or touch are one.
        if end.is_none_or(|end| place.start > end) {
            redacted.extend_from_slice(text.get(end.unwrap_or_default()..place.start).unwrap_or_default());
            redacted.extend_from_slice(REDACTED.as_bytes());
        }
        end = end.max(Some(place.end));
    }
    redacted.extend_from_slice(text.get(end.unwrap_or_default()..).unwrap_or_default());
    redacted
}

#[cfg(test)]
mod tests;
