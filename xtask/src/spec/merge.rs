//! Merges several OpenAPI documents into one. Nothing is overwritten: two files with different values for the same name
//! are an error.

use serde_json::{Map, Value, json};

use super::origins::Origins;
use super::source::escape;
use super::structure::METHODS;
use super::{Diagnostic, Diagnostics, Source};

/// The merged document, and where each part of it came from.
pub(crate) struct Merged {
    pub(crate) value: Value,
    /// What was merged, and the overlays after it.
    pub(super) sources: Vec<Source>,
    pub(super) origins: Origins,
}

impl Merged {
    /// A finding about the node at `pointer`, in the file that it came from.
    pub(crate) fn finding(&self, pointer: &str, message: impl Into<String>) -> Diagnostic {
        self.origins.finding(&self.sources, pointer, message)
    }
}

/// Merges documents; the first is the base, whose `info` and `servers` the result has.
pub(super) fn merge(sources: Vec<Source>) -> Result<Merged, Diagnostics> {
    let mut merge = Merge { origins: Origins::default(), found: Diagnostics::default() };
    let mut value = json!({ "openapi": "3.0.3", "paths": {}, "components": {}, "tags": [] });
    for index in 0..sources.len() {
        merge.document(&mut value, index, &sources);
    }
    merge.shared_items(&value, &sources);
    merge.found.into_result()?;
    Ok(Merged { value, sources, origins: merge.origins })
}

struct Merge {
    origins: Origins,
    found: Diagnostics,
}

impl Merge {
    fn document(&mut self, merged: &mut Value, index: usize, sources: &[Source]) {
        let source = &sources[index];
        let Some(document) = source.value.as_object() else {
            return self.found.push(source.finding("", "not an OpenAPI document: the file is not a mapping"));
        };
        match document.get("openapi").and_then(Value::as_str) {
            Some(version) if version.starts_with("3.0.") => {}
            Some(version) => self.found.push(
                source
                    .finding("/openapi", format!("OpenAPI {version} is not supported: this pipeline and progenitor read 3.0.x"))
                    .help("describe the operations in OpenAPI 3.0.3: `nullable: true` for a type array with null, `enum` for const"),
            ),
            None => self.found.push(source.finding("/openapi", "the document does not say which OpenAPI it is").help("add `openapi: 3.0.3`")),
        }
        for (key, part) in document {
            match (key.as_str(), part) {
                ("openapi" | "security", _) => {}
                ("info" | "servers", _) if index == 0 => {
                    merged[key] = part.clone();
                    self.origins.made(&format!("/{key}"), index, format!("/{key}"));
                }
                // A later file's `info` names that file; the contract has the first one's.
                ("info", _) => {}
                ("paths", Value::Object(paths)) => self.paths(merged, paths, document.get("security"), index, sources),
                ("components", Value::Object(sections)) => self.components(merged, sections, index, sources),
                ("tags", Value::Array(tags)) => self.tags(merged, tags, index, sources),
                ("paths" | "components" | "tags", _) => {
                    self.found.push(source.finding(&format!("/{key}"), format!("`{key}` has the wrong type")));
                }
                (key, _) if key.starts_with("x-") => {}
                (key, _) => self.found.push(source.finding(
                    &format!("/{}", escape(key)),
                    format!("`{key}` has no place here: only the first document may have servers"),
                )),
            }
        }
    }

    fn paths(
        &mut self,
        merged: &mut Value,
        paths: &Map<String, Value>,
        security: Option<&Value>,
        index: usize,
        sources: &[Source],
    ) {
        for (path, item) in paths {
            let at = format!("/paths/{}", escape(path));
            let Some(item) = item.as_object() else {
                self.found.push(sources[index].finding(&at, "a path that is not a mapping"));
                continue;
            };
            for (key, part) in item {
                let mut part = part.clone();
                // A document's default security would be lost next to other documents, so each operation declares its
                // own.
                let mut inherited = false;
                if let (Some(security), Some(operation), true) =
                    (security, part.as_object_mut(), METHODS.contains(&key.as_str()))
                {
                    operation.entry("security").or_insert_with(|| {
                        inherited = true;
                        security.clone()
                    });
                }
                let slot = &mut merged["paths"][path];
                let at = format!("{at}/{}", escape(key));
                self.part(slot, key, part, &at, index, sources);
                if inherited {
                    self.origins.made(&format!("{at}/security"), index, "/security");
                }
            }
        }
    }

