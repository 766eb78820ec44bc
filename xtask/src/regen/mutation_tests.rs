//! Makes every simple change to every node of a contract that uses every construct: each change is rejected with its
//! file and line, or it changes the generated code, without an error. Nothing is ignored.
//!
//! This file is long because it contains that contract.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{client, generator, harness, input, paging, rewrite};
use crate::check;
use crate::model::Model;
use crate::spec::{Applied, Diagnostic, Diagnostics, Severity, escape, sha256, visible};

const BASE: &str = "spec/upstream/base.json";
const THINGS: &str = "spec/domains/things.json";

/// The parts that do not affect the client: text for readers, an empty `paths`, and the one format that every integer
/// has.
const FOR_READERS: [(&str, &str); 11] = [
    (BASE, "/info/contact"),
    (BASE, "/info/license"),
    (BASE, "/servers/0/description"),
    (BASE, "/servers/0/variables"),
    (BASE, "/components/securitySchemes"),
    (BASE, "/paths"),
    (THINGS, "/info/title"),
    (THINGS, "/info/version"),
    (THINGS, "/components/schemas/Thing/x-evidence"),
    (THINGS, "/components/schemas/Thing/properties/count/format"),
    (THINGS, "/paths/~1things/get/parameters/0/schema/format"),
];

fn base() -> Value {
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "Things", "version": "1.0", "description": "All things.",
            "contact": { "name": "N", "url": "https://a.example", "email": "a@a.example" },
            "license": { "name": "L", "url": "https://a.example" },
        },
        "servers": [{
            "url": "https://{tenant}.example/api/v1", "description": "A tenant.",
            "variables": { "tenant": { "default": "t", "description": "T.", "enum": ["t", "u"] } },
        }],
        "tags": [{ "name": "Things", "description": "All things." }],
        "paths": {},
        "components": { "securitySchemes": {
            "Token": { "type": "apiKey", "in": "header", "name": "Authorization", "description": "T." },
            "Bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "B." },
        } },
    })
}

fn things() -> Value {
    let known = json!({ "sources": ["J1", "DH"], "independent": 2 });
    let to = |kind: &str, name: &str| json!({ "$ref": format!("#/components/{kind}/{name}") });
    let json_of = |schema: Value| json!({ "application/json": { "schema": schema } });
    let parameter = |name: &str, place: &str, schema: Value| json!({ "name": name, "in": place, "description": format!("The {name}."), "schema": schema, "x-evidence": known });
    let operation = |id: &str, rest: Value| {
        let mut operation = json!({
            "operationId": id, "tags": ["Things"], "summary": "Do It", "description": "It is done.", "x-evidence": known,
            "responses": {
                "200": { "description": "Done.", "content": json_of(to("schemas", "Thing")) },
                "401": to("responses", "Refused"), "403": to("responses", "Refused"),
            },
        });
        for (key, value) in rest.as_object().unwrap() {
            operation[key] = value.clone();
        }
        operation
    };
    let id = json!([to("parameters", "Id")]);
    json!({
        "openapi": "3.0.3", "info": { "title": "Things", "version": "1.0" },
        "security": [{ "Token": [] }, { "Bearer": [] }],
        "paths": {
            "/things": { "get": operation("listThings", json!({
                "security": [{ "Token": [] }],
                "parameters": [
                    parameter("skip", "query", json!({ "type": "integer", "format": "int64", "minimum": 0, "maximum": 9, "default": 0 })),
                    parameter("limit", "query", json!({ "type": "integer" })),
                    parameter("word", "query", json!({ "type": "string", "enum": ["a", "b"], "minLength": 1, "maxLength": 5, "pattern": "^[ab]$" })),
                    parameter("some", "query", json!({ "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": 3 })),
                    parameter("sort", "query", json!({ "type": "string" })),
                    parameter("client", "query", json!({ "type": "boolean" })),
                    parameter("X-Ratio", "header", json!({ "type": "number" })),
                ],
                "x-paging": {
                    "records": "/data", "key": ["_id", "name"], "total": ["totalCount", { "estimate": "about" }],
                    "sort": { "field": "name", "form": "text" }, "page-size": 50, "x-evidence": known,
                },
                "responses": {
                    "200": { "description": "Some.", "content": json_of(to("schemas", "ThingList")) },
                    "401": to("responses", "Refused"),
                },
            })) },
            "/things/{id}": {
                "parameters": id,
                "get": operation("getThing", json!({ "deprecated": true })),
                "put": operation("updateThing", json!({ "requestBody": to("requestBodies", "Thing") })),
                "delete": operation("deleteThing", json!({
                    "responses": { "2XX": { "description": "Gone." }, "401": to("responses", "Refused") },
                })),
            },
            "/things/query": { "post": operation("queryThings", json!({
                "x-safe": true,
                "requestBody": { "required": true, "description": "What to find.", "content": json_of(json!({
                    "type": "object", "required": ["word"],
                    "properties": { "word": { "type": "string", "description": "A word." }, "terms": {
                        "type": "object", "properties": { "kind": to("schemas", "Kind") },
                    } },
                })) },
            })) },
            "/things/file": { "get": operation("exportThings", json!({ "responses": {
                "200": { "description": "A file.", "content": { "text/csv": { "schema": { "type": "string", "format": "binary" } } } },
                "401": to("responses", "Refused"), "418": to("responses", "Refused"),
            } })) },
        },
        "components": {
            "schemas": {
                "Thing": { "type": "object", "description": "A thing.", "x-evidence": known, "properties": {
                    "_id": { "type": "string" },
                    "name": { "type": "string", "description": "Its name." },
                    "password": { "type": "string", "format": "password" },
                    "count": { "type": "integer", "format": "int64", "nullable": true },
                    "ratio": { "type": "number", "deprecated": true },
                    "on": { "type": "boolean" },
                    "parts": { "type": "array", "items": to("schemas", "Thing") },
                    "whole": { "$ref": "#/components/schemas/Thing", "description": "What it is a part of." },
                    "labels": { "type": "object", "additionalProperties": { "type": "string" } },
                    "kind": to("schemas", "Kind"),
                    "any": { "description": "Any." },
                } },
                "ThingList": { "type": "object", "properties": {
                    "data": { "type": "array", "items": to("schemas", "Thing") }, "totalCount": { "type": "integer" },
                    "about": { "type": "integer" },
                } },
                "Kind": { "type": "string", "enum": ["one", "two"] },
                "ApiErrorBody": { "type": "object", "properties": { "message": { "type": "string" } } },
            },
            "responses": { "Refused": { "description": "No.", "content": json_of(to("schemas", "ApiErrorBody")) } },
            "parameters": { "Id": {
                "name": "id", "in": "path", "required": true, "description": "Which.", "schema": { "type": "string" }, "x-evidence": known,
            } },
            "requestBodies": { "Thing": { "required": true, "content": json_of(to("schemas", "Thing")) } },
        },
    })
}

