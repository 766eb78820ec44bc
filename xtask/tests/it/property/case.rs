//! One random operation in a separate document, and the request that must be sent for it.

use serde_json::{Map, Value, json};

use super::names::{HEADERS, OPERATIONS, PARAMETERS};
use super::schema::{Schemas, TEXT, with_prose};
use crate::random::Random;

/// [`TEXT`] in a path.
const IN_PATH: &str = "a%2Fb%20c%3Fd%26e%3D%C3%A9%22%7B%7D";

/// What the generated tests send in a header.
const IN_HEADER: &str = "a b; c=d";

/// A document, and the calls that a client of it can make.
pub(crate) struct Case {
    pub(crate) number: usize,
    /// Below `spec/domains`.
    pub(crate) document: Value,
    /// What the driver compares: `{id, path, method, parameters, body, responses}`.
    pub(crate) expected: Value,
}

impl Case {
    /// The case of a number among those of a seed. It depends on no other case.
    pub(crate) fn new(seed: u64, number: usize) -> Self {
        let offset = Random::of(seed, usize::MAX).below(1000);
        let mut random = Random::of(seed, number);
        Maker { number, offset, schemas: Schemas::new(number, offset), components: Map::new() }.case(&mut random)
    }

    pub(crate) fn file(&self) -> String {
        format!("spec/domains/odd-{:03}.yaml", self.number)
    }
}

struct Maker {
    number: usize,
    offset: usize,
    schemas: Schemas,
    /// Parameters, bodies and responses that are referred to.
    components: Map<String, Value>,
}

impl Maker {
    fn case(mut self, random: &mut Random) -> Case {
        let number = self.number;
        let id = match OPERATIONS.get((number + self.offset) % OPERATIONS.len()) {
            Some(odd) if number < OPERATIONS.len() => (*odd).to_owned(),
            _ => format!("odd{number}Operation"),
        };
        // The client has no such methods, so that these are refused.
        let method = if random.once_in(30) {
            random.pick(&["options", "head", "trace"])
        } else {
            random.pick(&["get", "get", "put", "post", "post", "delete", "patch"])
        };
        let (path, mut parameters) = path(number, random);
        for _ in 0..random.below(5) {
            let parameter = beside(random);
            // A duplicate name is a separate kind of mistake, and always rejected.
            let same = |other: &Value| other["name"] == parameter["name"];
            if !parameters.iter().any(same) || random.once_in(10) {
                parameters.push(parameter);
            }
        }
        for parameter in &mut parameters {
            parameter["x-evidence"] = json!({ "sources": ["DH"], "independent": 1 });
        }

        let mut operation = json!({ "operationId": id, "tags": ["Odd"], "security": [{ "SystemToken": [] }] });
        operation["x-evidence"] = json!({ "sources": ["DH"], "independent": 1 });
        operation["summary"] = json!(if random.once_in(4) { "Größe `x` <y>" } else { "Something odd" });
        if random.once_in(8) {
            operation["deprecated"] = json!(true);
        }
        let operation_prose = with_prose(json!({}), random);
        if let Some(prose) = operation_prose.get("description") {
            operation["description"] = prose.clone();
        }
        let (mut body, mut body_is_required, mut is_form) = (Value::Null, true, false);
        if ["put", "post", "patch"].contains(&method) && !random.once_in(4) || random.once_in(20) {
            let (schema, value) =
                if random.once_in(5) { self.schemas.open(random) } else { self.schemas.record(random, 3) };
            body = value;
            is_form = random.once_in(15);
            let media = if is_form { "application/x-www-form-urlencoded" } else { "application/json" };
            let mut part = json!({ "content": { media: { "schema": schema } } });
            body_is_required = !random.once_in(4);
            if body_is_required {
                part["required"] = json!(true);
            }
            operation["requestBody"] = self.refer(random, "requestBodies", part);
        }
        let (responses, expected_responses) = self.responses(random, method);
        operation["responses"] = responses;

        // Some parameters are declared at the path, some as components.
        let (of_item, of_operation): (Vec<Value>, Vec<Value>) = parameters.into_iter().partition(|_| random.once_in(5));
        // One of the operation replaces one of the path.
        let place = |parameter: &Value| (parameter["in"].clone(), parameter["name"].clone());
        let is_replaced = |one: &&Value| of_operation.iter().any(|other| place(other) == place(one));
        let sent = of_item.iter().filter(|one| !is_replaced(one)).chain(&of_operation);
        let expected_parameters: Vec<Value> = sent.map(expected).collect();
        let mut refer = |part: Value| self.refer(random, "parameters", part);
        let of_item: Vec<Value> = of_item.into_iter().map(&mut refer).collect();
        let of_operation: Vec<Value> = of_operation.into_iter().map(&mut refer).collect();
        if !of_operation.is_empty() {
            operation["parameters"] = json!(of_operation);
        }
        let mut item = json!({ method: operation });
        if !of_item.is_empty() {
            item["parameters"] = json!(of_item);
        }
        let mut components = self.components;
        if !self.schemas.named.is_empty() {
            components.insert("schemas".into(), Value::Object(self.schemas.named));
        }
        let mut document =
            json!({ "openapi": "3.0.3", "info": { "title": "Odd", "version": "1.0" }, "paths": { &path: item } });
        if !components.is_empty() {
            document["components"] = Value::Object(components);
        }
        let expected = json!({
            "id": id, "path": path, "method": method.to_uppercase(), "parameters": expected_parameters, "body": body,
            "body_is_required": body_is_required,
            "is_form": is_form,
            "responses": expected_responses,
        });
        Case { number, document, expected }
    }

