//! The part of a contract that a case changes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::template;
use crate::spec::{references, schema_name};

/// Paths and schemas.
#[derive(Clone)]
pub(crate) struct Fragment(pub(super) Value);

/// The document that has all of some parts.
pub(crate) fn document<'p>(parts: impl Iterator<Item = &'p Fragment>) -> Value {
    let mut document = template::document();
    for Fragment(part) in parts {
        for (section, members) in part.as_object().into_iter().flatten() {
            for (name, member) in members.as_object().into_iter().flatten() {
                let home =
                    if section == "paths" { &mut document["paths"] } else { &mut document["components"][section] };
                home[name] = member.clone();
            }
        }
    }
    document
}

/// The difference of two parts, with the operations that refer to it, and the schemas that these refer to.
pub(super) fn essence(old: &Fragment, new: &Fragment) -> (Fragment, Fragment) {
    let names = |section: &str| -> BTreeSet<String> {
        let members = [old, new].into_iter().filter_map(|part| part.0[section].as_object());
        members.flat_map(|members| members.keys().cloned()).collect()
    };
    let changed: BTreeSet<String> =
        names("schemas").into_iter().filter(|name| old.0["schemas"][name] != new.0["schemas"][name]).collect();
    let concerns = |operation: &Value, other: &Value, part: &Fragment| {
        operation != other || part.reached(operation).iter().any(|name| changed.contains(name))
    };
    let mut kept = [Fragment(json!({})), Fragment(json!({}))];
    for path in names("paths") {
        for method in ["get", "put", "post", "patch", "delete"] {
            let operation = |part: &Fragment| part.0["paths"].get(&path).and_then(|item| item.get(method)).cloned();
            let (before, after) = (operation(old).unwrap_or_default(), operation(new).unwrap_or_default());
            if concerns(&before, &after, old) || concerns(&after, &before, new) {
                for (kept, operation) in kept.iter_mut().zip([before, after]).filter(|(_, one)| !one.is_null()) {
                    kept.0["paths"][&path][method] = operation;
                }
            }
        }
    }
    let [mut before, mut after] = kept;
    for (kept, whole) in [(&mut before, old), (&mut after, new)] {
        let mut schemas = whole.reached(&kept.0["paths"]);
        for name in changed.iter().filter(|name| !whole.0["schemas"][name.as_str()].is_null()) {
            schemas.insert(name.clone());
            schemas.extend(whole.reached(&whole.0["schemas"][name.as_str()]));
        }
        for name in schemas {
            kept.0["schemas"][&name] = whole.0["schemas"][&name].clone();
        }
    }
    (before, after)
}

impl Fragment {
    /// The schemas of this part that a node refers to.
    fn reached(&self, node: &Value) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            for name in references(node).into_iter().filter_map(|(_, target)| schema_name(target)) {
                if let Some(schema) = self.0["schemas"].get(name)
                    && reached.insert(name.to_owned())
                {
                    open.push(schema);
                }
            }
        }
        reached
    }
}
