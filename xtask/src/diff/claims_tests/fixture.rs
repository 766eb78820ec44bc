//! A contract that has every object of the vocabulary in every position where it is allowed.

use serde_json::{Value, json};

pub(super) fn contract() -> Value {
    let known = json!({ "sources": ["J1", "DH"], "independent": 2 });
    let to = |kind: &str, name: &str| json!({ "$ref": format!("#/components/{kind}/{name}") });
    let body = |schema: Value| json!({ "application/json": { "schema": schema } });
    let given = |name: &str, place: &str, schema: Value| json!({ "name": name, "in": place, "schema": schema });
    let refused = || json!({ "description": "Refused.", "content": body(to("schemas", "Failure")) });
    let operation = |id: &str, rest: Value| {
        let mut operation = json!({
            "operationId": id, "tags": ["Things"], "summary": "Do it", "description": "It is done.", "x-evidence": known,
            "responses": { "200": { "description": "Done.", "content": body(to("schemas", "Thing")) }, "401": refused() },
        });
        for (key, value) in rest.as_object().into_iter().flatten() {
            operation[key] = value.clone();
        }
        operation
    };
    let inline = json!({
        "type": "object", "description": "What to find.", "required": ["word"],
        "properties": { "word": { "type": "string" }, "near": { "type": "integer" } },
    });
    let paths = json!({
        "/things": {
            "get": operation("listThings", json!({
                "security": [{ "SystemToken": [] }, { "Bearer": [] }],
                "parameters": [
                    { "name": "skip", "in": "query", "required": false, "description": "From.", "deprecated": true, "x-evidence": known,
                      "schema": { "type": "integer", "format": "int64", "minimum": 0, "maximum": 9, "default": 1,
                                  "description": "A number.", "deprecated": true, "nullable": true, "x-evidence": known } },
                    { "name": "limit", "in": "query", "required": true, "schema": { "type": "integer" } },
                    given("word", "query", json!({ "type": "string", "enum": ["a", "b"], "minLength": 1, "maxLength": 5, "pattern": "^[ab]$" })),
                    { "name": "plain", "in": "query", "required": true, "schema": { "type": "string" } },
                    given("many", "query", json!({ "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": 3 })),
                    given("ratio", "query", json!({ "type": "number", "format": "double", "minimum": 0, "maximum": 9 })),
                    given("flag", "header", json!({ "type": "boolean" })),
                    to("parameters", "Shared"),
                ],
                "x-paging": { "key": ["name"], "total": "count", "sort": null, "page-size": 50, "x-evidence": known },
                "responses": { "200": { "description": "Some.", "content": body(to("schemas", "ThingList")) }, "401": refused() },
            })),
            "put": operation("replaceThings", json!({
                "requestBody": { "required": false, "description": "All of them.", "content": body(to("schemas", "Thing")) },
            })),
            "patch": operation("patchThings", json!({ "deprecated": true, "requestBody": to("requestBodies", "Shared") })),
        },
        "/things/{id}": {
            "parameters": [
                { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }, to("parameters", "Shared"),
            ],
            "get": operation("getThing", json!({})),
            "delete": operation("deleteThing", json!({ "x-evidence": { "sources": ["J1"], "independent": 1, "inferred": 1, "historical": 1 }, "responses": { "200": { "description": "Gone." }, "401": to("responses", "Refused") } })),
        },
        "/things/query": {
            "post": operation("queryThings", json!({
                "x-safe": true, "requestBody": { "required": true, "content": body(inline) },
                "responses": { "200": { "description": "D.", "content": body(json!({ "type": "array", "items": to("schemas", "Thing") })) } },
            })),
        },
        "/open": {
            "post": operation("open", json!({
                "requestBody": { "content": body(to("schemas", "Open")) },
                "responses": { "200": { "description": "D.", "content": body(to("schemas", "Labels")) } },
            })),
        },
        "/inline": {
            "post": operation("inline", json!({
                "responses": { "200": { "description": "D.", "content": body(json!({
                    "type": "object", "properties": { "is": { "type": "boolean" } },
                })) } },
            })),
        },
        "/others": {
                "post": operation("searchOthers", json!({
                    "parameters": [to("parameters", "Other"), to("parameters", "Alias")], "requestBody": to("requestBodies", "Other"),
                    "responses": { "200": { "description": "D.", "content": body(to("schemas", "Thing")) }, "401": to("responses", "Other"), "403": to("responses", "Alias") },
                })),
                "put": operation("putOthers", json!({ "requestBody": to("requestBodies", "Alias") })),
            },
            "/word": { "parameters": [given("hint", "query", json!({ "type": "string" }))], "get": operation("word", json!({ "responses": { "200": { "description": "W.", "content": body(to("schemas", "Kind")) } } })) },
        "/upload": {
                "post": operation("upload", json!({ "requestBody": {
                    "required": true, "description": "A file.", "content": { "multipart/form-data": { "schema": {
                        "type": "object", "required": ["file"], "properties": { "file": { "type": "string", "format": "binary" } },
                    } } },
                } })),
            },
            "/form": {
                "post": operation("sendForm", json!({ "requestBody": {
                    "description": "A form.", "content": { "application/x-www-form-urlencoded": { "schema": to("schemas", "Failure") } },
                } })),
            },
            "/file": {
            "get": operation("exportThings", json!({ "responses": {
                "200": { "description": "A file.", "content": { "text/csv": { "schema": { "type": "string", "format": "binary" } } } },
            } })),
        },
    });
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "Things", "version": "1", "description": "All things.",
            "contact": { "name": "N", "url": "https://a.example", "email": "a@a.example" },
            "license": { "name": "L", "url": "https://a.example" },
        },
        "servers": [
            { "url": "https://{tenant}.example", "description": "One.", "variables": {
                "tenant": { "default": "t", "description": "T.", "enum": ["t", "u"] },
            } },
            { "url": "https://other.example" },
        ],
        "security": [{ "SystemToken": [] }],
        "tags": [{ "name": "Things", "description": "All things." }, { "name": "Others", "description": "All others." }],
        "paths": paths,
        "components": {
            "schemas": {
                "Thing": thing(&known),
                "ThingList": { "type": "object", "properties": { "data": { "type": "array", "items": to("schemas", "Thing") }, "count": { "type": "integer" } } },
                "Kind": { "type": "string", "enum": ["one", "two"] },
                "Failure": { "type": "object", "properties": { "message": { "type": "string" } } },
                "Open": { "description": "Any JSON." },
                "Labels": { "type": "object", "additionalProperties": { "type": "string" } },
                "Unused": { "type": "object", "properties": { "a": { "type": "string" } } },
            },
            "responses": {
                "Alias": to("responses", "Refused"),
                "Refused": { "description": "No.", "content": body(to("schemas", "Failure")) },
                "Other": { "description": "Never.", "content": body(to("schemas", "Failure")) },
            },
            "parameters": {
                "Alias": to("parameters", "Aliased"), "Aliased": given("aliased", "query", json!({ "type": "string" })),
                "Shared": given("shared", "query", json!({ "type": "string" })), "Other": given("other", "query", json!({ "type": "integer" })),
            },
            "requestBodies": {
                "Alias": to("requestBodies", "Shared"),
                "Shared": { "required": true, "content": body(to("schemas", "Thing")) }, "Other": { "content": body(to("schemas", "Failure")) },
            },
            "securitySchemes": {
                "Plain": { "type": "http", "scheme": "bearer" },
                "SystemToken": { "type": "apiKey", "in": "header", "name": "Authorization", "description": "T.", "x-evidence": known },
                "Bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "B.", "x-evidence": known },
                "Unused": { "type": "apiKey", "in": "header", "name": "Authorization" },
            },
        },
    })
}

