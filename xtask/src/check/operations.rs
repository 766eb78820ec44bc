//! P101 to P104, P113: the names of operations, and how they are sent.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::trap::ERROR;
use super::{Findings, Fix, Pipeline, Trap};
use crate::model::Document;
use crate::model::RawOperation as Operation;
use crate::naming;
use crate::spec::{Layer, escape};

pub(super) static NO_ID: Trap = Trap {
    code: "P101",
    title: "an operation without operationId",
    effect: "progenitor rejects the document: `missing operation ID`",
    fix: "give the operation a name",
    ..ERROR
};

pub(super) static SAME_ID: Trap = Trap {
    code: "P102",
    title: "an operationId that occurs twice",
    effect: "progenitor rejects the document: `duplicate operation ID`",
    fix: "give each operation its own name",
    ..ERROR
};

pub(super) static COLLIDING_IDS: Trap = Trap {
    code: "P103",
    title: "two operationIds that become one Rust name",
    effect: "the client has a duplicate function and does not compile",
    fix: "rename one of them",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static TAKEN_ID: Trap = Trap {
    code: "P104",
    title: "an operationId that conflicts with a name in the generated code",
    effect: "the client already has a function or builder of that name, and does not compile",
    fix: "rename the operation",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static METHOD: Trap = Trap {
    code: "P113",
    title: "a method that reqwest has no function for",
    effect: "progenitor writes `client.trace(url)` or `client.options(url)`, which do not exist: the client does not compile",
    fix: "remove the operation",
    layer: Layer::Codegen,
    ..ERROR
};

pub(super) static NO_RESPONSE: Trap = Trap {
    code: "P114",
    title: "an operation that documents no response",
    effect: "every success becomes a stream of raw bytes, every other response an unexpected response",
    fix: "document at least the success",
    plain: Some(crate::spec::Severity::Warning),
    ..ERROR
};

pub(super) fn find(document: &Document<'_>, found: &mut Findings<'_>) {
    let mut ids: BTreeMap<&str, &Operation<'_>> = BTreeMap::new();
    let mut names: BTreeMap<String, &Operation<'_>> = BTreeMap::new();
    let mut fresh = FreshNames::new(document);
    for operation in &document.operations {
        if ["trace", "options"].contains(&operation.method) {
            let message = format!("{} is sent with {}", operation.label(), operation.method.to_uppercase());
            found.add(&METHOD, &operation.pointer, message, Fix::remove(&operation.pointer));
        }
        if operation.responses.is_empty() && operation.value["responses"].is_object() {
            let fix = Fix::update(
                &operation.pointer,
                json!({ "responses": { "200": { "description": "The call succeeded." } } }),
            );
            found.add(&NO_RESPONSE, &operation.pointer, format!("{} documents no response", operation.label()), fix);
        }
        let mut rename = || Fix::update(&operation.pointer, json!({ "operationId": fresh.name(operation) }));
        let name = naming::operation(operation.id);
        if operation.value.get("operationId").is_none() {
            found.add(&NO_ID, &operation.pointer, format!("{} has no operationId", operation.label()), rename());
        } else if let Some(first) = ids.insert(operation.id, operation) {
            let message = format!("the operationId `{}` occurs twice, first at #{}", operation.id, first.pointer);
            found.add(&SAME_ID, &operation.pointer, message, rename());
        } else if let Some(first) = names.insert(name.clone(), operation) {
            let message = format!("`{}` and `{}` both become the Rust name `{name}`", first.id, operation.id);
            found.add(&COLLIDING_IDS, &operation.pointer, message, rename());
        } else if taken(found.pipeline).contains(&name.as_str()) {
            let message = format!("`{}` becomes the Rust name `{name}`, which the client has already", operation.id);
            found.add(&TAKEN_ID, &operation.pointer, message, rename());
        }
    }
}

/// The functions of the client, and the types that the builders' code uses without a path.
fn taken(pipeline: Pipeline) -> &'static [&'static str] {
    match pipeline {
        Pipeline::Plain => &[
            "new",
            "new_with_client",
            "pre",
            "exec",
            "post",
            "error",
            "byte_stream",
            "response_value",
            "client_info",
            "client_hooks",
            "operation_info",
            "request_builder_ext",
            "result",
            "option",
            "string",
            "vec",
        ],
        Pipeline::Regen => &[
            "new",
            "transport",
            "request",
            "error",
            "byte_stream",
            "result",
            "option",
            "string",
            "vec",
            "as_ref",
            "borrow",
            "call_builder",
            "into",
            "into_iterator",
            "try_into",
            // Next to the constants of operations.
            "operations",
            "provenance",
            "servers",
        ],
    }
}

/// Names made of method and path, none of them in use.
struct FreshNames {
    used: BTreeSet<String>,
}

impl FreshNames {
    fn new(document: &Document<'_>) -> Self {
        Self { used: document.operations.iter().map(|operation| naming::operation(operation.id)).collect() }
    }

    fn name(&mut self, operation: &Operation<'_>) -> String {
        let name = naming::snake(&format!("{} {}", operation.method, operation.path));
        let mut camel = naming::pascal(&name);
        camel.replace_range(..1, operation.method.get(..1).unwrap_or("x"));
        let free = (1..).map(|n| if n == 1 { camel.clone() } else { format!("{camel}{n}") });
        let free = free.take(10_000).find(|name| self.used.insert(naming::operation(name)));
        free.unwrap_or_else(|| escape(operation.path).into_owned())
    }
}
