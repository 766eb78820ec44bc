//! A larger contract: copies of this one's domains, with other names.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde_yaml::{Mapping, Value};

const DOMAINS: &str = "spec/domains";

/// What `regen` reads and compares.
const PARTS: [&str; 5] = [
    "spec",
    "bigid-api/src/generated",
    "bigid-cli/src/generated",
    "bigid-sandbox/src/contract",
    "contract-harness/src/generated",
];

const REFERENCE: &str = "#/components/schemas/";

/// Makes a checkout with at least so many operations: its own, and copies of domains until there are enough. Returns
/// their number.
pub(super) fn write(root: &Path, target: &Path, operations: usize) -> anyhow::Result<usize> {
    PARTS.iter().try_for_each(|part| copy(&root.join(part), &target.join(part)))?;
    let contract: Value = serde_json::from_slice(&fs::read(root.join("spec/bigid.openapi.json"))?)?;
    let mut count = operation_ids(&contract).count();
    let domains = domains(root)?;
    for number in 2.. {
        for (name, document) in &domains {
            if count >= operations {
                break;
            }
            let file = target.join(DOMAINS).join(format!("{name}-{number}.yaml"));
            fs::write(file, serde_yaml::to_string(&renamed(document, number))?)?;
            count += operation_ids(document).count();
        }
        if count >= operations {
            break;
        }
    }
    Ok(count)
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// The domains that can be copied: those with tagged operations. Sorted by the names of their files.
fn domains(root: &Path) -> anyhow::Result<Vec<(String, Value)>> {
    let mut domains = Vec::new();
    for entry in fs::read_dir(root.join(DOMAINS))? {
        let path = entry?.path();
        let name = path.file_stem().context("a domain without a name")?.to_string_lossy().into_owned();
        let document: Value = serde_yaml::from_slice(&fs::read(&path)?)?;
        if document.get("tags").is_some() && document.get("paths").is_some() {
            domains.push((name, document));
        }
    }
    domains.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(domains)
}

fn operation_ids(document: &Value) -> impl Iterator<Item = &Value> {
    let items = document.get("paths").and_then(Value::as_mapping).into_iter().flat_map(Mapping::values);
    items.filter_map(Value::as_mapping).flat_map(Mapping::values).filter_map(|operation| operation.get("operationId"))
}

fn keys(part: Option<&Value>) -> BTreeSet<&str> {
    part.and_then(Value::as_mapping).into_iter().flat_map(Mapping::keys).filter_map(Value::as_str).collect()
}

/// The same domain under other names: its file, tags, paths, operations and schemas. What it refers to in other files
/// stays.
fn renamed(document: &Value, number: usize) -> Value {
    let schemas = keys(document.get("components").and_then(|components| components.get("schemas")));
    let renaming = Renaming { schemas, number };
    let mut copy = renaming.references(document);
    if let Some(members) = copy.as_mapping_mut() {
        // They only hold what aliases repeat, and a copy has no aliases.
        members.retain(|key, _| key.as_str().is_none_or(|key| !key.starts_with("x-")));
    }
    renaming.keys(copy.get_mut("paths"), |path| format!("/copy-{number}{path}"));
    renaming.keys(copy.get_mut("components").and_then(|components| components.get_mut("schemas")), |name| {
        renaming.name(name)
    });
    for tag in copy.get_mut("tags").and_then(Value::as_sequence_mut).into_iter().flatten() {
        renaming.append(tag.get_mut("name"));
    }
    let items = copy.get_mut("paths").and_then(Value::as_mapping_mut).into_iter().flat_map(Mapping::values_mut);
    for operation in items.filter_map(Value::as_mapping_mut).flat_map(Mapping::values_mut) {
        renaming.append(operation.get_mut("operationId"));
        operation
            .get_mut("tags")
            .and_then(Value::as_sequence_mut)
            .into_iter()
            .flatten()
            .for_each(|tag| renaming.append(Some(tag)));
    }
    copy
}

struct Renaming<'a> {
    /// The schemas that the domain defines itself.
    schemas: BTreeSet<&'a str>,
    number: usize,
}

impl Renaming<'_> {
    fn name(&self, name: &str) -> String {
        format!("{name}Copy{}", self.number)
    }

    fn append(&self, text: Option<&mut Value>) {
        if let Some(Value::String(text)) = text {
            *text = self.name(text);
        }
    }

    fn keys(&self, part: Option<&mut Value>, rename: impl Fn(&str) -> String) {
        if let Some(Value::Mapping(members)) = part {
            let old = std::mem::take(members);
            let new = |(key, value): (Value, Value)| (key.as_str().map(|key| rename(key).into()).unwrap_or(key), value);
            members.extend(old.into_iter().map(new));
        }
    }

    /// The same, with references to the domain's own schemas renamed.
    fn references(&self, part: &Value) -> Value {
        match part {
            Value::Mapping(members) => {
                members.iter().map(|(key, value)| (key.clone(), self.references(value))).collect::<Mapping>().into()
            }
            Value::Sequence(elements) => {
                elements.iter().map(|element| self.references(element)).collect::<Vec<_>>().into()
            }
            Value::String(text) => match text.strip_prefix(REFERENCE) {
                Some(name) if self.schemas.contains(name) => format!("{REFERENCE}{}", self.name(name)).into(),
                _ => part.clone(),
            },
            _ => part.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_of_a_domain_shares_no_path_operation_or_schema_with_it() {
        let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        let names = |document: &Value| -> BTreeSet<String> {
            let paths = keys(document.get("paths")).into_iter().map(str::to_owned);
            let own = document.get("components").and_then(|components| components.get("schemas"));
            let schemas = keys(own).into_iter().map(str::to_owned);
            let ids = operation_ids(document).filter_map(Value::as_str).map(str::to_owned);
            paths.chain(schemas).chain(ids).collect()
        };
        for (file, document) in domains(root).unwrap() {
            let copy = renamed(&document, 2);
            let (before, after) = (names(&document), names(&copy));
            assert!(!before.is_empty() && before.len() == after.len() && before.is_disjoint(&after), "{file}");
            let text = serde_yaml::to_string(&copy).unwrap();
            for name in before.iter().filter(|name| !name.starts_with('/')) {
                assert!(!text.contains(&format!("{REFERENCE}{name}\n")), "{file}: {name}");
                assert!(!text.contains(&format!("{REFERENCE}{name}'")), "{file}: {name}");
            }
        }
    }
}
