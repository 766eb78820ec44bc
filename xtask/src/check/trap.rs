//! One trap: what it is called, what comes of it, and who is caught in it.

use crate::spec::{Layer, Severity};

/// Who a document is checked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pipeline {
    /// progenitor as it comes, with its default settings or with builders.
    Plain,
    /// This project's `regen`: progenitor with builders, and its code rewritten.
    Regen,
}

/// A way in which a legal document ends badly.
#[derive(Debug)]
pub(crate) struct Trap {
    /// Its name forever: never given to another trap, and never changed.
    pub(crate) code: &'static str,
    /// What the document does, in a few words.
    pub(crate) title: &'static str,
    /// What progenitor makes of it.
    pub(crate) harm: &'static str,
    /// How it is mended.
    pub(crate) mend: &'static str,
    /// The overlay that the mend belongs to: facts about the API, or what the generator alone needs.
    pub(crate) layer: Layer,
    /// How grave it is for progenitor as it comes; `None` where it is no trap there.
    pub(crate) plain: Option<Severity>,
    /// The same for `regen`.
    pub(crate) regen: Option<Severity>,
    /// What defuses it where it is no trap; empty where it is one everywhere.
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

/// An error for everyone, mended among the facts.
pub(crate) const ERROR: Trap = Trap {
    code: "",
    title: "",
    harm: "",
    mend: "",
    layer: Layer::Contract,
    plain: Some(Severity::Error),
    regen: Some(Severity::Error),
    defused: "",
};

/// A warning for everyone, mended among the facts.
pub(crate) const WARNING: Trap = Trap { plain: Some(Severity::Warning), regen: Some(Severity::Warning), ..ERROR };
