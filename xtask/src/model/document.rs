//! A document as progenitor walks through it: its operations with all that belongs to them, and the schemas that become
//! types.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::spec::{escape, operations, references, schema_name};

/// A document of any shape. Parts of the wrong type are treated as missing; the shape check reports them.
pub(crate) struct Document<'a> {
    pub(crate) root: &'a Value,
    pub(crate) operations: Vec<RawOperation<'a>>,
    /// Each schema that progenitor converts, once: the named ones, and the unnamed ones of operations, with all below
    /// them.
    pub(crate) schemas: Vec<RawSchema<'a>>,
}

/// One operation, its references followed.
pub(crate) struct RawOperation<'a> {
    pub(crate) pointer: String,
    pub(crate) path: &'a str,
    pub(crate) method: &'a str,
    pub(crate) value: &'a Value,
    /// The operationId, or empty.
    pub(crate) id: &'a str,
    /// The parameters of the path, then those of the operation.
    pub(crate) parameters: Vec<Part<'a>>,
    pub(crate) body: Option<Part<'a>>,
    /// By status, in the order of the document.
    pub(crate) responses: Vec<(&'a str, Part<'a>)>,
}

/// A part that may be a reference.
#[derive(Clone)]
pub(crate) struct Part<'a> {
    /// Where the operation mentions it.
    pub(crate) mention: String,
    /// Its location.
    pub(crate) pointer: String,
    pub(crate) value: &'a Value,
}

/// One schema, at any depth.
pub(crate) struct RawSchema<'a> {
    pub(crate) pointer: String,
    pub(crate) value: &'a Value,
    /// Whether a response can hold it.
    pub(crate) in_response: bool,
    /// Whether a request body can hold it.
    pub(crate) in_request: bool,
}

impl<'a> Document<'a> {
    pub(crate) fn new(root: &'a Value) -> Self {
        let mut document = Self { root, operations: Vec::new(), schemas: Vec::new() };
        document.operations = operations(root)
            .map(|(pointer, path, method, value)| document.operation(pointer, path, method, value))
            .collect();
        document.schemas = SchemaCollector::of(&document);
        document
    }

