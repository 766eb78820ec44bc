//! The behaviour column: how the same program behaves differently with the newer contract.

use super::change::Effect;
use super::grade::Grade;
use super::paging;
use super::pairs::Pairs;
use super::place::Place;
use crate::model::{Content, Location, Operation, Schema, SchemaKind};
use crate::regen::lossless_records;
use crate::status::Status;

/// Every difference that a program meets at run time.
pub(super) fn compare(pairs: &Pairs<'_>) -> Vec<(Place, Effect)> {
    let mut found = Vec::new();
    for (old, new) in &pairs.operations {
        let (Some(old), Some(new)) = (old, new) else { continue };
        let mut say = |place: Place, grade: Grade, text: String| found.push((place, Effect::new(grade, text)));
        operation(old, new, &mut say);
        moved_parameters(pairs, old, new, &mut say);
        let effects = paging::effects(old, new);
        found.extend(effects.into_iter().map(|effect| (Place::Paging(new.id.clone()), effect)));
    }
    let (before, after) = (lossless_records(pairs.old), lossless_records(pairs.new));
    let is_read = pairs.new.in_responses();
    for (name, schema) in &pairs.new.schemas {
        let old_name = pairs.old_schema(name);
        let Some(old) = pairs.old.schemas.get(old_name) else { continue };
        let mut say = |place: Place, grade: Grade, text: String| found.push((place, Effect::new(grade, text)));
        if matches!((&old.kind, &schema.kind), (SchemaKind::Record(_), SchemaKind::Record(_))) {
            match (before.contains(old_name), after.contains(name.as_str())) {
                (true, false) => {
                    say(
                        Place::Schema(name.clone()),
                        Grade::Breaking,
                        "not lossless any more: made by `new` with what it must hold".into(),
                    );
                }
                (false, true) => {
                    say(
                        Place::Schema(name.clone()),
                        Grade::Breaking,
                        "lossless now: every field is optional, and what is not declared is kept".into(),
                    );
                }
                _ => {}
            }
        }
        inside(pairs, name, (old, schema), is_read.contains(name.as_str()), &mut say);
    }
    found
}

type Say<'s> = &'s mut dyn FnMut(Place, Grade, String);

fn operation(old: &Operation, new: &Operation, say: Say<'_>) {
    let id = &new.id;
    let request = |operation: &Operation| format!("{} {}", operation.method_upper(), operation.path.shape());
    if request(old) != request(new) {
        let text = format!("sent as `{} {}`", new.method_upper(), new.path.text);
        say(Place::Operation(id.clone()), Grade::Breaking, text);
    }
    if token(old) != token(new) {
        say(Place::Security(id.clone()), Grade::Breaking, format!("{}, {} before", token(new), token(old)));
    }
    match (is_retried(old), is_retried(new)) {
        (true, false) => say(Place::Operation(id.clone()), Grade::Breaking, "not retried any more".into()),
        (false, true) => {
            say(Place::Operation(id.clone()), Grade::Breaking, "retried, and so sent more than once".into())
        }
        _ => {}
    }
    if read(old) != read(new) {
        let text = format!("its response is {}, {} before", read(new), read(old));
        say(Place::Output(id.clone()), Grade::Breaking, text);
    }
    if let (Some(before), Some(after)) = (&old.upload, &new.upload)
        && before.part != after.part
    {
        let text = format!("the file is sent as `{}`, as `{}` before", after.part, before.part);
        say(Place::Body(id.clone()), Grade::Breaking, text);
    }
    if let (Some(before), Some(after)) = (&old.body, &new.body)
        && before.encoding != after.encoding
    {
        let text = format!("sent as {}, as {} before", after.encoding.media_type(), before.encoding.media_type());
        say(Place::Body(id.clone()), Grade::Breaking, text);
    }
    let refusals = |operation: &Operation| -> Vec<Status> {
        operation.responses.iter().map(|response| response.status).filter(|status| !status.is_success()).collect()
    };
    let (before, after) = (refusals(old), refusals(new));
    for status in before.iter().filter(|status| !after.contains(status)) {
        let text = format!("{status} is `Error::UnexpectedResponse`, not `Error::ErrorResponse`");
        say(Place::response(id, status), Grade::Breaking, text);
    }
    for status in after.iter().filter(|status| !before.contains(status)) {
        let text = format!("{status} is `Error::ErrorResponse`, not `Error::UnexpectedResponse`");
        say(Place::response(id, status), Grade::Compatible, text);
    }
}

