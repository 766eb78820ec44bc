//! Parts of a document that the model cannot represent.

/// A part of a document that cannot be read into the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The location of the part.
    pub(crate) pointer: String,
    pub(crate) message: String,
    /// The remedy.
    pub(crate) help: String,
}

impl Refusal {
    pub(crate) fn new(pointer: impl Into<String>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into(), help: help.into() }
    }
}