    fn components(&mut self, merged: &mut Value, sections: &Map<String, Value>, index: usize, sources: &[Source]) {
        for (section, parts) in sections {
            let at = format!("/components/{}", escape(section));
            let Some(parts) = parts.as_object() else {
                self.found.push(sources[index].finding(&at, "a section that is not a mapping"));
                continue;
            };
            for (name, part) in parts {
                let slot = &mut merged["components"][section];
                self.part(slot, name, part.clone(), &format!("{at}/{}", escape(name)), index, sources);
            }
        }
    }

    /// Inserts a part under its name, unless another file has a different one there.
    fn part(&mut self, slot: &mut Value, name: &str, part: Value, at: &str, index: usize, sources: &[Source]) {
        match slot.get(name) {
            Some(there) if *there == part => {}
            Some(_) => {
                let first = self.origins.of(at).map_or(index, |first| first.source);
                self.found.push(
                    sources[index]
                        .finding(
                            at,
                            format!(
                                "`{name}` says something else in {} and in {}",
                                sources[first].name, sources[index].name
                            ),
                        )
                        .help(format!(
                            "the other one is at {}:{}",
                            sources[first].name,
                            sources[first].line(at).unwrap_or(1)
                        )),
                );
            }
            None => {
                slot[name] = part;
                self.origins.made(at, index, at);
            }
        }
    }

    /// Parameters of a path apply only to the operations of their own file, so they are moved into these.
    fn shared_items(&mut self, merged: &Value, sources: &[Source]) {
        for (path, item) in merged["paths"].as_object().into_iter().flatten() {
            let at = |key: &str| format!("/paths/{}/{key}", escape(path));
            let Some(home) = self.origins.of(&at("parameters")).map(|place| place.source) else { continue };
            for (method, _) in item.as_object().into_iter().flatten().filter(|(key, _)| METHODS.contains(&key.as_str()))
            {
                let Some(other) = self.origins.of(&at(method)).map(|place| place.source) else { continue };
                if other != home {
                    let message = format!(
                        "{} {path} of {} would take the parameters that {} gives to the path",
                        method.to_uppercase(),
                        sources[other].name,
                        sources[home].name
                    );
                    let help =
                        "give each operation its own parameters, or put all operations of the path into one file";
                    self.found.push(sources[home].finding(&at("parameters"), message).help(help));
                }
            }
        }
    }

    fn tags(&mut self, merged: &mut Value, tags: &[Value], index: usize, sources: &[Source]) {
        for (place, tag) in tags.iter().enumerate() {
            let Some(there) = merged["tags"].as_array_mut() else { return };
            match there.iter().find(|other| other["name"] == tag["name"]) {
                None => {
                    self.origins.made(&format!("/tags/{}", there.len()), index, format!("/tags/{place}"));
                    there.push(tag.clone());
                }
                Some(other) if other == tag => {}
                Some(_) => {
                    let message = format!("the tag {} is described in another file with other words", tag["name"]);
                    self.found.push(sources[index].finding(&format!("/tags/{place}"), message));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, text: &str) -> Source {
        Source::parse(name, text.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn a_clash_names_both_files() {
        let a = source("a.yaml", "openapi: 3.0.3\ncomponents:\n  schemas:\n    X: {type: string}\n");
        let b = source("b.yaml", "openapi: 3.0.3\ncomponents:\n  schemas:\n    X: {type: integer}\n");
        let text = merge(vec![a, b]).err().unwrap().to_string();
        assert!(text.contains("a.yaml") && text.contains("b.yaml:4"), "{text}");
    }

    #[test]
    fn the_same_said_twice_is_no_clash_and_methods_of_one_path_come_together() {
        let a = source(
            "a.yaml",
            "openapi: 3.0.3\npaths: {/x: {get: {a: 1}}}\ncomponents: {schemas: {X: {type: string}}}\n",
        );
        let b = source(
            "b.yaml",
            "openapi: 3.0.0\nsecurity: [{S: []}]\npaths: {/x: {post: {b: 1}}}\ncomponents: {schemas: {X: {type: string}}}\n",
        );
        let merged = merge(vec![a, b]).ok().unwrap().value;
        assert_eq!(merged["paths"]["/x"], json!({"get": {"a": 1}, "post": {"b": 1, "security": [{"S": []}]}}));
    }

    #[test]
    fn openapi_3_1_is_refused_with_its_line() {
        let text = merge(vec![source("a.yaml", "info: {}\nopenapi: 3.1.0\n")]).err().unwrap().to_string();
        assert!(text.contains("OpenAPI 3.1.0") && text.contains("a.yaml:2"), "{text}");
    }
}
