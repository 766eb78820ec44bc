//! Removes the secrets of a client from server text before it is kept.

mod escapes;
mod needles;
mod reading;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use bigid_api::{Redact, Secret};

use crate::lock::lock;
use needles::{Filter, Needles};
use reading::{MOST, Reading, base64_readings, readings};

/// The latest credentials and tokens of a client. A clone is the same list.
///
/// Every run of eight bytes of a secret is removed from a text, however the text spells it: with the escapes of JSON,
/// URLs, HTML or quoted-printable text, mixed or one in the other; in hexadecimal, base64, or base64 of base64; in
/// UTF-16 or Latin-1; in letters of either case; with white space, control characters, invisible characters or bytes
/// that are not text between its characters. So a part of a token, or one segment of a JWT, is removed as well. The
/// text is searched first and changed once, so that nothing is found in what stands in a secret's place.
#[derive(Clone, Default)]
pub(crate) struct Redactor(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    secrets: VecDeque<Registered>,
    /// What their needles may contain; made when the first text is searched.
    filter: Option<Filter>,
}

impl Held {
    /// Where a part of a text spells a secret.
    fn find(&mut self, part: &[u8]) -> Found {
        let (mut found, mut is_very_short, mut work) = (Vec::new(), false, 0);
        let needles = self.secrets.iter().map(Registered::needles);
        let filter = self.filter.get_or_insert_with(|| Filter::of(needles));
        let mut search = |reading: &Reading, least: usize| {
            work += reading.bytes().len();
            filter.search(reading, least, |start, length, run| {
                for held in self.secrets.iter().filter(|held| held.needles().contain(length, run)) {
                    found.push(reading.place(start..start + length));
                    is_very_short |= held.secret.expose().len() <= VERY_SHORT;
                }
            });
        };
        let readings = readings(part, MOST);
        for reading in &readings {
            search(reading, 1);
            // A shorter secret is the end of one word and the start of the next one in too many texts.
            reading.squeezed().iter().for_each(|squeezed| search(squeezed, MIN_PREFIX));
        }
        for reading in base64_readings(part) {
            search(&reading, MIN_PREFIX);
        }
        // What JSON escapes is decoded first.
        readings.get(1).iter().for_each(|decoded| widen_to_escapes(&mut found, decoded));
        Found { places: found, is_very_short, work }
    }
}

/// What is found in a part of a text.
struct Found {
    places: Vec<Range<usize>>,
    /// Whether a secret is that is very short.
    is_very_short: bool,
    /// The length of all readings.
    work: usize,
}

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

/// How many bytes of readings are searched of one text. What is after that is left out: only a text that is made for it
/// has so many readings, and the search would hold up its thread for seconds. 1 MiB of JSON within JSON takes
/// less than half.
const MOST_WORK: usize = 32 << 20;

impl Redactor {
    pub(crate) fn register(&self, secret: &Secret) {
        self.with_held(|Held { secrets, filter }| {
            if secret.is_empty() {
                return;
            }
            // A secret that is registered again becomes the most recent one.
            let known = secrets.iter().position(|other| other.secret == *secret);
            let known = known.and_then(|index| secrets.remove(index)).unwrap_or_else(|| {
                *filter = None;
                Registered { needles: OnceCell::new(), secret: secret.clone() }
            });
            if secrets.len() == LATEST {
                secrets.pop_front();
            }
            secrets.push_back(known);
        });
    }

    /// Another redactor, of the same secrets and one more.
    pub(crate) fn with(&self, secret: &Secret) -> Self {
        let held = self.with_held(|held| held.secrets.iter().map(|held| held.secret.clone()).collect::<Vec<_>>());
        let redactor = Self::default();
        // The list is full sooner for it, and the oldest secret is the one of least use.
        held.iter().chain([secret]).for_each(|secret| redactor.register(secret));
        redactor
    }

    /// The text without them, `None` where it holds none.
    pub(crate) fn find_and_redact(&self, text: &[u8]) -> Option<Vec<u8>> {
        self.with_held(|held| {
            let (mut found, mut start, mut work) = (Vec::new(), 0, 0);
            while let Some(part) = text.get(start..).filter(|part| !part.is_empty()) {
                let part = part.get(..PART).unwrap_or(part);
                let here = held.find(part);
                if here.is_very_short {
                    return Some(left_out(text));
                }
                found.extend(here.places.into_iter().map(|place| start + place.start..start + place.end));
                if part.len() < PART {
                    break;
                }
                work += here.work;
                if work > MOST_WORK {
                    found.push(start + PART - OVERLAP..text.len());
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
        let readings = ends.flat_map(|whole| readings(whole, MOST));
        let readings: Vec<_> = readings.flat_map(|reading| [reading.squeezed(), Some(reading)]).flatten().collect();
        let kept = self.with_held(|held| {
            let prefix = |held: &Registered| {
                readings.iter().filter_map(|reading| held.needles().partial_match(reading, MIN_PREFIX)).min()
            };
            held.secrets.iter().filter_map(prefix).min()
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

    fn with_held<R>(&self, act: impl FnOnce(&mut Held) -> R) -> R {
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
    const LONGEST: usize = 12;
    let from = text.len().saturating_sub(LONGEST);
    (from..text.len()).filter(|at| matches!(text.get(*at), Some(b'\\' | b'%' | b'&' | b'=')))
}

/// Widens ranges that start or end within an escape, so that JSON stays valid.
fn widen_to_escapes(places: &mut [Range<usize>], decoded: &Reading) {
    if places.is_empty() {
        return;
    }
    let escapes: Vec<Range<usize>> = decoded.escapes().collect();
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
        let place = whole_characters(text, place);
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

/// A place without the rest of a character before or after it.
fn whole_characters(text: &[u8], place: Range<usize>) -> Range<usize> {
    const LONGEST: usize = 4;
    let goes_on = |at: &usize| text.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
    let before = (0..LONGEST).filter_map(|back| place.start.checked_sub(back)).find(|at| !goes_on(at));
    let after = (place.end..place.end + LONGEST).find(|at| !goes_on(at));
    before.unwrap_or(place.start)..after.unwrap_or(place.end)
}

#[cfg(test)]
mod tests;
