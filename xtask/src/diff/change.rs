//! One change of a contract, in its three columns.

use super::grade::{Grade, Wire};
use super::kind::ChangeKind;
use super::place::Place;

/// A change that the walk found at one place.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    pub(crate) kind: ChangeKind,
    /// One sentence without the full stop.
    pub(crate) text: String,
    pub(crate) wire: Wire,
}

/// One line of the Rust or of the behaviour column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Effect {
    pub(crate) grade: Grade,
    pub(crate) text: String,
}

impl Effect {
    pub(super) fn new(grade: Grade, text: impl Into<String>) -> Self {
        Self { grade, text: text.into() }
    }
}

/// Everything that changed at one place.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) place: Place,
    pub(crate) notes: Vec<Note>,
    pub(crate) rust: Vec<Effect>,
    pub(crate) behaviour: Vec<Effect>,
    /// The operations that send or return a changed schema.
    pub(crate) reach: Vec<String>,
    /// The sources that document the place only now, and those that did only before.
    pub(crate) gained: Vec<String>,
    pub(crate) lost: Vec<String>,
}

impl Change {
    pub(super) fn at(place: Place) -> Self {
        let (notes, rust, behaviour, reach) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { place, notes, rust, behaviour, reach, gained: Vec::new(), lost: Vec::new() }
    }

    pub(crate) fn wire(&self) -> Wire {
        self.notes.iter().fold(Wire::SAME, |wire, note| wire.and(note.wire))
    }

    pub(crate) fn rust_grade(&self) -> Grade {
        worst(&self.rust)
    }

    pub(crate) fn behaviour_grade(&self) -> Grade {
        worst(&self.behaviour)
    }

    /// The worst of the three columns.
    pub(crate) fn grade(&self) -> Grade {
        self.wire().worst().max(self.rust_grade()).max(self.behaviour_grade())
    }

    /// Whether only descriptions and evidence changed.
    pub(crate) fn is_documentation(&self) -> bool {
        self.grade() == Grade::Same
    }
}

fn worst(effects: &[Effect]) -> Grade {
    effects.iter().map(|effect| effect.grade).max().unwrap_or_default()
}
