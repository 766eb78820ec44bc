//! Which file, and which line of it, each part of the contract came from; and which overlay action took a part away.

use std::collections::BTreeMap;

use super::{Diagnostic, Source};

/// The parts by pointer, each with its origin. A part that is not listed has the origin of the part around it.
#[derive(Default)]
pub(super) struct Origins {
    made: BTreeMap<String, Node>,
    /// The parts that overlays removed.
    removed: BTreeMap<String, Node>,
}

/// A node of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// The file, by its number among all that were read.
    pub(super) source: usize,
    pub(super) pointer: String,
}

impl Origins {
    /// A part in a file.
    pub(super) fn made(&mut self, pointer: &str, source: usize, there: impl Into<String>) {
        self.removed.remove(pointer);
        self.made.insert(pointer.to_owned(), Node { source, pointer: there.into() });
    }

    /// A part that an action removed, with everything in it.
    pub(super) fn removed(&mut self, pointer: &str, source: usize, there: impl Into<String>) {
        let below = format!("{pointer}/");
        self.made.retain(|other, _| other != pointer && !other.starts_with(&below));
        self.removed.insert(pointer.to_owned(), Node { source, pointer: there.into() });
    }

    /// The origin of exactly this part.
    pub(super) fn of(&self, pointer: &str) -> Option<&Node> {
        self.made.get(pointer)
    }

    /// The origin of this part, or of something in it, that satisfies a condition.
    pub(super) fn at_or_below(&self, pointer: &str, fits: impl Fn(&Node) -> bool) -> Option<&Node> {
        let below = format!("{pointer}/");
        let mut all = self.made.iter().filter(|(other, _)| *other == pointer || other.starts_with(&below));
        all.find(|(_, place)| fits(place)).map(|(_, place)| place)
    }

    /// The action that removed this part.
    pub(super) fn remover(&self, pointer: &str) -> Option<&Node> {
        self.removed.get(pointer)
    }

    /// A finding about a part, at its origin.
    pub(super) fn finding(&self, sources: &[Source], pointer: &str, message: impl Into<String>) -> Diagnostic {
        let (place, rest) = self.place(pointer);
        let finding = Diagnostic::new(message).pointer(pointer);
        match sources.get(place.source) {
            Some(source) => {
                finding.file(&source.name).line(source.line(&format!("{}{rest}", place.pointer)).or(Some(1)))
            }
            None => finding.file("spec").line(Some(1)),
        }
    }

    fn place<'a>(&self, pointer: &'a str) -> (Node, &'a str) {
        let mut prefix = pointer;
        loop {
            if let Some(place) = self.made.get(prefix) {
                return (place.clone(), &pointer[prefix.len()..]);
            }
            match prefix.rfind('/') {
                Some(end) => prefix = &prefix[..end],
                // The first file is the base of all.
                None => return (Node { source: 0, pointer: String::new() }, pointer),
            }
        }
    }
}