/// A checkout with these two documents.
struct Spec(tempfile::TempDir);

impl Spec {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for part in ["upstream", "domains", "overlays"] {
            fs::create_dir_all(folder.path().join("spec").join(part)).unwrap();
        }
        let spec = Self(folder);
        spec.write(
            "spec/README.md",
            "## Sources\n\n| short | what | kind |\n|---|---|---|\n| J1 | a | client |\n| DH | b | client |\n",
        );
        spec.write(
            "spec/overlays/20-codegen.yaml",
            "overlay: 1.1.0\ninfo: {title: Names, version: '1'}\nx-applies-to: codegen\nactions:\n- target: $.components.schemas[*].properties._id\n  \
             description: A name.\n  x-evidence: {sources: ['progenitor 0.15.1: names'], independent: 1}\n  update: {x-rust-name: object_id}\n",
        );
        spec.put(BASE, &base());
        spec.put(THINGS, &things());
        spec
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    fn put(&self, name: &str, document: &Value) {
        let mut text = format!("{document:#}\n");
        // YAML reads these as they are only if they are escaped.
        for character in '\u{7f}'..='\u{9f}' {
            text = text.replace(character, &format!("\\u{:04x}", u32::from(character)));
        }
        self.write(name, &text);
        if name == BASE {
            let record = json!({ "documents": [{ "file": "base.json", "source": "s", "received": "r", "sha256": sha256(text.as_bytes()) }] });
            self.write("spec/upstream/PROVENANCE.yaml", &record.to_string());
        }
    }

    /// All steps up to the tokens, in this process.
    fn generate(&self) -> Result<String, Diagnostics> {
        generate(self.0.path())
    }
}

fn generate(root: &Path) -> Result<String, Diagnostics> {
    let applied = Applied::read(root)?;
    let found = check::applied(&applied);
    if found.count(Severity::Error) > 0 {
        return Err(found);
    }
    let model = check::model(&applied)?;
    let paging = paging::find(&applied, &model)?;
    let input = input::prepare(&model);
    let tokens = generator::unguarded(input.client.clone(), input.httpmock.clone()).unwrap();
    rewrite::rewrite(&tokens, &input, &model).unwrap();
    client::methods(&model).unwrap();
    client::builders(&model).unwrap();
    harness::calls(&model).unwrap();
    Ok(meaning(&model, &paging))
}

