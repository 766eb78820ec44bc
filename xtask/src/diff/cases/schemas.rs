//! Changes of schemas, in each position where a schema is allowed.

use serde_json::{Value, json};

use super::{B, C, Edit, Expected, Grade, S, expect, reference, remove, set};

/// The position of a schema, and the grades of widening and narrowing it there.
#[derive(Clone, Copy, PartialEq)]
enum Home {
    Parameter,
    Sent,
    Got,
    Both,
}

const HOMES: [(Home, &str); 4] = [
    (Home::Parameter, "a query parameter"),
    (Home::Sent, "a field of a request"),
    (Home::Got, "a field of a response"),
    (Home::Both, "a field of both"),
];

impl Home {
    /// Requests and responses, where a change is of these grades in each.
    fn wire(self, request: Grade, response: Grade) -> (Grade, Grade) {
        match self {
            Self::Parameter | Self::Sent => (request, S),
            Self::Got => (S, response),
            Self::Both => (request, response),
        }
    }

    fn schema(self, part: &Value, key: &str, name: &str) -> String {
        let schema = match self {
            Self::Parameter => {
                let list = part["paths"][format!("/{key}")]["get"]["parameters"].as_array();
                let index = list.and_then(|list| list.iter().position(|given| given["name"] == *name)).unwrap_or(999);
                return format!("/paths/~1{key}/get/parameters/{index}/schema");
            }
            Self::Sent => "Sent",
            Self::Got => "Got",
            Self::Both => "Both",
        };
        format!("/schemas/{}{schema}/properties/{name}", key.replacen('c', "C", 1))
    }
}

type Row = (&'static str, &'static str, (Grade, Grade), fn(&mut Value, &str), SchemaImpact);

/// The effect of a schema's change on the Rust types of parameters and fields, and on reading a response.
#[derive(Clone, Copy)]
enum SchemaImpact {
    /// Another type in Rust.
    Type,
    /// Another type, which a parameter's setter accepts in addition to the former one.
    Wider,
    /// Only documentation changes.
    Document,
    /// A type that becomes, or was, an enumeration: a parameter stays text.
    Listed,
}

/// The name, the schema that is changed, the grades for requests and responses, and the change.
fn edits() -> Vec<Row> {
    let number = |schema: &mut Value, at: &str| set(schema, at, "type", json!("number"));
    vec![
        (
            "integer to number",
            "count",
            (C, B),
            |v, at| {
                remove(v, at, "format");
                set(v, at, "type", json!("number"))
            },
            SchemaImpact::Wider,
        ),
        ("number to integer", "number", (B, C), |v, at| set(v, at, "type", json!("integer")), SchemaImpact::Type),
        ("boolean to number", "flag", (B, B), number, SchemaImpact::Type),
        (
            "string to integer",
            "day",
            (B, B),
            |v, at| {
                remove(v, at, "format");
                set(v, at, "type", json!("integer"))
            },
            SchemaImpact::Type,
        ),
        ("null allowed", "plain", (C, B), |v, at| set(v, at, "nullable", json!(true)), SchemaImpact::Document),
        ("minLength raised", "text", (B, C), |v, at| set(v, at, "minLength", json!(3)), SchemaImpact::Document),
        ("minLength lowered", "text", (C, B), |v, at| set(v, at, "minLength", json!(1)), SchemaImpact::Document),
        ("minLength withdrawn", "text", (C, B), |v, at| remove(v, at, "minLength"), SchemaImpact::Document),
        ("maxLength added", "plain", (B, C), |v, at| set(v, at, "maxLength", json!(9)), SchemaImpact::Document),
        ("maxLength raised", "text", (C, B), |v, at| set(v, at, "maxLength", json!(9)), SchemaImpact::Document),
        ("minimum raised", "number", (B, C), |v, at| set(v, at, "minimum", json!(3)), SchemaImpact::Document),
        ("maximum raised", "count", (C, B), |v, at| set(v, at, "maximum", json!(9)), SchemaImpact::Document),
        ("maxItems lowered", "list", (B, C), |v, at| set(v, at, "maxItems", json!(4)), SchemaImpact::Document),
        ("minItems lowered", "list", (C, B), |v, at| set(v, at, "minItems", json!(0)), SchemaImpact::Document),
        ("pattern added", "plain", (B, C), |v, at| set(v, at, "pattern", json!("^a")), SchemaImpact::Document),
        ("pattern changed", "text", (B, B), |v, at| set(v, at, "pattern", json!("^b")), SchemaImpact::Document),
        ("pattern withdrawn", "text", (C, B), |v, at| remove(v, at, "pattern"), SchemaImpact::Document),
        ("format narrowed", "count", (B, C), |v, at| set(v, at, "format", json!("int32")), SchemaImpact::Document),
        ("format withdrawn", "day", (C, B), |v, at| remove(v, at, "format"), SchemaImpact::Document),
        (
            "values listed",
            "plain",
            (B, C),
            |v, at| {
                remove(v, at, "default");
                set(v, at, "enum", json!(["a", "b"]))
            },
            SchemaImpact::Listed,
        ),
        ("default changed", "plain", (B, S), |v, at| set(v, at, "default", json!("b")), SchemaImpact::Document),
        (
            "description changed",
            "plain",
            (S, S),
            |v, at| set(v, at, "description", json!("Another text.")),
            SchemaImpact::Document,
        ),
    ]
}

