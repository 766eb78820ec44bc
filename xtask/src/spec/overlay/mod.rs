//! OpenAPI Overlay 1.1, stricter than its specification: there, an action that selects nothing succeeds, so overlays
//! become stale when the document changes. Here an action that selects nothing, changes nothing, or replaces a value by
//! one of another kind is an error, and each action states its reason. `edits` has the rules for whole overlays.

use serde::Deserialize;
use serde_json::{Map, Value};
use serde_json_path::JsonPath;

use super::edits::Edits;
use super::{Diagnostic, Diagnostics, Source};

/// What an overlay is for.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Layer {
    /// True facts: part of the applied contract.
    Contract,
    /// What progenitor needs: seen by the generator alone.
    Codegen,
}

impl Layer {
    /// Where this project keeps the layer.
    pub(crate) fn file(self) -> &'static str {
        match self {
            Self::Contract => "spec/overlays/10-corrections.yaml",
            Self::Codegen => "spec/overlays/20-codegen.yaml",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Overlay {
    overlay: String,
    #[serde(rename = "info")]
    _info: Value,
    #[serde(rename = "x-applies-to")]
    pub(super) layer: Layer,
    actions: Vec<Action>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Action {
    target: String,
    /// The reason.
    description: String,
    #[serde(rename = "x-evidence")]
    evidence: ActionEvidence,
    update: Option<Value>,
    copy: Option<String>,
    #[serde(default)]
    remove: bool,
}

/// The sources, and how many of them are independent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ActionEvidence {
    pub(super) sources: Vec<String>,
    #[serde(rename = "independent")]
    pub(super) _independent: u32,
    #[serde(default, rename = "inferred")]
    pub(super) _inferred: u32,
    #[serde(default, rename = "historical")]
    pub(super) _historical: u32,
}

impl Overlay {
    pub(crate) fn read(source: &Source) -> Result<Self, Diagnostic> {
        let overlay =
            Self::deserialize(&source.value).map_err(|error| source.finding("", format!("not an overlay: {error}")))?;
        if overlay.overlay != "1.1.0" {
            return Err(source.finding("/overlay", format!("Overlay {} is not supported, 1.1.0 is", overlay.overlay)));
        }
        Ok(overlay)
    }

    /// Applies every action in order; each sees the changes of the previous ones.
    pub(crate) fn apply(&self, document: &mut Value, source: &Source) -> Result<(), Diagnostics> {
        self.apply_noting(document, source, &mut Edits::default())
    }

    /// The same, where several overlays are applied one after the other.
    pub(super) fn apply_noting(
        &self,
        document: &mut Value,
        source: &Source,
        edits: &mut Edits<'_>,
    ) -> Result<(), Diagnostics> {
        let mut found = Diagnostics::default();
        for (index, action) in self.actions.iter().enumerate() {
            let at = format!("/actions/{index}");
            if action.description.trim().is_empty() || action.evidence.sources.is_empty() {
                found.push(source.finding(&at, "an action without a reason or without evidence"));
            }
            let before = document.clone();
            match action.apply(document) {
                Err(message) => {
                    *document = before;
                    found.push(source.finding(&at, format!("{message}: {}", action.target)));
                }
                Ok(_) if *document == before => found.push(
                    source
                        .finding(&at, format!("the action changes nothing: {}", action.target))
                        .help("the document already has this; remove the action"),
                ),
                Ok(targets) => {
                    if let Some(update) = &action.update {
                        for leaf in idle(update, &before, &targets) {
                            let message = format!("this part of the action changes nothing: {}", action.target);
                            let place = format!("{at}/update{leaf}");
                            found.push(
                                source.finding(&place, message).help("the document already has this; leave it out"),
                            );
                        }
                    }
                    edits.note(before, document, self.layer, source, &at, &targets, &mut found);
                }
            }
        }
        found.into_result()
    }
}

/// The leaves of an update that every target has already.
fn idle(update: &Value, before: &Value, targets: &[String]) -> Vec<String> {
    let has = |leaf: &str, value: &Value| {
        targets.iter().all(|target| {
            before.pointer(&format!("{target}{leaf}")).is_some_and(|there| match (there, value) {
                (Value::Array(there), Value::Array(value)) => {
                    !value.is_empty() && value.iter().any(|item| there.contains(item))
                }
                (Value::Array(there), value) => there.contains(value),
                (there, value) => there == value,
            })
        })
    };
    let mut open = vec![(String::new(), update)];
    let mut idle = Vec::new();
    while let Some((leaf, value)) = open.pop() {
        match value.as_object().filter(|object| !object.is_empty()) {
            Some(object) => {
                open.extend(object.iter().map(|(key, inner)| (format!("{leaf}/{}", super::escape(key)), inner)));
            }
            None if has(&leaf, value) => idle.push(leaf),
            None => {}
        }
    }
    idle.sort();
    idle
}

impl Action {
    /// Changes the document, and returns the changed locations.
    fn apply(&self, document: &mut Value) -> Result<Vec<String>, String> {
        let targets = select(&self.target, document)?;
        if targets.is_empty() {
            return Err("the action matches nothing".into());
        }
        let update = match (&self.update, &self.copy, self.remove) {
            (None, None, true) => return remove(document, targets.clone()).map(|()| targets),
            (Some(update), None, false) => update.clone(),
            (None, Some(from), false) => match select(from, document)?.as_slice() {
                [from] => document.pointer(from).cloned().unwrap_or_default(),
                several => return Err(format!("copy needs one node, and `{from}` selects {}", several.len())),
            },
            _ => return Err("an action has one of update, copy, and remove: true".into()),
        };
        for pointer in &targets {
            if let Some(target) = document.pointer_mut(pointer) {
                merge(target, &update, pointer)?;
            }
        }
        Ok(targets)
    }
}

fn select(path: &str, document: &Value) -> Result<Vec<String>, String> {
    let path = JsonPath::parse(path).map_err(|error| format!("not a JSONPath ({error})"))?;
    Ok(path.query_located(document).locations().map(|location| location.to_json_pointer()).collect())
}

/// Last first, so that indexes stay valid while items are removed.
fn remove(document: &mut Value, mut targets: Vec<String>) -> Result<(), String> {
    let index_of = |pointer: &String| pointer.rsplit('/').next().and_then(|token| token.parse::<usize>().ok());
    targets.sort_by_key(|pointer| (pointer.matches('/').count(), index_of(pointer)));
    for pointer in targets.iter().rev() {
        let (parent, token) = pointer.rsplit_once('/').ok_or("the document itself cannot be removed")?;
        match document.pointer_mut(parent) {
            Some(Value::Object(object)) => {
                object.remove(&token.replace("~1", "/").replace("~0", "~"));
            }
            Some(Value::Array(array)) => {
                if let Some(index) = token.parse::<usize>().ok().filter(|index| *index < array.len()) {
                    array.remove(index);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Objects are merged, arrays are extended, and a scalar is replaced by one of the same kind.
fn merge(target: &mut Value, update: &Value, pointer: &str) -> Result<(), String> {
    match (target, update) {
        (Value::Object(target), Value::Object(update)) => merge_objects(target, update, pointer),
        (Value::Array(target), Value::Array(update)) => {
            target.extend(update.iter().cloned());
            Ok(())
        }
        (Value::Array(target), update) => {
            target.push(update.clone());
            Ok(())
        }
        (target, update) if kind(target) == kind(update) => {
            *target = update.clone();
            Ok(())
        }
        (target, update) => Err(format!("the action replaces {} by {} at #{pointer}", kind(target), kind(update))),
    }
}

fn merge_objects(target: &mut Map<String, Value>, update: &Map<String, Value>, pointer: &str) -> Result<(), String> {
    for (key, value) in update {
        match target.get_mut(key) {
            Some(there) => merge(there, value, &format!("{pointer}/{key}"))?,
            None => {
                target.insert(key.clone(), value.clone());
            }
        }
    }
    Ok(())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

#[cfg(test)]
mod tests;
