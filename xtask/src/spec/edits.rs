//! Records the changes of overlays, and rejects forbidden ones: setting a value twice, removing evidence, or, in the
//! codegen layer, changing anything except Rust names.

use serde_json::Value;

use super::origins::{Node, Origins};
use super::{Diagnostics, Layer, Source, escape};

/// One action of an overlay, and the document before it.
pub(crate) struct Stage {
    pub(crate) before: Value,
    /// The overlay, by its number among all files.
    pub(super) source: usize,
    /// The pointer of the action.
    pub(super) action: String,
}

/// The changes of all overlays so far. Without origins, as for a single pasted overlay, nothing is recorded or
/// forbidden.
#[derive(Default)]
pub(super) struct Edits<'a> {
    /// Every action so far.
    pub(super) stages: Vec<Stage>,
    /// The origins of the document, the number of the overlay among its sources, and that of the first overlay.
    pub(super) origins: Option<(&'a mut Origins, usize, usize)>,
}

#[derive(Debug, PartialEq, Eq)]
enum EditKind {
    Added,
    Changed,
    Removed,
}

impl Edits<'_> {
    /// Records the changes of one action to a document.
    #[allow(clippy::too_many_arguments, reason = "an action, its place, and the document before and after it")]
    pub(super) fn note(
        &mut self,
        before: Value,
        after: &Value,
        layer: Layer,
        source: &Source,
        action: &str,
        targets: &[String],
        found: &mut Diagnostics,
    ) {
        let Some((origins, index, first)) = &mut self.origins else { return };
        let mut changes = Vec::new();
        differences(&before, after, String::new(), &mut changes);
        for (pointer, change) in changes {
            let relative = targets.iter().find_map(|target| pointer.strip_prefix(target.as_str()));
            let there = match change {
                EditKind::Removed => action.to_owned(),
                _ => format!("{action}/update{}", relative.unwrap_or_default()),
            };
            let mut say = |message: String, help: &str| found.push(source.finding(&there, message).help(help));
            let of_overlay = |place: &Node| place.source >= *first;
            let earlier = match change {
                EditKind::Added => origins.remover(&pointer),
                EditKind::Changed | EditKind::Removed => origins.at_or_below(&pointer, of_overlay),
            };
            if let Some(earlier) = earlier {
                let which =
                    if earlier.source == *index { "this overlay".to_owned() } else { "another overlay".to_owned() };
                let message = format!(
                    "two actions over one value: {which} has changed #{pointer} already, at {}",
                    earlier.pointer
                );
                say(message, "say it in one action");
            }
            if strips_evidence(&before, after, &pointer, &change) {
                say(
                    format!("the action takes evidence away from #{pointer}"),
                    "add sources; the document says who knows it",
                );
            }
            if layer == Layer::Codegen && !(change == EditKind::Added && pointer.ends_with("/x-rust-name")) {
                say(
                    format!("the codegen layer changes the contract at #{pointer}"),
                    "it may add `x-rust-name`; what is true of the API belongs to 10-corrections.yaml",
                );
            }
            match change {
                EditKind::Removed => origins.removed(&pointer, *index, there),
                EditKind::Added | EditKind::Changed => origins.made(&pointer, *index, there),
            }
        }
        self.stages.push(Stage { before, source: *index, action: action.to_owned() });
    }
}

/// Whether sources are removed, or fewer of them count.
fn strips_evidence(before: &Value, after: &Value, pointer: &str, change: &EditKind) -> bool {
    let Some((_, rest)) = pointer.split_once("/x-evidence") else { return false };
    match change {
        EditKind::Added => false,
        EditKind::Removed => true,
        EditKind::Changed if ["/independent", "/inferred", "/historical"].contains(&rest) => {
            let count = |document: &Value| document.pointer(pointer).and_then(Value::as_u64);
            count(after) < count(before)
        }
        EditKind::Changed => true,
    }
}

/// The innermost differences of two documents.
fn differences(before: &Value, after: &Value, at: String, found: &mut Vec<(String, EditKind)>) {
    match (before, after) {
        // An action changes a few nodes of thousands.
        (before, after) if before == after => {}
        (Value::Object(before), Value::Object(after)) => {
            for (key, value) in before.iter().filter(|(key, value)| after.get(*key) != Some(*value)) {
                let at = format!("{at}/{}", escape(key));
                match after.get(key) {
                    Some(other) => differences(value, other, at, found),
                    None => found.push((at, EditKind::Removed)),
                }
            }
            for (key, _) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
                found.push((format!("{at}/{}", escape(key)), EditKind::Added));
            }
        }
        (Value::Array(before), Value::Array(after)) => {
            for (index, value) in before.iter().enumerate() {
                let at = format!("{at}/{index}");
                match after.get(index) {
                    Some(other) => differences(value, other, at, found),
                    None => found.push((at, EditKind::Removed)),
                }
            }
            found.extend((before.len()..after.len()).map(|index| (format!("{at}/{index}"), EditKind::Added)));
        }
        _ => found.push((at, EditKind::Changed)),
    }
}