/// Every edit in every position, and the edits that only fields can have.
pub(super) fn rows() -> Vec<(String, Expected, Edit)> {
    let mut rows: Vec<(String, Expected, Edit)> = Vec::new();
    for (name, field, (request, response), edit, kind) in edits() {
        for (home, place) in HOMES {
            // A parameter with another format is rejected, because the client has no type for it.
            if home == Home::Parameter && field == "day" {
                continue;
            }
            let (request, mut response) = home.wire(request, response);
            let mut request = request;
            if name == "values listed" && home == Home::Got {
                request = S;
            }
            if name == "default changed" {
                response = S;
            }
            let is_read = matches!(home, Home::Got | Home::Both);
            let (rust, behaviour) = match kind {
                SchemaImpact::Type => (B, if is_read { C } else { S }),
                SchemaImpact::Wider if home == Home::Parameter => (C, S),
                SchemaImpact::Wider => (B, if is_read { C } else { S }),
                SchemaImpact::Listed if home == Home::Parameter => (S, S),
                SchemaImpact::Listed => (B, if is_read { C } else { S }),
                SchemaImpact::Document => (S, S),
            };
            let edit: Edit = Box::new(move |part, key| {
                let at = home.schema(part, key, field);
                edit(part, &at);
            });
            rows.push((format!("{place}: {name}"), expect(request, response, rust, behaviour), edit));
        }
    }
    for (home, place) in HOMES.into_iter().filter(|(home, _)| *home != Home::Parameter) {
        rows.extend(of_fields(home, place));
    }
    rows
}

/// Changes of fields, and of the schemas that they refer to.
fn of_fields(home: Home, place: &str) -> Vec<(String, Expected, Edit)> {
    let is_read = home != Home::Sent;
    let read = |grade: Grade| if is_read { grade } else { S };
    // Only a record of requests alone has a `new` with the required fields.
    let is_strict = home == Home::Sent;
    let mut rows: Vec<(String, Expected, Edit)> = Vec::new();
    let mut row =
        |name: &str, wire: (Grade, Grade), rust: Grade, behaviour: Grade, edit: fn(&mut Value, &str, &str)| {
            let (request, response) = home.wire(wire.0, wire.1);
            let edit: Edit = Box::new(move |part, key| {
                let at = home.schema(part, key, "");
                let schema = at.trim_end_matches("/properties/").to_owned();
                edit(part, &schema, &key.replacen('c', "C", 1));
            });
            rows.push((format!("{place}: {name}"), expect(request, response, rust, behaviour), edit));
        };
    row("a new one", (C, C), C, read(C), |v, at, _| {
        set(v, &format!("{at}/properties"), "added", json!({ "type": "string" }))
    });
    row("a new one that is required", (B, C), if is_strict { B } else { C }, read(C), |v, at, _| {
        set(v, &format!("{at}/properties"), "added", json!({ "type": "string" }));
        set(v, at, "required", json!(["id", "added"]));
    });
    row("removed", (B, B), B, read(C), |v, at, _| remove(v, &format!("{at}/properties"), "flag"));
    row("renamed", (B, B), B, read(B), |v, at, _| {
        remove(v, &format!("{at}/properties"), "maybe");
        set(v, &format!("{at}/properties"), "maybes", json!({ "type": "string", "nullable": true }));
    });
    row("became required", (B, C), if is_strict { B } else { S }, S, |v, at, _| {
        set(v, at, "required", json!(["id", "flag"]))
    });
    row("became optional", (C, B), if is_strict { B } else { S }, if is_strict { B } else { S }, |v, at, _| {
        remove(v, at, "required")
    });
    row("null no longer allowed", (B, C), S, S, |v, at, _| remove(v, &format!("{at}/properties/maybe"), "nullable"));
    row("any JSON to a string", (B, C), B, read(C), |v, at, _| {
        set(v, &format!("{at}/properties/open"), "type", json!("string"))
    });
    row("items to integers", (B, B), B, read(C), |v, at, _| {
        set(v, &format!("{at}/properties/list/items"), "type", json!("integer"))
    });
    row("values of a map to integers", (B, B), B, read(C), |v, at, _| {
        set(v, &format!("{at}/properties/labels/additionalProperties"), "type", json!("integer"));
    });
    row("deprecated", (S, S), C, S, |v, at, _| set(v, &format!("{at}/properties/flag"), "deprecated", json!(true)));
    row("another schema", (B, B), B, read(C), |v, at, pascal| {
        set(
            v,
            "/schemas",
            &format!("{pascal}Other"),
            json!({ "type": "object", "properties": { "y": { "type": "string" } } }),
        );
        set(v, &format!("{at}/properties"), "inner", reference(&format!("{pascal}Other")));
    });
    rows
}
