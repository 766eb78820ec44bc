//! Small changes of a contract, each with its expected grades. Tests compare `spec diff` with them, and
//! `cargo xtask referee diff` compares Redocly's verdicts.
//!
//! All of them are in one pair of documents, each in its own operations and schemas, so that each side runs once.

mod template;

mod part;
pub(crate) use part::{Fragment, document};

mod schemas;

mod operations;

mod reasons;
pub(crate) use reasons::reason;

use serde_json::{Value, json};

use super::change::Change;
use super::grade::{Grade, Wire};
use super::report::Report;
use super::side::Side;

use Grade::{Breaking as B, Compatible as C, Same as S};

/// The expected grades of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) wire: Wire,
    pub(crate) rust: Grade,
    pub(crate) behaviour: Grade,
}

/// Request, response, Rust and behaviour.
fn expect(request: Grade, response: Grade, rust: Grade, behaviour: Grade) -> Expected {
    Expected { wire: Wire { request, response }, rust, behaviour }
}

/// One change.
pub(crate) struct ChangeCase {
    /// `field of a request: type widened`.
    pub(crate) name: String,
    pub(crate) expected: Expected,
    /// The part of the names of its operations and schemas that no other case has.
    pub(crate) key: String,
    old: Fragment,
    new: Fragment,
}

/// A change of a part of the contract; its argument is the key of its case.
type Edit = Box<dyn Fn(&mut Value, &str)>;

/// Every case.
pub(crate) fn all() -> Vec<ChangeCase> {
    let rows = schemas::rows().into_iter().chain(operations::rows());
    let cases = rows.enumerate().map(|(number, (name, expected, edit))| {
        let key = format!("c{number}x");
        let old = template::part(&key);
        let mut new = old.clone();
        edit(&mut new, &key);
        ChangeCase { name, expected, key, old: Fragment(old), new: Fragment(new) }
    });
    cases.collect()
}

/// The two documents that have all cases.
pub(crate) fn documents(cases: &[ChangeCase]) -> (Value, Value) {
    (document(cases.iter().map(|case| &case.old)), document(cases.iter().map(|case| &case.new)))
}

impl ChangeCase {
    /// Both sides, reduced to what the change touches.
    pub(crate) fn essence(&self) -> (Fragment, Fragment) {
        part::essence(&self.old, &self.new)
    }
}

/// The result of `spec diff` for each case, in order.
///
/// # Errors
/// A case whose contract is rejected.
pub(crate) fn judged(cases: &[ChangeCase]) -> anyhow::Result<Vec<(Expected, String)>> {
    let (old, new) = documents(cases);
    let report = Report::new(&Side::of("old", old)?, &Side::of("new", new)?);
    let judged = cases.iter().map(|case| {
        let is_of = |change: &&Change| change.place.to_string().to_lowercase().contains(&case.key);
        let mut got = expect(S, S, S, S);
        let mut said = Vec::new();
        for change in report.changes.iter().filter(is_of) {
            got.wire = got.wire.and(change.wire());
            got.rust = got.rust.max(change.rust_grade());
            got.behaviour = got.behaviour.max(change.behaviour_grade());
            said.extend(change.notes.iter().map(|note| note.kind.name()));
        }
        said.sort_unstable();
        said.dedup();
        (got, said.join(", "))
    });
    Ok(judged.collect())
}

/// The pointer under which Redocly reports a case.
pub(crate) fn is_at(case: &ChangeCase, pointer: &str) -> bool {
    pointer.to_lowercase().contains(&case.key)
}

fn set(value: &mut Value, pointer: &str, key: &str, to: Value) {
    if let Some(object) = value.pointer_mut(pointer).and_then(Value::as_object_mut) {
        object.insert(key.to_owned(), to);
    }
}

fn remove(value: &mut Value, pointer: &str, key: &str) {
    if let Some(object) = value.pointer_mut(pointer).and_then(Value::as_object_mut) {
        object.remove(key);
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}