    /// The inline part, or a reference to it.
    fn refer(&mut self, random: &mut Random, section: &str, part: Value) -> Value {
        if !random.once_in(4) {
            return part;
        }
        let parts = self.components.entry(section).or_insert_with(|| json!({}));
        let name = format!("Odd{}Part{}", self.number, parts.as_object().map_or(0, Map::len));
        parts[&name] = part;
        json!({ "$ref": format!("#/components/{section}/{name}") })
    }

    /// The documented responses, and the expected result of the client for each status.
    fn responses(&mut self, random: &mut Random, method: &str) -> (Value, Vec<Value>) {
        let forms = if method == "head" && !random.once_in(5) { 1 } else { 8 };
        let (content, mut expected) = match random.below(forms) {
            0 => (None, json!({ "form": "empty" })),
            1 => (
                Some(json!({ "text/csv": { "schema": { "type": "string", "format": "binary" } } })),
                json!({ "form": "raw" }),
            ),
            2 => {
                let (schema, value) = self.schemas.open(random);
                (Some(json!({ "application/json": { "schema": schema } })), json!({ "form": "json", "body": value }))
            }
            3 | 4 => {
                let (items, value) = self.schemas.record(random, 2);
                let schema = json!({ "type": "array", "items": items });
                (Some(json!({ "application/json": { "schema": schema } })), json!({ "form": "json", "body": [value] }))
            }
            _ => {
                let (schema, value) = self.schemas.record(random, 3);
                (Some(json!({ "application/json": { "schema": schema } })), json!({ "form": "json", "body": value }))
            }
        };
        let mut responses = Map::new();
        let mut all = Vec::new();
        let successes: &[&str] =
            random.pick(&[&["200"], &["200"], &["201"], &["2XX"], &["200", "202"], &["206"], &["204"]]);
        for status in successes {
            let mut response = with_prose(json!({}), random);
            if response.get("description").is_none() {
                response["description"] = json!("Done.");
            }
            if let Some(content) = &content {
                response["content"] = content.clone();
            }
            responses.insert((*status).to_owned(), self.refer(random, "responses", response));
            expected["status"] = json!(status.replace("XX", "00").parse::<u16>().unwrap());
            all.push(expected.clone());
        }
        let several: &[&[&str]] =
            &[&[], &["400"], &["401", "404"], &["418"], &["4XX"], &["422", "5XX"], &["451", "500"]];
        let refusals: &[&str] = if method == "head" {
            &[]
        } else if random.once_in(30) {
            &["default"]
        } else {
            random.pick(several)
        };
        for status in refusals {
            let failure = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/ApiErrorBody" } } });
            let response = json!({ "description": "Refused.", "content": failure });
            responses.insert((*status).to_owned(), self.refer(random, "responses", response));
            if let Ok(code) = status.replace("XX", "00").parse::<u16>() {
                all.push(
                    json!({ "form": "refused", "status": code, "body": { "message": TEXT, "not declared": [1] } }),
                );
            }
        }
        (Value::Object(responses), all)
    }
}

