//! Who knows what the contract says: every piece of evidence names sources that `spec/README.md` explains, and counts them right.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize as _;
use serde_json::Value;

use super::overlay::Evidence;
use super::{Diagnostic, Diagnostics, Layer, Source, Violation, escape, nearest, operations};

const README: &str = "spec/README.md";

/// Descriptions that were derived from another source, which may not count as independent of it.
const DERIVED: [&str; 2] = ["AE", "SEED1"];

/// The short names in the table of sources.
pub(super) struct Listed(BTreeSet<String>);

impl Listed {
    /// Reads the table.
    ///
    /// # Errors
    /// A file without the table, or none.
    pub(super) fn read(root: &Path) -> Result<Self, Diagnostic> {
        let missing = |said: String| Diagnostic::new(said).file(README).line(Some(1));
        let text = std::fs::read_to_string(root.join(README))
            .map_err(|error| missing(format!("the list of sources cannot be read: {error}")))?;
        let table = text
            .split("## Sources")
            .nth(1)
            .ok_or_else(|| missing("the section `## Sources`, which lists them, is missing".to_owned()))?;
        let table = table.split("\n## ").next().unwrap_or_default();
        let rows = table.lines().filter_map(|line| line.strip_prefix("| "));
        let names = rows.flat_map(|row| row.split('|').next().unwrap_or_default().trim().split(", "));
        Ok(Self(names.map(str::to_owned).collect()))
    }

    /// Holds all evidence in a document to the list. The codegen layer has the generator as a source as well.
    pub(super) fn violations(&self, document: &Value, layer: Layer) -> Vec<Violation> {
        let mut found = Vec::new();
        let mut places = Vec::new();
        evidence(document, String::new(), &mut places);
        for (pointer, said) in places {
            let names: Vec<&str> = said["sources"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            for (index, name) in names.iter().enumerate() {
                let of_generator = layer == Layer::Codegen
                    && ["progenitor ", "spec check: "].iter().any(|start| name.starts_with(start));
                if !self.0.contains(*name) && !of_generator {
                    let near = nearest(name, self.0.iter().map(String::as_str));
                    let help = near.map_or_else(
                        || format!("explain it in the table of sources in {README}"),
                        |near| format!("did you mean `{near}`?"),
                    );
                    let message = format!("the source `{name}` is listed nowhere");
                    found.push(Violation { pointer: format!("{pointer}/sources/{index}"), message, help });
                }
            }
            let derived = names.iter().filter(|name| DERIVED.contains(name)).count() as u64;
            let count = names.len() as u64;
            // What an overlay adds to is judged where it arrives.
            let Some(independent) = said["independent"].as_u64().filter(|_| said.get("sources").is_some()) else {
                continue;
            };
            if independent > count || independent + derived < count {
                let message = format!("{independent} of {count} sources are said to be independent");
                let help = "count each source once; only one that was derived from another may be left out".to_owned();
                found.push(Violation { pointer: format!("{pointer}/independent"), message, help });
            }
        }
        found
    }
}

fn evidence<'a>(node: &'a Value, pointer: String, found: &mut Vec<(String, &'a Value)>) {
    match node {
        Value::Object(object) => {
            for (key, value) in object {
                let at = format!("{pointer}/{}", escape(key));
                if key == "x-evidence" {
                    found.push((at, value));
                } else {
                    evidence(value, at, found);
                }
            }
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| evidence(value, format!("{pointer}/{index}"), found));
        }
        _ => {}
    }
}

/// Each operation and parameter that this project describes says who knows it.
pub(super) fn each_has_it(domains: &[Source], found: &mut Diagnostics) {
    const HELP: &str = "add `x-evidence: {sources: [..], independent: N}` with the short names of spec/README.md";
    let lacks = |value: &Value| !Evidence::deserialize(&value["x-evidence"]).is_ok_and(|said| !said.sources.is_empty());
    for source in domains {
        for (pointer, path, method, operation) in operations(&source.value) {
            let label = format!("{} {path}", method.to_uppercase());
            if lacks(operation) {
                found.push(source.finding(&pointer, format!("{label} has no evidence")).help(HELP));
            }
            for (index, parameter) in operation["parameters"].as_array().into_iter().flatten().enumerate() {
                if parameter.get("$ref").is_none() && lacks(parameter) {
                    let message = format!("the parameter {} of {label} has no evidence", parameter["name"]);
                    found.push(source.finding(&format!("{pointer}/parameters/{index}"), message).help(HELP));
                }
            }
        }
    }
}
