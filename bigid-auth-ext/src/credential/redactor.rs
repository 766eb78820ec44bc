//! The credentials that a client holds, so that no words of a server that repeat one are kept.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use bigid_api::{Redact, Secret};

/// The latest credentials and tokens of a client. A clone is the same list.
#[derive(Clone, Default)]
pub(crate) struct Redactor(Arc<Mutex<VecDeque<Secret>>>);

/// How many bytes of a secret at the end of a text that breaks off are taken for its beginning.
pub(crate) const TELLING: usize = 4;

/// How many are kept: a credential and its session, the pair before them, and those of a rotation under way.
const LATEST: usize = 8;

/// What stands in their place.
const REDACTED: &str = "[redacted]";

impl Redactor {
    pub(crate) fn hold(&self, secret: &Secret) {
        self.with(|held| {
            if secret.is_empty() {
                return;
            }
            // What is used again is the latest again.
            held.retain(|other| other != secret);
            if held.len() == LATEST {
                held.pop_front();
            }
            held.push_back(secret.clone());
        });
    }

    /// The text without them, `None` where it holds none. A secret is found as it is, and as JSON writes it.
    pub(crate) fn scrub(&self, text: &[u8]) -> Option<Vec<u8>> {
        self.with(|held| {
            let mut scrubbed = None;
            for secret in held.iter().flat_map(forms) {
                if let Some(text) = without(scrubbed.as_deref().unwrap_or(text), secret.expose().as_bytes()) {
                    scrubbed = Some(text);
                }
            }
            scrubbed
        })
    }

    /// The text without them.
    pub(crate) fn clean<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        self.scrub(text).map_or(Cow::Borrowed(text), Cow::Owned)
    }

    /// A text that breaks off, without them and without the beginning of one at its end.
    pub(crate) fn clean_start<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let mut text = self.clean(text);
        let begun = self.with(|held| held.iter().flat_map(forms).filter_map(|secret| begun(&text, &secret)).max());
        if let Some(begun) = begun {
            let kept = text.len() - begun;
            match &mut text {
                Cow::Borrowed(text) => *text = text.get(..kept).unwrap_or_default(),
                Cow::Owned(text) => text.truncate(kept),
            }
        }
        text
    }

    /// What [`scrub`](Self::scrub) does, for the errors of `bigid-api`.
    pub(crate) fn redact(&self) -> Redact {
        let held = self.clone();
        Redact::new(move |text| held.scrub(text))
    }

    fn with<R>(&self, act: impl FnOnce(&mut VecDeque<Secret>) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redactor").finish_non_exhaustive()
    }
}

/// A secret as it is, and as JSON writes it.
fn forms(secret: &Secret) -> [Secret; 2] {
    let json = Secret::from(serde_json::to_string(secret.expose()).unwrap_or_default());
    let inner = json.expose().strip_prefix('"').and_then(|json| json.strip_suffix('"')).unwrap_or_default();
    [secret.clone(), Secret::from(inner)]
}

/// How many bytes at the end of a text are the beginning of a secret.
fn begun(text: &[u8], secret: &Secret) -> Option<usize> {
    let secret = secret.expose().as_bytes();
    (TELLING..secret.len()).rev().find(|length| secret.get(..*length).is_some_and(|begun| text.ends_with(begun)))
}

/// The text with every occurrence of a secret replaced.
fn without(text: &[u8], secret: &[u8]) -> Option<Vec<u8>> {
    let first = *secret.first()?;
    let at = |text: &[u8]| {
        let mut from = 0;
        while let Some(step) = text.get(from..)?.iter().position(|byte| *byte == first) {
            let start = from + step;
            if text.get(start..)?.starts_with(secret) {
                return Some(start);
            }
            from = start + 1;
        }
        None
    };
    let mut found = at(text)?;
    let (mut scrubbed, mut rest) = (Vec::with_capacity(text.len()), text);
    loop {
        scrubbed.extend_from_slice(rest.get(..found)?);
        scrubbed.extend_from_slice(REDACTED.as_bytes());
        rest = rest.get(found + secret.len()..)?;
        match at(rest) {
            Some(next) => found = next,
            None => break,
        }
    }
    scrubbed.extend_from_slice(rest);
    Some(scrubbed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_secret_is_found_in_both_of_its_forms() {
        let held = Redactor::default();
        for secret in ["aab", "pass\"word\\", ""] {
            held.hold(&Secret::from(secret));
        }
        let scrubbed = |text: &str| held.scrub(text.as_bytes()).map(|text| String::from_utf8(text).unwrap());
        assert_eq!(scrubbed("nothing here: aa b"), None);
        assert_eq!(scrubbed("aaab, aab").as_deref(), Some("a[redacted], [redacted]"));
        assert_eq!(scrubbed(r#"it was pass"word\"#).as_deref(), Some("it was [redacted]"));
        assert_eq!(scrubbed(r#"{"m":"pass\"word\\"}"#).as_deref(), Some(r#"{"m":"[redacted]"}"#));
    }

    #[test]
    fn the_beginning_of_a_secret_goes_where_a_text_breaks_off() {
        let held = Redactor::default();
        for secret in ["hunter2", "\"quoted\""] {
            held.hold(&Secret::from(secret));
        }
        let kept = |text: &str| String::from_utf8(held.clean_start(text.as_bytes()).into_owned()).unwrap();
        assert_eq!(kept("it was hunter"), "it was ");
        assert_eq!(kept("hunter2, hunt"), "[redacted], ");
        assert_eq!(kept(r#"it was \"quoted"#), "it was ");
        assert_eq!(kept("hunt and hun"), "hunt and hun");
        assert_eq!(kept("hunt hunt"), "hunt ");
        assert_eq!(held.scrub(b"it was \"quoted\"."), Some(b"it was [redacted].".to_vec()));
    }

    #[test]
    fn the_latest_are_held_and_the_list_does_not_grow() {
        let held = Redactor::default();
        for number in 0..1_000 {
            held.hold(&Secret::from(format!("secret-{number}-")));
            held.hold(&Secret::from(format!("secret-{number}-")));
        }
        assert_eq!(held.with(|held| held.len()), LATEST);
        assert!(held.scrub(b"secret-999-").is_some() && held.scrub(b"secret-1-").is_none());
    }
}
