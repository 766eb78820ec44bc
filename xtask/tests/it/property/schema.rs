//! Random schemas, each with a value that it describes.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::names::{FIELDS, PROSE, SCHEMAS, VALUES};
use crate::random::Random;

/// A text that must be encoded in every position, the same as in `contract-harness/src/sample.rs`.
pub(crate) const TEXT: &str = "a/b c?d&e=é\"{}";

/// The schemas that one document declares.
pub(crate) struct Schemas {
    pub(crate) named: Map<String, Value>,
    number: usize,
    /// What a name is picked by that only this document may use.
    odd: Option<&'static str>,
    /// Whether the record that is being made contains itself.
    recursive: bool,
}

impl Schemas {
    /// The schemas of the document with this number: each of the first documents has a different odd name.
    pub(crate) fn new(number: usize, offset: usize) -> Self {
        let odd = (number < SCHEMAS.len()).then(|| SCHEMAS[(number + offset) % SCHEMAS.len()]);
        Self { named: Map::new(), number, odd, recursive: false }
    }

    fn name(&mut self) -> String {
        let number = self.number;
        self.odd.take().map_or_else(|| format!("Odd{number}Schema{}", self.named.len()), str::to_owned)
    }

    /// A record with a name: a reference to it, and a value.
    pub(crate) fn record(&mut self, random: &mut Random, depth: usize) -> (Value, Value) {
        let name = self.name();
        // A reference to the name while it is being made refers to a record that contains itself.
        self.named.insert(name.clone(), Value::Null);
        let around = std::mem::replace(&mut self.recursive, false);
        let (schema, value) = self.object(random, depth, Some(&name));
        self.recursive = around;
        self.named.insert(name.clone(), schema);
        (reference(&name), value)
    }

    /// A schema of any JSON, or of a map, with a name.
    pub(crate) fn open(&mut self, random: &mut Random) -> (Value, Value) {
        let name = self.name();
        self.named.insert(name.clone(), Value::Null);
        let (schema, value) = match random.below(3) {
            0 => (json!({}), json!({ "any": ["thing", null] })),
            1 => (json!({ "type": "object" }), json!({ "any": { "thing": 1 } })),
            _ => {
                let (inner, value) = self.any(random, 1, None);
                (json!({ "type": "object", "additionalProperties": inner }), json!({ "a key": value }))
            }
        };
        self.named.insert(name.clone(), with_prose(schema, random));
        (reference(&name), value)
    }

    fn object(&mut self, random: &mut Random, depth: usize, own: Option<&str>) -> (Value, Value) {
        let (mut properties, mut value) = (Map::new(), Map::new());
        for _ in 0..=random.below(6) {
            let name = random.pick(&FIELDS);
            let (schema, sample) = self.any(random, depth, own);
            properties.insert(name.to_owned(), schema);
            value.insert(name.to_owned(), sample);
        }
        value.insert("not declared".into(), json!({ "a": [1, null, TEXT] }));
        let mut schema = json!({ "type": "object" });
        // The values of what contains itself are empty.
        if !self.recursive && random.once_in(3) {
            let required: Vec<&String> = properties.keys().filter(|_| random.once_in(2)).collect();
            if !required.is_empty() {
                schema["required"] = json!(required);
            }
        }
        schema["properties"] = Value::Object(properties);
        (with_prose(schema, random), Value::Object(value))
    }

    fn any(&mut self, random: &mut Random, depth: usize, own: Option<&str>) -> (Value, Value) {
        let leaf = depth == 0;
        let (mut schema, value) = match random.below(if leaf { 8 } else { 16 }) {
            0 => (json!({ "type": "string" }), json!(TEXT)),
            1 => (json!({ "type": "integer" }), json!(7)),
            2 => (json!({ "type": "number" }), json!(0.5)),
            3 => (json!({ "type": "boolean" }), json!(true)),
            4 => (json!({}), json!({ "any": ["thing", null] })),
            5 => (
                json!({ "type": "string", "format": random.pick(&["date-time", "date", "uuid", "uri", "ip", "uri", "ip", "date-time", "date", "uuid", "byte"]) }),
                json!(TEXT),
            ),
            6 => (json!({ "type": "string", "format": "password" }), json!(TEXT)),
            7 => (json!({ "type": "integer", "format": random.pick(&["int32", "int64"]), "minimum": 1 }), json!(7)),
            8 => {
                let (items, value) = self.any(random, depth - 1, own);
                (json!({ "type": "array", "items": items }), json!([value]))
            }
            9 => {
                let (inner, value) = self.any(random, depth - 1, own);
                (json!({ "type": "object", "additionalProperties": inner }), json!({ "a key": value }))
            }
            10 => self.object(random, depth - 1, own),
            11 | 12 => return self.record(random, depth - 1),
            13 => (enumeration(random), Value::Null),
            14 => {
                let name = self.name();
                self.named.insert(name.clone(), enumeration(random));
                let value = self.named[&name]["enum"][0].clone();
                return (reference(&name), value);
            }
            // A record that contains itself, where there is one around.
            _ => match own {
                Some(own) => {
                    self.recursive = true;
                    let own = reference(own);
                    return if random.once_in(2) {
                        (own, json!({ "not declared": 1 }))
                    } else {
                        (json!({ "type": "array", "items": own }), json!([{}, { "not declared": 1 }]))
                    };
                }
                None => (json!({ "type": "object" }), json!({ "any": { "thing": 1 } })),
            },
        };
        let value = if schema["enum"].is_array() { schema["enum"][0].clone() } else { value };
        if random.once_in(4) {
            schema["nullable"] = json!(true);
        }
        if random.once_in(8) {
            schema["deprecated"] = json!(true);
        }
        if random.once_in(8) && schema["type"] == "string" {
            schema["maxLength"] = json!(40);
        }
        if random.once_in(8) && schema["type"] == "boolean" {
            schema["default"] = json!(false);
        }
        (with_prose(schema, random), value)
    }
}

fn enumeration(random: &mut Random) -> Value {
    let known = if random.once_in(8) { VALUES.len() } else { VALUES.len() - 4 };
    let values: BTreeSet<&str> = (0..=random.below(4)).map(|_| VALUES[random.below(known)]).collect();
    json!({ "type": "string", "enum": values })
}

pub(crate) fn with_prose(mut schema: Value, random: &mut Random) -> Value {
    if random.once_in(2) {
        schema["description"] = json!(random.pick(&PROSE));
    }
    schema
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}
