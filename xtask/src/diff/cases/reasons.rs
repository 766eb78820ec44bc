//! Where Redocly and this project disagree on whether a change breaks the wire, and why.

use super::ChangeCase;

/// The reason why Redocly disagrees; `None` if both must agree.
pub(crate) fn reason(case: &ChangeCase) -> Option<&'static str> {
    REASONS.iter().find(|(names, _)| names.iter().any(|name| case.name.contains(name))).map(|(_, reason)| *reason)
}

/// Parts of the names of cases.
const REASONS: &[(&[&str], &str)] = &[
    (
        &["a field of a response: format narrowed"],
        "every change of a format breaks both directions for Redocly; an int32 is read as an i64",
    ),
    (
        &[
            "a query parameter: default changed",
            "a field of a request: default changed",
            "a field of both: default changed",
        ],
        "a server that fills in another value does something else for the same request; oasdiff calls it an error too",
    ),
    (
        &[
            "a field of a request: removed",
            "a field of a request: renamed",
            "a field of a request: another schema",
            "a body: another schema",
        ],
        "a server that ignores a field does not do what was asked; oasdiff warns of it",
    ),
    (&["an operation: renamed"], "the name is never sent; what breaks is Rust, in the column beside"),
    (&["a parameter of a path: another name"], "the name is never sent, and an argument has a place, not a name"),
    (&["a body: new and required"], "an old client sends none; Redocly has the rule for parameters alone"),
];
