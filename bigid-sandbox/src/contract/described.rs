//! One operation of the contract.

use http::{Method, StatusCode};
use serde_json::Value;

use super::path::Template;
use super::schema::{Schema, Type};

/// An operation of the contract.
#[derive(Debug)]
pub(crate) struct Described {
    /// The operationId.
    pub(crate) id: &'static str,
    /// The operationId in snake case, which is the name of the client's method.
    pub(crate) name: &'static str,
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) template: Template,
    pub(crate) success: Success,
    /// The list of records in its response, if it has one.
    pub(crate) list: Option<ListPlace>,
    node: &'static Value,
}

/// The response to a request that succeeds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Success {
    pub(crate) status: StatusCode,
    pub(crate) content: Option<(&'static str, Schema)>,
}

/// A list of records within a response.
#[derive(Clone, Debug)]
pub(crate) struct ListPlace {
    /// The path to the array; empty if the response is the array.
    pub(crate) path: Vec<&'static str>,
    pub(crate) record: Schema,
}

pub(super) fn all(document: &'static Value) -> Vec<Described> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().filter_map(move |(method, node)| {
            let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes()).ok()?;
            Some(Described::new(path, method, node.get("operationId")?.as_str()?, node))
        })
    });
    operations.collect()
}

impl Described {
    fn new(path: &'static str, method: Method, id: &'static str, node: &'static Value) -> Self {
        let success = Success::of(node);
        let list = success.content.and_then(|(_, schema)| ListPlace::find(schema));
        // Created once for each operation of the contract, which is static.
        let name = Box::leak(snake_case(id).into_boxed_str());
        Self { id, name, method, path, template: Template::new(path), success, list, node }
    }

    /// The operation in the contract.
    pub(crate) fn node(&self) -> &'static Value {
        self.node
    }

    /// Whether a request needs a token.
    pub(crate) fn is_secured(&self) -> bool {
        self.node["security"].as_array().is_none_or(|alternatives| !alternatives.is_empty())
    }

    /// Whether a request needs a session, rather than a credential to exchange for one.
    pub(crate) fn takes_session(&self) -> bool {
        let is_session = |one: &Value| ["SystemToken", "BearerAuth"].iter().any(|scheme| one.get(scheme).is_some());
        self.node["security"].as_array().is_none_or(|alternatives| alternatives.iter().any(is_session))
    }

    pub(crate) fn documents(&self, status: StatusCode) -> bool {
        let responses = &self.node["responses"];
        let range = format!("{}XX", status.as_u16() / 100);
        responses.get(status.as_str()).or_else(|| responses.get(&range)).is_some()
    }

    /// The contract's schema of the request body, if it is JSON.
    pub(crate) fn body_schema(&self) -> Option<Schema> {
        Some(Schema::new(self.node["requestBody"]["content"]["application/json"].get("schema")?))
    }

    /// The maximum number of records in one page.
    pub(crate) fn page_size(&self) -> Option<usize> {
        self.node["x-paging"]["page-size"].as_u64().and_then(|size| usize::try_from(size).ok())
    }

    /// The name of the last path parameter.
    pub(crate) fn last_parameter(&self) -> Option<&'static str> {
        self.path.rsplit_once('{').and_then(|(_, rest)| Some(rest.split_once('}')?.0))
    }

    /// Whether a request changes nothing, although it may be a POST.
    pub(crate) fn is_safe(&self) -> bool {
        self.method == Method::GET || self.node["x-safe"] == true
    }
}

impl Success {
    fn of(node: &'static Value) -> Self {
        let responses = node["responses"].as_object().into_iter().flatten();
        let mut successes = responses.filter(|(status, _)| status.starts_with('2'));
        let Some((status, response)) = successes.next() else {
            return Self { status: StatusCode::OK, content: None };
        };
        let content = response["content"].as_object().into_iter().flatten().next();
        Self {
            status: status.parse().unwrap_or(StatusCode::OK),
            content: content.map(|(media_type, media)| (media_type.as_str(), Schema::new(&media["schema"]))),
        }
    }
}

impl ListPlace {
    /// The array of records nearest to the root, preferably one of objects.
    fn find(schema: Schema) -> Option<Self> {
        let mut places = Vec::new();
        collect(schema, &mut Vec::new(), &mut places);
        // Strings and numbers are not records.
        places.retain(|place: &Self| matches!(place.record.kind(), Type::Object | Type::Any));
        places.sort_by_key(|place| (place.record.kind() != Type::Object, place.path.len()));
        places.into_iter().next()
    }
}

fn collect(schema: Schema, path: &mut Vec<&'static str>, places: &mut Vec<ListPlace>) {
    match schema.kind() {
        Type::Array => places.push(ListPlace { path: path.clone(), record: schema.items() }),
        Type::Object if path.len() < 3 => {
            for (name, property) in schema.properties() {
                path.push(name);
                collect(property, path, places);
                path.pop();
            }
        }
        _ => {}
    }
}

fn snake_case(id: &str) -> String {
    let mut snake = String::with_capacity(id.len() + 8);
    for letter in id.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