    /// The schema with a name.
    pub(crate) fn schema(&self, name: &str) -> Option<&'a Value> {
        self.named_schemas().and_then(|schemas| schemas.get(name))
    }

    pub(crate) fn named_schemas(&self) -> Option<&'a Map<String, Value>> {
        self.root["components"]["schemas"].as_object()
    }

    /// The schema that a reference refers to, or the schema itself. A broken or circular chain yields the last schema
    /// reached.
    pub(crate) fn resolve(&self, schema: &'a Value) -> &'a Value {
        let mut schema = schema;
        for _ in 0..LONGEST_CHAIN {
            match schema["$ref"].as_str().and_then(schema_name).and_then(|name| self.schema(&unescape(name))) {
                Some(next) => schema = next,
                None => break,
            }
        }
        schema
    }

    fn operation(&self, pointer: String, path: &'a str, method: &'a str, value: &'a Value) -> RawOperation<'a> {
        let item = pointer.rsplit_once('/').map_or("", |(item, _)| item).to_owned();
        let mut parameters = self.list(&item, &self.root["paths"][path]);
        parameters.extend(self.list(&pointer, value));
        let body = value.get("requestBody").map(|body| self.follow(format!("{pointer}/requestBody"), body));
        let responses =
            value["responses"].as_object().into_iter().flatten().filter(|(status, _)| !status.starts_with("x-"));
        let responses = responses
            .map(|(status, response)| {
                (status.as_str(), self.follow(format!("{pointer}/responses/{}", escape(status)), response))
            })
            .collect();
        let id = value["operationId"].as_str().unwrap_or_default();
        RawOperation { pointer, path, method, value, id, parameters, body, responses }
    }

    fn list(&self, pointer: &str, owner: &'a Value) -> Vec<Part<'a>> {
        let parameters = owner["parameters"].as_array().into_iter().flatten().enumerate();
        parameters.map(|(index, value)| self.follow(format!("{pointer}/parameters/{index}"), value)).collect()
    }

    /// The part that a reference refers to, or the part itself.
    pub(crate) fn follow(&self, mention: String, value: &'a Value) -> Part<'a> {
        let (mut pointer, mut value) = (mention.clone(), value);
        for _ in 0..LONGEST_CHAIN {
            let target = value["$ref"].as_str().and_then(|target| target.strip_prefix('#'));
            match target.and_then(|target| Some((target, self.root.pointer(target)?))) {
                Some((target, next)) => (pointer, value) = (target.to_owned(), next),
                None => break,
            }
        }
        Part { mention, pointer, value }
    }
}

impl<'a> RawOperation<'a> {
    /// The media types of a part, with their pointers.
    pub(crate) fn content(part: &Part<'a>) -> impl Iterator<Item = (String, &'a str, &'a Value)> + use<'a> {
        let pointer = part.pointer.clone();
        part.value["content"].as_object().into_iter().flatten().map(move |(media_type, value)| {
            (format!("{pointer}/content/{}", escape(media_type)), media_type.as_str(), value)
        })
    }

    /// The operation's name for messages.
    pub(crate) fn label(&self) -> String {
        if self.id.is_empty() { format!("{} {}", self.method.to_uppercase(), self.path) } else { self.id.to_owned() }
    }
}

/// A longer chain of references is considered circular.
const LONGEST_CHAIN: usize = 32;

/// One token of a JSON pointer as the key that it stands for.
pub(crate) fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// The keywords that hold one schema, a list of schemas, and schemas by name.
const ONE: [&str; 3] = ["items", "additionalProperties", "not"];
const LISTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// The schemas directly below a schema, each with the rest of its pointer.
pub(crate) fn below(schema: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for key in ONE {
        found.extend(schema.get(key).filter(|inner| inner.is_object()).map(|inner| (format!("/{key}"), inner)));
    }
    for key in LISTS {
        let list = schema[key].as_array().into_iter().flatten().enumerate();
        found.extend(list.map(|(index, inner)| (format!("/{key}/{index}"), inner)));
    }
    let properties = schema["properties"].as_object().into_iter().flatten();
    found.extend(properties.map(|(name, inner)| (format!("/properties/{}", escape(name)), inner)));
    found
}

/// Collects the schemas of a document.
struct SchemaCollector<'a> {
    found: Vec<RawSchema<'a>>,
    seen: BTreeSet<String>,
}

impl<'a> SchemaCollector<'a> {
    fn of(document: &Document<'a>) -> Vec<RawSchema<'a>> {
        let mut response_schemas: Vec<(String, &'a Value)> = Vec::new();
        let mut requests = Vec::new();
        let mut others = Vec::new();
        for operation in &document.operations {
            for parameter in &operation.parameters {
                others.extend(
                    parameter.value.get("schema").map(|schema| (format!("{}/schema", parameter.pointer), schema)),
                );
            }
            let schemas = |part: &Part<'a>| -> Vec<(String, &'a Value)> {
                let content = RawOperation::content(part);
                content.filter_map(|(at, _, media)| Some((format!("{at}/schema"), media.get("schema")?))).collect()
            };
            response_schemas.extend(operation.responses.iter().flat_map(|(_, response)| schemas(response)));
            requests.extend(operation.body.iter().flat_map(schemas));
        }
        let in_responses = document.reached(&response_schemas);
        let in_requests = document.reached(&requests);
        let mut schemas = Self { found: Vec::new(), seen: BTreeSet::new() };
        for (name, schema) in document.named_schemas().into_iter().flatten() {
            let pointer = format!("/components/schemas/{}", escape(name));
            schemas.add(pointer, schema, in_responses.contains(name), in_requests.contains(name));
        }
        response_schemas.into_iter().for_each(|(pointer, schema)| schemas.add(pointer, schema, true, false));
        requests.into_iter().for_each(|(pointer, schema)| schemas.add(pointer, schema, false, true));
        others.into_iter().for_each(|(pointer, schema)| schemas.add(pointer, schema, false, false));
        schemas.found
    }

    fn add(&mut self, pointer: String, value: &'a Value, in_response: bool, in_request: bool) {
        let mut open = vec![(pointer, value)];
        while let Some((pointer, value)) = open.pop() {
            if self.seen.insert(pointer.clone()) {
                open.extend(below(value).into_iter().rev().map(|(rest, inner)| (format!("{pointer}{rest}"), inner)));
                self.found.push(RawSchema { pointer, value, in_response, in_request });
            }
        }
    }
}

impl<'a> Document<'a> {
    /// The names of the schemas that some schemas refer to.
    fn reached(&self, from: &[(String, &'a Value)]) -> BTreeSet<String> {
        let mut links: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let targets = |schema: &Value| -> Vec<String> {
            references(schema).into_iter().filter_map(|(_, target)| schema_name(target).map(unescape)).collect()
        };
        let mut open: Vec<String> = from.iter().flat_map(|(_, schema)| targets(schema)).collect();
        let mut reached = BTreeSet::new();
        while let Some(name) = open.pop() {
            if reached.insert(name.clone()) {
                let next =
                    links.entry(name.clone()).or_insert_with(|| self.schema(&name).map(targets).unwrap_or_default());
                open.append(next);
            }
        }
        reached
    }
}