/// A parameter whose setter keeps its name is sent under another one, or elsewhere.
fn moved_parameters(pairs: &Pairs<'_>, old: &Operation, new: &Operation, say: Say<'_>) {
    for (before, after) in pairs.parameters(&old.parameters, &new.parameters) {
        let (Some(before), Some(after)) = (before, after) else { continue };
        let place = || Place::parameter(&new.id, after.location, &after.name);
        if before.name != after.name && after.location != Location::Path {
            say(place(), Grade::Breaking, format!("sent as `{}`, as `{}` before", after.name, before.name));
        }
        if before.location != after.location {
            let text = format!("sent in the {}, in the {} before", after.location.name(), before.location.name());
            say(place(), Grade::Breaking, text);
        }
    }
}

/// The credential of a call, as `bigid-auth-ext` derives it from the contract: a session wherever one is accepted.
fn token(operation: &Operation) -> &'static str {
    let has = |name: &str| operation.security.iter().flatten().any(|scheme| scheme == name);
    if has("SystemToken") {
        "a session's token is sent"
    } else if operation.security.iter().any(|alternative| !alternative.is_empty()) {
        "another token than a session's is wanted"
    } else {
        "no token is sent"
    }
}

/// The same rule as `Operation::is_idempotent` of `bigid-api`.
fn is_retried(operation: &Operation) -> bool {
    operation.safe || matches!(operation.method.as_str(), "get" | "head" | "put" | "delete" | "options" | "trace")
}

fn read(operation: &Operation) -> &'static str {
    match operation.success() {
        Content::Empty => "not read",
        Content::Json(_) => "read whole, as JSON",
        Content::Raw { .. } => "a stream of bytes",
    }
}

/// Fields that move between a record's declared fields and its `extra`, and values that an enumeration gains or loses.
fn inside(pairs: &Pairs<'_>, name: &str, (old, new): (&Schema, &Schema), is_read: bool, say: Say<'_>) {
    match (&old.kind, &new.kind) {
        (SchemaKind::Record(old), SchemaKind::Record(new)) if is_read => {
            for (before, after) in pairs.fields(&old.fields, &new.fields) {
                match (before, after) {
                    (Some(before), None) => {
                        let text = format!("`{}` is kept in `extra`", before.wire);
                        say(Place::field(name, &before.wire), Grade::Compatible, text);
                    }
                    (None, Some(after)) => {
                        let text = format!("`{}` is a field, and no longer in `extra`", after.wire);
                        say(Place::field(name, &after.wire), Grade::Compatible, text);
                    }
                    (Some(before), Some(after)) if before.wire != after.wire => {
                        let text =
                            format!("the field is read from `{}`; `{}` is kept in `extra`", after.wire, before.wire);
                        say(Place::field(name, &after.wire), Grade::Breaking, text);
                    }
                    (Some(before), Some(after)) if pairs.ty(&before.ty) != after.ty => {
                        let text = "values of the former type are kept in `extra`".to_owned();
                        say(Place::field(name, &after.wire), Grade::Compatible, text);
                    }
                    _ => {}
                }
            }
        }
        (SchemaKind::Enum(old), SchemaKind::Enum(new)) => {
            for value in new.iter().filter(|value| !old.contains(value)) {
                let text = format!("`{0}` is a variant, not `Unrecognized(\"{0}\")`", value.wire);
                say(Place::value(name, &value.wire), Grade::Compatible, text);
            }
        }
        _ => {}
    }
}
