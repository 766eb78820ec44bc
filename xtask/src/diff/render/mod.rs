//! A report for a terminal, a changelog or a tool.

mod text;
pub(super) use text::brief;
pub(super) use text::text;

mod markdown;
pub(super) use markdown::markdown;

mod json;
pub(super) use json::json;

use super::change::{Change, Effect};

/// What happened at a place, in one sentence.
fn sentence(change: &Change) -> String {
    let notes: Vec<&str> = change.notes.iter().map(|note| note.text.as_str()).collect();
    notes.join("; ")
}

fn effects(effects: &[Effect]) -> String {
    effects.iter().map(|effect| effect.text.as_str()).collect::<Vec<_>>().join("; ")
}

/// The number of operations that a schema's change affects.
fn reach(change: &Change) -> Option<String> {
    match change.reach.as_slice() {
        [] => None,
        few if few.len() <= 3 => Some(format!("in `{}`", few.join("`, `"))),
        many => Some(format!("in {} operations", many.len())),
    }
}
