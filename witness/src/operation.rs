//! One operation of the contract, ready to be compared with.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::schema::{Schema, Schemas};
use crate::template::Template;

/// One operation of the contract.
pub struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) template: Template,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    /// The alternatives, each of one scheme; empty for an operation without one.
    pub(crate) security: Vec<Scheme>,
    /// The documented responses by their key: a status, or a range such as `2XX`.
    pub(crate) responses: BTreeMap<String, BTreeMap<String, Arc<Schema>>>,
}

pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) in_path: bool,
    pub(crate) required: bool,
    pub(crate) schema: Arc<Schema>,
}

pub(crate) struct Body {
    pub(crate) required: bool,
    /// By media type.
    pub(crate) content: BTreeMap<String, Arc<Schema>>,
}

pub(crate) struct Scheme {
    pub(crate) name: String,
    /// Whether the token follows the scheme `Bearer`; otherwise it is sent alone.
    pub(crate) bearer: bool,
}

impl Operation {
    /// The operationId.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn new(path: &str, method: &str, operation: &Value, contract: &Value, schemas: &mut Schemas) -> Self {
        let list = |name: &str| operation[name].as_array().into_iter().flatten();
        let responses = operation["responses"].as_object().into_iter().flatten();
        Self {
            id: text(&operation["operationId"]),
            method: method.to_uppercase(),
            template: Template::new(path),
            parameters: list("parameters").map(|parameter| Parameter::new(parameter, schemas)).collect(),
            body: operation
                .get("requestBody")
                .map(|body| Body { required: body["required"] == true, content: content(body, schemas) }),
            security: list("security").map(|alternative| Scheme::new(alternative, contract)).collect(),
            responses: responses.map(|(key, response)| (key.clone(), content(response, schemas))).collect(),
        }
    }
}

impl Parameter {
    #[allow(clippy::panic, reason = "the contract is a file of this repository, and what is not checked must not pass")]
    fn new(parameter: &Value, schemas: &mut Schemas) -> Self {
        let in_path = match parameter["in"].as_str() {
            Some("path") => true,
            Some("query") => false,
            other => panic!("a parameter in {other:?} is not checked; teach it to request.rs"),
        };
        Self {
            name: text(&parameter["name"]),
            in_path,
            required: parameter["required"] == true,
            schema: schemas.schema(&parameter["schema"]),
        }
    }
}

impl Scheme {
    #[allow(clippy::panic, reason = "the contract is a file of this repository, and what is not checked must not pass")]
    fn new(alternative: &Value, contract: &Value) -> Self {
        let names: Vec<&String> = alternative.as_object().into_iter().flatten().map(|(name, _)| name).collect();
        let [name] = names.as_slice() else { panic!("an alternative of {} schemes is not checked", names.len()) };
        let scheme = &contract["components"]["securitySchemes"][name.as_str()];
        let bearer = match (scheme["type"].as_str(), scheme["scheme"].as_str(), scheme["name"].as_str()) {
            (Some("http"), Some("bearer"), _) => true,
            (Some("apiKey"), _, Some("Authorization")) => false,
            _ => panic!("the security scheme {name} is not checked; teach it to security.rs"),
        };
        Self { name: (*name).clone(), bearer }
    }
}

/// The schemas of a body, by media type.
fn content(node: &Value, schemas: &mut Schemas) -> BTreeMap<String, Arc<Schema>> {
    let content = node["content"].as_object().into_iter().flatten();
    content.map(|(media_type, media)| (media_type.clone(), schemas.schema(&media["schema"]))).collect()
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operation").field("id", &self.id).finish_non_exhaustive()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
