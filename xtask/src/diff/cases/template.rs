//! The contract of which every case changes a part.

use serde_json::{Value, json};

use super::reference;

/// What all cases share.
pub(super) fn document() -> Value {
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Cases", "version": "1" },
        "servers": [{ "url": "https://a.example" }],
        "tags": [{ "name": "Cases", "description": "All." }, { "name": "Others", "description": "All others." }],
        "paths": {},
        "components": {
            "schemas": { "Failure": { "type": "object", "properties": { "message": { "type": "string" } } } },
            "securitySchemes": {
                "SystemToken": { "type": "apiKey", "in": "header", "name": "Authorization" },
                "BearerAuth": { "type": "http", "scheme": "bearer" },
            },
        },
    })
}

/// The operations and schemas of one case: `Sent` travels in requests, `Got` in responses, `Both` in both.
pub(super) fn part(key: &str) -> Value {
    let pascal = key.replacen('c', "C", 1);
    let to = |name: &str| reference(&format!("{pascal}{name}"));
    let content = |schema: Value| json!({ "application/json": { "schema": schema } });
    let operation = |verb: &str, rest: Value| {
        let mut operation = json!({
            "operationId": format!("{verb}{pascal}"), "tags": ["Cases"], "summary": "Do it",
            "security": [{ "SystemToken": [] }, { "BearerAuth": [] }],
            "responses": {
                "200": { "description": "Done.", "content": content(to("List")) },
                "404": { "description": "None.", "content": content(reference("Failure")) },
            },
        });
        for (key, value) in rest.as_object().into_iter().flatten() {
            operation[key] = value.clone();
        }
        operation
    };
    let responses = |name: &str| json!({ "200": { "description": "Done.", "content": content(to(name)) } });
    let mut paths = json!({});
    paths[format!("/{key}")] = json!({
        "get": operation("list", json!({ "parameters": parameters() })),
        "put": operation("replace", json!({
            "requestBody": { "required": true, "content": content(to("Both")) }, "responses": responses("Both"),
        })),
    });
    paths[format!("/{key}/query")] = json!({
        "post": operation("query", json!({
            "x-safe": true, "requestBody": { "required": true, "content": content(to("Sent")) },
        })),
    });
    paths[format!("/{key}/search")] = json!({
        "post": operation("search", json!({ "requestBody": { "content": content(to("Sent")) } })),
    });
    paths[format!("/{key}/file/{{id}}")] = json!({
        "get": operation("export", json!({
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }],
            "responses": { "200": { "description": "A file.", "content": { "text/csv": { "schema": { "type": "string", "format": "binary" } } } } },
        })),
    });
    let mut schemas = json!({});
    for name in ["Sent", "Got", "Both"] {
        schemas[format!("{pascal}{name}")] =
            json!({ "type": "object", "required": ["id"], "properties": fields(&to("Word"), &to("Inner")) });
    }
    schemas[format!("{pascal}List")] = json!({ "type": "object", "properties": { "data": { "type": "array", "items": to("Got") }, "total": { "type": "integer" } } });
    schemas[format!("{pascal}Word")] = json!({ "type": "string", "enum": ["one", "two"] });
    schemas[format!("{pascal}Inner")] = json!({ "type": "object", "properties": { "x": { "type": "string" } } });
    json!({ "paths": paths, "schemas": schemas })
}

fn parameters() -> Value {
    let given = |name: &str, schema: Value| json!({ "name": name, "in": "query", "schema": schema });
    let mut parameters =
        vec![json!({ "name": "needed", "in": "query", "required": true, "schema": { "type": "string" } })];
    for (name, schema) in scalars() {
        // The client has no type for a date in a parameter.
        if name != "day" {
            parameters.push(given(name, schema));
        }
    }
    parameters
        .push(given("list", json!({ "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": 5 })));
    json!(parameters)
}

/// A schema that both a parameter and a field may have.
fn scalars() -> Vec<(&'static str, Value)> {
    vec![
        ("text", json!({ "type": "string", "minLength": 2, "maxLength": 8, "pattern": "^a" })),
        ("plain", json!({ "type": "string", "description": "A text.", "default": "a" })),
        ("day", json!({ "type": "string", "format": "date" })),
        ("number", json!({ "type": "number", "minimum": 2, "maximum": 8 })),
        ("count", json!({ "type": "integer", "format": "int64", "minimum": 2, "maximum": 8 })),
        ("flag", json!({ "type": "boolean" })),
    ]
}

fn fields(word: &Value, inner: &Value) -> Value {
    let mut fields = json!({
        "id": { "type": "string" }, "word": word, "inner": inner,
        "list": { "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": 5 },
        "labels": { "type": "object", "additionalProperties": { "type": "string" } },
        "open": { "description": "Any JSON." },
        "maybe": { "type": "string", "nullable": true },
    });
    for (name, schema) in scalars() {
        fields[name] = schema;
    }
    fields
}