/// The model without the pointers into its document.
fn meaning(model: &Model, paging: &paging::Paging) -> String {
    let text = format!("{model:?} {} {}", paging.summary(), paging.code().unwrap());
    let mut parts = text.split("pointer: \"");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept += part.split_once('"').map_or("", |(_, rest)| rest);
    }
    kept
}

/// The nodes of a document below its root.
fn nodes(value: &Value, at: &str, found: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(object) => object.iter().map(|(key, inner)| (format!("{at}/{}", escape(key)), inner)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(index, inner)| (format!("{at}/{index}"), inner)).collect(),
        _ => return,
    };
    for (pointer, inner) in inner {
        found.push(pointer.clone());
        nodes(inner, &pointer, found);
    }
}

const KINDS: [&str; 11] =
    ["misspell", "drop", "twice", "up", "down", "number", "text", "list", "mapping", "flag", "null"];

/// A document with one node changed; `None` if the change is impossible.
fn mutate(document: &Value, pointer: &str, kind: &str) -> Option<Value> {
    let mut changed = document.clone();
    let (parent, token) = pointer.rsplit_once('/')?;
    let key = token.replace("~1", "/").replace("~0", "~");
    let node = document.pointer(pointer)?.clone();
    let replaced = match kind {
        "number" => Some(json!(7)),
        "text" => Some(json!("seven")),
        "list" => Some(json!([node])),
        "mapping" => Some(json!({ "seven": node })),
        "flag" => Some(json!(node != json!(true))),
        "null" => Some(Value::Null),
        _ => None,
    };
    if let Some(replaced) = replaced {
        *changed.pointer_mut(pointer)? = replaced;
        return (changed != *document).then_some(changed);
    }
    if kind == "up" {
        let (grandparent, _) = parent.rsplit_once('/')?;
        take(&mut changed, parent, &key)?;
        put(changed.pointer_mut(grandparent)?, &key, node)?;
        return Some(changed);
    }
    if kind == "down" {
        let siblings = document.pointer(parent)?.as_object()?;
        let (sibling, _) = siblings.iter().find(|(other, value)| **other != key && value.is_object())?;
        take(&mut changed, parent, &key)?;
        put(changed.pointer_mut(parent)?.get_mut(sibling)?, &key, node)?;
        return Some(changed);
    }
    match (kind, changed.pointer_mut(parent)?) {
        ("drop", _) => {
            take(&mut changed, parent, &key)?;
        }
        ("misspell", Value::Object(object)) => {
            let mut letters: Vec<char> = key.chars().collect();
            let last = letters.pop()?;
            letters.insert(letters.len().saturating_sub(1), last);
            let wrong: String = letters.into_iter().collect();
            let wrong = if wrong == key { format!("{key}{last}") } else { wrong };
            object.remove(&key);
            object.insert(wrong, node);
        }
        ("twice", Value::Object(object)) => {
            object.insert(format!("{key}2"), node);
        }
        ("twice", Value::Array(list)) => list.push(node),
        _ => return None,
    }
    Some(changed)
}

fn take(document: &mut Value, parent: &str, key: &str) -> Option<Value> {
    match document.pointer_mut(parent)? {
        Value::Object(object) => object.remove(key),
        Value::Array(list) => Some(list.remove(key.parse().ok()?)),
        _ => None,
    }
}

fn put(parent: &mut Value, key: &str, node: Value) -> Option<()> {
    match parent {
        Value::Object(object) => object.insert(key.to_owned(), node).is_none().then_some(()),
        Value::Array(list) => {
            list.push(node);
            Some(())
        }
        _ => None,
    }
}