/// A unique path, with its parameters.
fn path(number: usize, random: &mut Random) -> (String, Vec<Value>) {
    let (mut path, mut parameters) = (format!("/odd/{number}"), Vec::new());
    for _ in 0..random.below(3) {
        let name = parameter_name(random);
        if name.contains(['/', '{', '?']) || parameters.iter().any(|other: &Value| other["name"] == name) {
            continue;
        }
        path += &match random.below(4) {
            0 => format!("/x:{{{name}}}"),
            1 => format!("/{{{name}}}.json"),
            2 => format!("/a-b_c~d/{{{name}}}"),
            _ => format!("/{{{name}}}"),
        };
        let schema = scalar(random);
        parameters.push(with_prose(json!({ "name": name, "in": "path", "required": true, "schema": schema }), random));
    }
    if random.once_in(4) {
        path += random.pick(&["/all", "/type", "/x;y", "/a,b"]);
    }
    (path, parameters)
}

/// The name of a parameter; one that is always refused comes once in four times that it is drawn.
fn parameter_name(random: &mut Random) -> &'static str {
    let name = random.pick(&PARAMETERS);
    let is_refused = |name: &str| name.contains([' ', '&', '@']) || !name.is_ascii();
    if is_refused(name) && !random.once_in(4) { "name" } else { name }
}

/// A parameter in the query or a header.
fn beside(random: &mut Random) -> Value {
    let header = random.once_in(4);
    // The last of the headers are reserved.
    let known = if random.once_in(6) { HEADERS.len() } else { HEADERS.len() - 3 };
    let name = if header { HEADERS[random.below(known)] } else { parameter_name(random) };
    let mut schema = scalar(random);
    let mut parameter = json!({ "name": name, "in": if header { "header" } else { "query" } });
    if !header && random.once_in(5) {
        schema = json!({ "type": "array", "items": { "type": "string" } });
        if random.once_in(20) {
            parameter["explode"] = json!(!random.once_in(4));
            parameter["style"] = json!("form");
        }
    }
    // Both are always refused: often enough to be tried, and seldom enough that most operations are accepted.
    if random.once_in(60) {
        schema["nullable"] = json!(true);
    }
    if random.once_in(4) {
        parameter["required"] = json!(!random.once_in(4));
    }
    if random.once_in(10) {
        parameter["deprecated"] = json!(true);
    }
    if random.once_in(60) {
        parameter["allowEmptyValue"] = json!(true);
    }
    parameter["schema"] = schema;
    with_prose(parameter, random)
}

fn scalar(random: &mut Random) -> Value {
    match random.below(9) {
        0 => json!({ "type": "integer" }),
        1 => json!({ "type": "integer", "format": "int64", "minimum": 0, "default": 3 }),
        2 => json!({ "type": "boolean" }),
        3 => json!({ "type": "number" }),
        4 => json!({ "type": "string", "enum": ["a", "A", "größe"] }),
        5 => json!({ "type": "string", "default": "a \"quoted\" {text}" }),
        6 => json!({ "type": "string", "minLength": 1, "maxLength": 99, "pattern": "^.*$" }),
        _ => json!({ "type": "string" }),
    }
}

/// What the generated tests send for a parameter: the name, the place, whether it must be there, and each value as
/// text.
fn expected(parameter: &Value) -> Value {
    let values = match (parameter["schema"]["type"].as_str(), parameter["in"].as_str()) {
        (Some("integer" | "number"), _) => vec!["7"],
        (Some("boolean"), _) => vec!["true"],
        (Some("array"), _) => vec![TEXT, "b"],
        (_, Some("header")) => vec![IN_HEADER],
        (_, Some("path")) => vec![IN_PATH],
        _ => vec![TEXT],
    };
    json!({ "name": parameter["name"], "in": parameter["in"], "required": parameter["required"] == true, "values": values })
}
