//! `evidence.md`: the strength of the operations' evidence, as tables.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::{Content, Model, Operation, Type};
use crate::spec::{Listed, Strength};

/// The schema of a response whose shape no source shows.
const ANY: &str = "AnyJson";

/// The content of a success.
#[derive(Clone, Copy, PartialEq)]
enum SuccessBody {
    Typed,
    Bytes,
    Open,
    Unread,
}

impl SuccessBody {
    const ALL: [Self; 4] = [Self::Typed, Self::Bytes, Self::Open, Self::Unread];

    fn of(operation: &Operation) -> Self {
        match operation.success() {
            Content::Empty => Self::Unread,
            Content::Raw { .. } => Self::Bytes,
            Content::Json(Type::Named(name)) if name == ANY => Self::Open,
            Content::Json(_) => Self::Typed,
        }
    }
}

/// The operations by their strongest evidence and by their tags.
pub(super) fn tables(model: &Model, listed: &Listed) -> String {
    let strength = |operation: &Operation| {
        operation.evidence.as_ref().map_or(Strength::Derived, |evidence| listed.strength(&evidence.sources))
    };
    let mut text =
        "| strongest evidence | operations | typed | bytes | any JSON | body not read |\n|---|---|---|---|---|---|\n"
            .to_owned();
    for kind in Strength::ALL {
        let of: Vec<&Operation> = model.operations.iter().filter(|one| strength(one) == kind).collect();
        row(&mut text, kind.name(), &of);
    }
    row(&mut text, "all", &model.operations.iter().collect::<Vec<_>>());

    text += "\n| tag | operations | known to two sources or more | most sources of one |\n|---|---|---|---|\n";
    let mut tags: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for operation in &model.operations {
        let known = operation.evidence.as_ref().map_or(0, |evidence| evidence.independent);
        tags.entry(&operation.tag).or_default().push(known);
    }
    for (tag, known) in tags {
        let several = known.iter().filter(|count| **count > 1).count();
        let most = known.iter().max().copied().unwrap_or_default();
        let _ = writeln!(text, "| {tag} | {} | {several} | {most} |", known.len());
    }
    text
}

fn row(text: &mut String, name: &str, operations: &[&Operation]) {
    let _ = write!(text, "| {name} | {} |", operations.len());
    for shape in SuccessBody::ALL {
        let _ =
            write!(text, " {} |", operations.iter().filter(|operation| SuccessBody::of(operation) == shape).count());
    }
    text.push('\n');
}
