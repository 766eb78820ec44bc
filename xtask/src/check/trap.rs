//! One trap: its code, its effect, and the documents that it affects.

use crate::naming;
use crate::spec::{Layer, Severity};

/// The generator that a document is checked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pipeline {
    /// Unmodified progenitor, with its default settings or with builders.
    Plain,
    /// This project's `regen`: progenitor with builders, and its code rewritten.
    Regen,
}

impl Pipeline {
    /// The name that a property's field gets.
    pub(crate) fn field(self, name: &str) -> String {
        match self {
            Self::Plain => naming::snake(name),
            Self::Regen => naming::field(name),
        }
    }

    /// The name that a parameter's argument gets.
    pub(crate) fn parameter(self, name: &str) -> String {
        match self {
            Self::Plain => naming::snake(name),
            Self::Regen => naming::parameter(name),
        }
    }
}

/// A valid construct that the generator cannot handle, or handles badly.
#[derive(Debug)]
pub(crate) struct Trap {
    /// Its permanent code: never reused for another trap, and never changed.
    pub(crate) code: &'static str,
    /// The construct, in a few words.
    pub(crate) title: &'static str,
    /// The effect in progenitor.
    pub(crate) effect: &'static str,
    /// How to fix it.
    pub(crate) fix: &'static str,
    /// The overlay that the fix belongs to: facts about the API, or what the generator alone needs.
    pub(crate) layer: Layer,
    /// Its severity for unmodified progenitor; `None` if it is not a trap there.
    pub(crate) plain: Option<Severity>,
    /// The same for `regen`.
    pub(crate) regen: Option<Severity>,
    /// What defuses it where it is not a trap; empty if it is one everywhere.
    pub(crate) defused: &'static str,
}

impl Trap {
    pub(crate) fn severity(&self, pipeline: Pipeline) -> Option<Severity> {
        match pipeline {
            Pipeline::Plain => self.plain,
            Pipeline::Regen => self.regen,
        }
    }
}

/// An error for everyone, fixed among the facts.
pub(crate) const ERROR: Trap = Trap {
    code: "",
    title: "",
    effect: "",
    fix: "",
    layer: Layer::Contract,
    plain: Some(Severity::Error),
    regen: Some(Severity::Error),
    defused: "",
};

/// A warning for everyone, fixed among the facts.
pub(crate) const WARNING: Trap = Trap { plain: Some(Severity::Warning), regen: Some(Severity::Warning), ..ERROR };