/// A record with a field of every kind.
fn thing(known: &Value) -> Value {
    let to = |kind: &str, name: &str| json!({ "$ref": format!("#/components/{kind}/{name}") });
    let mut fields = json!({
                        "name": { "type": "string", "description": "Its name.", "x-evidence": known, "x-rust-name": "title" },
                        "secret": { "type": "string", "format": "password" },
                        "day": { "type": "string", "format": "date", "nullable": true, "default": "today", "minLength": 1, "maxLength": 19, "pattern": "2" },
                        "count": { "type": "integer", "format": "int64", "minimum": 1, "maximum": 5 },
                        "ratio": { "type": "number", "format": "double", "minimum": 1, "maximum": 5, "deprecated": true },
                        "on": { "type": "boolean", "default": true },
                        "parts": { "type": "array", "items": to("schemas", "Thing"), "minItems": 1, "maxItems": 5 },
                        "names": { "type": "array", "items": { "type": "string", "format": "uuid" } },
                        "counts": { "type": "array", "items": { "type": "integer" } },
                        "ratios": { "type": "array", "items": { "type": "number" } },
                        "flags": { "type": "array", "items": { "type": "boolean" } },
                        "rows": { "type": "array", "items": { "type": "array", "items": { "type": "string" } } },
                        "maps": { "type": "array", "items": { "type": "object", "additionalProperties": { "type": "string" } } },
                        "anys": { "type": "array", "items": { "description": "Any." } },
                        "records": { "type": "array", "items": { "type": "object", "properties": { "a": { "type": "string" } } } },
                        "whole": { "$ref": "#/components/schemas/Thing", "description": "The whole.", "deprecated": true, "x-evidence": known, "x-rust-name": "around" }
    });
    let more = json!({
        "labels": { "type": "object", "additionalProperties": { "type": "string" } },
        "numbers": { "type": "object", "additionalProperties": { "type": "integer" } },
        "ratios_by": { "type": "object", "additionalProperties": { "type": "number" } },
        "flags_by": { "type": "object", "additionalProperties": { "type": "boolean" } },
        "lists_by": { "type": "object", "additionalProperties": { "type": "array", "items": { "type": "string" } } },
        "maps_by": { "type": "object", "additionalProperties": { "type": "object", "additionalProperties": { "type": "string" } } },
        "any_by": { "type": "object", "additionalProperties": { "description": "Any." } },
        "things_by": { "type": "object", "additionalProperties": to("schemas", "Thing") },
        "records_by": { "type": "object", "additionalProperties": { "type": "object", "properties": { "b": { "type": "string" } } } },
        "kind": to("schemas", "Kind"),
        "colour": { "type": "string", "enum": ["red", "green"] },
        "inner": { "type": "object", "properties": { "x": { "type": "string" } } },
        "any": { "description": "Any." },
    });
    for (name, field) in more.as_object().into_iter().flatten() {
        fields[name] = field.clone();
    }
    fields["nothing"] = json!({});
    fields["texts"] = json!({ "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] });
    fields["free"] = json!({ "type": "object" });
    let defaults = [
        ("any", json!("x")),
        ("day", json!("2020-01-01")),
        ("count", json!(2)),
        ("ratio", json!(2)),
        ("on", json!(true)),
        ("parts", json!([{ "name": "n" }])),
        ("inner", json!({})),
        ("labels", json!({})),
    ];
    for (name, default) in defaults {
        for (key, value) in [
            ("description", json!("Described.")),
            ("nullable", json!(true)),
            ("deprecated", json!(true)),
            ("default", default),
            ("x-evidence", known.clone()),
            ("x-rust-name", json!(format!("its_{name}"))),
        ] {
            fields[name][key] = value;
        }
    }
    json!({
        "type": "object", "description": "A thing.", "x-evidence": known, "required": ["name"], "additionalProperties": {},
        "properties": fields,
    })
}
