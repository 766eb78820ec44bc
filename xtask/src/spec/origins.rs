//! Which file, and which line of it, each part of the contract came from; and which overlay action took a part away.

use std::collections::BTreeMap;

use super::{Diagnostic, Source};

/// The parts by pointer, each with the place that made it. A part that is not here was made where the part around it was.
#[derive(Default)]
pub(super) struct Origins {
    made: BTreeMap<String, Node>,
    /// What overlays took away.
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
    /// A part that stands in a file.
    pub(super) fn made(&mut self, pointer: &str, source: usize, there: impl Into<String>) {
        self.removed.remove(pointer);
        self.made.insert(pointer.to_owned(), Node { source, pointer: there.into() });
    }

    /// A part that an action took away, with all below it.
    pub(super) fn removed(&mut self, pointer: &str, source: usize, there: impl Into<String>) {
        let below = format!("{pointer}/");
        self.made.retain(|other, _| other != pointer && !other.starts_with(&below));
        self.removed.insert(pointer.to_owned(), Node { source, pointer: there.into() });
    }

    /// What made exactly this part.
    pub(super) fn of(&self, pointer: &str) -> Option<&Node> {
        self.made.get(pointer)
    }

    /// What made this part, or something below it, and satisfies a condition.
    pub(super) fn at_or_below(&self, pointer: &str, fits: impl Fn(&Node) -> bool) -> Option<&Node> {
        let below = format!("{pointer}/");
        let mut all = self.made.iter().filter(|(other, _)| *other == pointer || other.starts_with(&below));
        all.find(|(_, place)| fits(place)).map(|(_, place)| place)
    }

    /// What took this part away.
    pub(super) fn remover(&self, pointer: &str) -> Option<&Node> {
        self.removed.get(pointer)
    }

    /// A finding about a part, where it was made.
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
