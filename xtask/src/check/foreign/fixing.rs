//! Applies every fix that the checks propose until none is left. Tests use it to make a corpus of real documents pass.

use std::io::Read as _;
use std::process::ExitCode;

use serde::Serialize;
use serde_json::Value;

use super::super::explain::paste;
use super::super::{Pipeline, run};
use crate::spec::{Diagnostic, Severity, Source, escape, operations};

/// The subcommand that prints a document with every fix applied.
pub(crate) const CHILD: &str = "fix-from-stdin";

/// The number of rounds after which it gives up.
const ROUNDS: usize = 12;

#[derive(Serialize)]
struct Fixed {
    /// How many findings were fixed.
    fixed: usize,
    /// The number of operations that were removed because their findings have no fix.
    removed: usize,
    /// What is still wrong.
    errors: Vec<String>,
    document: Value,
}

/// Reads a document from standard input and writes it fixed.
pub(crate) fn child() -> anyhow::Result<ExitCode> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let mut fixed =
        Fixed { fixed: 0, removed: 0, errors: Vec::new(), document: Source::parse("-", text.into_bytes())?.value };
    for _ in 0..ROUNDS {
        let errors = errors(&fixed.document);
        fixed.errors = errors.iter().map(ToString::to_string).collect();
        if errors.is_empty() || !fixed.round(&errors) {
            break;
        }
    }
    println!("{}", serde_json::to_string(&fixed)?);
    Ok(ExitCode::SUCCESS)
}

fn errors(document: &Value) -> Vec<Diagnostic> {
    let found = run(document, Pipeline::Plain, &|pointer, message| Diagnostic::new(message).pointer(pointer));
    found.iter().filter(|finding| finding.severity() == Severity::Error).cloned().collect()
}

impl Fixed {
    /// Applies one round, last finding first, so that removals do not shift the indexes of earlier ones. Returns
    /// whether anything changed.
    fn round(&mut self, errors: &[Diagnostic]) -> bool {
        let mut changed = false;
        for error in errors.iter().rev() {
            match error.actions_text().map(|actions| paste(&self.document, actions)) {
                Some(Ok(document)) => {
                    self.document = document;
                    self.fixed += 1;
                    changed = true;
                }
                // Another fix has changed this node; the next round checks it again.
                Some(Err(_)) => {}
                None => changed |= self.remove_operation(error),
            }
        }
        changed
    }

    fn remove_operation(&mut self, error: &Diagnostic) -> bool {
        let Some(at) = error.pointer_text() else { return false };
        let owner =
            operations(&self.document).find(|(pointer, ..)| at == pointer || at.starts_with(&format!("{pointer}/")));
        let Some((path, method)) = owner.map(|(_, path, method, _)| (path.to_owned(), method.to_owned())) else {
            return false;
        };
        let item = self.document.pointer_mut(&format!("/paths/{}", escape(&path))).and_then(Value::as_object_mut);
        self.removed += 1;
        item.is_some_and(|item| item.remove(&method).is_some())
    }
}