fn has_a_place(diagnostic: &Diagnostic) -> bool {
    let text = diagnostic.to_string();
    let place = text.lines().find_map(|line| line.trim_start().strip_prefix("--> "));
    place.is_some_and(|place| {
        let (file, rest) = place.split_once(':').unwrap_or_default();
        file.starts_with("spec/") && rest.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// The outcome of one change.
type Outcome = Result<&'static str, String>;

fn outcome(spec: &Spec, before: &str, file: &str, pointer: &str) -> Outcome {
    let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| spec.generate()));
    match tried.map_err(|_| "accepted, and cannot be generated".to_owned())? {
        Err(found) => match found.iter().find(|one| one.severity() == Severity::Error && !has_a_place(one)) {
            Some(lost) => Err(format!("refused without a place: {lost}")),
            None => Ok("refused"),
        },
        Ok(after) if after != before => Ok("changes the client"),
        // Parameters of the only operation of a path may as well be those of the path.
        Ok(_) if pointer == "/paths/~1things/get/parameters" => Ok("says the same"),
        Ok(_) if FOR_READERS.iter().any(|(of, known)| *of == file && pointer.starts_with(known)) => Ok("for readers"),
        Ok(_) => Err("accepted, and changes nothing".to_owned()),
    }
}

#[test]
fn every_change_of_every_node_is_refused_with_its_place_or_changes_the_client() {
    let spec = Spec::new();
    let before = spec.generate().unwrap_or_else(|found| panic!("{found}"));
    let whole = std::env::var_os("MUTATE_ALL").is_some();
    let mut changes = Vec::new();
    for (file, document) in [(BASE, base()), (THINGS, things())] {
        let mut pointers = Vec::new();
        nodes(&document, "", &mut pointers);
        for (index, pointer) in pointers.into_iter().enumerate() {
            for (place, kind) in KINDS.into_iter().enumerate() {
                // A third of all changes in each run; MUTATE_ALL tries all of them.
                let turn = (place + index) % 3 == 0;
                if let Some(changed) = mutate(&document, &pointer, kind).filter(|_| turn || whole) {
                    changes.push((kind, file, pointer.clone(), changed));
                }
            }
        }
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let results: Vec<(&str, String, Outcome)> = std::thread::scope(|scope| {
        let chunks = changes.chunks(changes.len().div_ceil(threads));
        let workers: Vec<_> = chunks
            .map(|chunk| {
                let before = &before;
                scope.spawn(move || {
                    let spec = Spec::new();
                    let mut last = "";
                    let tried = chunk.iter().map(|(kind, file, pointer, changed)| {
                        if last == BASE && *file == THINGS {
                            spec.put(BASE, &base());
                        }
                        last = file;
                        spec.put(file, changed);
                        (*kind, format!("{kind} {file}#{pointer}"), outcome(&spec, before, file, pointer))
                    });
                    tried.collect::<Vec<_>>()
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    let mut figures: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for (kind, label, outcome) in results {
        match outcome {
            Ok(outcome) => *figures.entry((outcome, kind)).or_default() += 1,
            Err(failure) => failures.push(format!("{label}: {failure}")),
        }
    }
    for ((outcome, kind), count) in &figures {
        eprintln!("{count:5} {kind:10} {outcome}");
    }
    eprintln!("{:5} in all", figures.values().sum::<usize>());
    assert!(failures.is_empty(), "{} of them:\n{}", failures.len(), failures.join("\n"));
    assert!(figures.values().sum::<usize>() > 120);
}

/// A document with a character in the key of a node.
fn with_key(document: &Value, pointer: &str, character: char) -> Option<Value> {
    let mut changed = document.clone();
    let (parent, token) = pointer.rsplit_once('/')?;
    let key = token.replace("~1", "/").replace("~0", "~");
    let object = changed.pointer_mut(parent)?.as_object_mut()?;
    let node = object.remove(&key)?;
    object.insert(format!("{key}{character}"), node);
    Some(changed)
}

/// A document with a character in a text.
fn with_text(document: &Value, pointer: &str, character: char) -> Option<Value> {
    let mut changed = document.clone();
    let text = changed.pointer(pointer)?.as_str()?;
    let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
    *changed.pointer_mut(pointer)? = format!("{}{character}{}", &text[..middle], &text[middle..]).into();
    Some(changed)
}

#[test]
fn a_character_that_code_cannot_hold_is_refused_in_every_key_and_text() {
    let spec = Spec::new();
    let characters =
        ['\r', '\0', '\u{b}', '\u{1b}', '\u{7f}', '\u{85}', '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}'];
    let mut tried = 0;
    for (file, document) in [(BASE, base()), (THINGS, things())] {
        let mut pointers = Vec::new();
        nodes(&document, "", &mut pointers);
        for (index, pointer) in pointers.iter().enumerate() {
            let character = characters[index % characters.len()];
            let changed = [
                with_key(&document, pointer, if index % 3 == 0 { '\n' } else { character }),
                with_text(&document, pointer, character),
            ];
            for (is_text, changed) in changed.into_iter().enumerate().filter_map(|(at, one)| Some((at == 1, one?))) {
                spec.put(file, &changed);
                let found = Applied::read(spec.0.path()).err().unwrap_or_else(|| panic!("accepted: {file}#{pointer}"));
                let said = found.to_string();
                assert!(found.iter().all(has_a_place), "{said}");
                assert!(said.lines().all(|line| visible(line) == line), "{said:?}");
                // Keys and words of a received document that the vocabulary does not have are refused before.
                let is_named = said.contains(&format!("U+{:04X}", u32::from(character))) || said.contains("U+000A");
                assert!(is_named || file == BASE, "{file}#{pointer}: {said}");
                assert!(!is_text || is_named || !pointer.ends_with("description"), "{file}#{pointer}: {said}");
                tried += 1;
            }
        }
        spec.put(file, &document);
    }
    assert!(tried > 500, "{tried}");
    spec.generate().unwrap_or_else(|found| panic!("{found}"));
}
