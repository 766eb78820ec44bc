//! P001, P002, P008, P009: documents that cannot be read as OpenAPI 3.0, and parts that are dropped while reading.

use openapiv3::{
    Components, Header, Info, MediaType, OpenAPI, Operation, Parameter, PathItem, ReferenceOr, RequestBody, Response,
    Schema, SecurityScheme,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::trap::ERROR;
use super::{Findings, Fix, Trap};
use crate::model::Document;
use crate::spec::{METHODS, escape};

pub(super) static UNREADABLE: Trap = Trap {
    code: "P001",
    title: "a node that OpenAPI 3.0 does not allow at its place",
    effect: "progenitor cannot read the document, and rarely says where",
    fix: "correct the node according to the OpenAPI specification",
    ..ERROR
};

pub(super) static VERSION: Trap = Trap {
    code: "P002",
    title: "a document whose version is not OpenAPI 3.0",
    effect: "progenitor reads only 3.0.x and rejects the document as `invalid version`",
    fix: "describe the operations in OpenAPI 3.0.3: `nullable: true` for a type array with null, `enum` for const",
    ..ERROR
};

pub(super) static DROPPED_PATH: Trap = Trap {
    code: "P008",
    title: "a path that does not start with a slash",
    effect: "the path and all its operations are silently dropped",
    fix: "start the path with a slash",
    ..ERROR
};

pub(super) static DROPPED_STATUS: Trap = Trap {
    code: "P009",
    title: "a response under a key that is not a status",
    effect: "the response is silently dropped: the key is not one of 100 to 999, 1XX to 5XX, and default",
    fix: "name the status as OpenAPI does",
    ..ERROR
};

pub(super) fn find(document: &Document<'_>, found: &mut Findings<'_>) {
    let version = document.root["openapi"].as_str();
    if !version.is_some_and(|version| version.trim().starts_with("3.0.")) {
        let said = version
            .map_or("the document does not say which OpenAPI it is".into(), |v| format!("OpenAPI {v} is not 3.0.x"));
        return found.add(&VERSION, "/openapi", said, None);
    }
    if let Some(error) = reads::<OpenAPI>(document.root) {
        localise(document, &error, found);
    }
    for (path, item) in document.root["paths"].as_object().into_iter().flatten() {
        if !path.starts_with('/') && !path.starts_with("x-") {
            let at = format!("/paths/{}", escape(path));
            let right = format!("/paths/~1{}", escape(path));
            let fix = Fix::update("/paths", json!({ format!("/{path}"): {} })).and_copy(&at, right).and_remove(&at);
            found.add(
                &DROPPED_PATH,
                &at,
                format!("the path `{path}` does not start with a slash"),
                item.is_object().then_some(fix),
            );
        }
    }
    for operation in &document.operations {
        for (status, response) in operation.responses.iter().filter(|(status, _)| !is_status(status)) {
            let message = format!("`{status}` of {} is not a status", operation.label());
            found.add(&DROPPED_STATUS, &response.mention, message, Fix::remove(&response.mention));
        }
    }
}

fn is_status(text: &str) -> bool {
    let digits = text.as_bytes();
    text == "default"
        || matches!(digits, [b'1'..=b'9', b'0'..=b'9', b'0'..=b'9'])
        || matches!(digits, [b'1'..=b'5', b'X' | b'x', b'X' | b'x'])
}

/// The error of reading a node; `None` if it can be read.
fn reads<T: for<'de> Deserialize<'de>>(node: &Value) -> Option<String> {
    T::deserialize(node).err().map(|error| error.to_string())
}

/// Reports the innermost nodes that cannot be read: reading the whole document fails without pointer and line.
fn localise(document: &Document<'_>, error: &str, found: &mut Findings<'_>) {
    let mut unread: Vec<(String, String)> = typed_nodes(document)
        .into_iter()
        .filter_map(|(pointer, node, read)| read(node).map(|error| (pointer, error)))
        .collect();
    unread.sort();
    for (index, (pointer, error)) in unread.iter().enumerate() {
        let inner = unread[index + 1..].iter().any(|(other, _)| other.starts_with(&format!("{pointer}/")));
        if !inner {
            found.add(
                &UNREADABLE,
                pointer,
                format!("this cannot be read: {error}"),
                description(document.root, pointer),
            );
        }
    }
    if unread.is_empty() {
        found.add(&UNREADABLE, "", format!("the document cannot be read: {error}"), None);
    }
}

/// The one omission that an overlay can fix without knowing the API: a response must have a description.
fn description(root: &Value, pointer: &str) -> Option<Fix> {
    let node = root.pointer(pointer)?;
    let is_response = pointer.rsplit('/').nth(1) == Some("responses");
    let lacks = node.is_object() && node.get("description").is_none();
    (is_response && lacks).then(|| Fix::update(pointer, json!({ "description": "As the name says." })))
}

type Reader = fn(&Value) -> Option<String>;

/// Every node for which OpenAPI defines a type.
fn typed_nodes<'a>(document: &Document<'a>) -> Vec<(String, &'a Value, Reader)> {
    let root = document.root;
    let mut nodes: Vec<(String, &'a Value, Reader)> = Vec::new();
    nodes.extend(root.get("info").map(|info| ("/info".to_owned(), info, reads::<Info> as Reader)));
    nodes.extend(root.get("components").map(|part| ("/components".to_owned(), part, reads::<Components> as Reader)));
    let sections: [(&str, Reader); 6] = [
        ("schemas", reads::<ReferenceOr<Schema>>),
        ("responses", reads::<ReferenceOr<Response>>),
        ("parameters", reads::<ReferenceOr<Parameter>>),
        ("requestBodies", reads::<ReferenceOr<RequestBody>>),
        ("headers", reads::<ReferenceOr<Header>>),
        ("securitySchemes", reads::<ReferenceOr<SecurityScheme>>),
    ];
    for (section, read) in sections {
        let parts = root["components"][section].as_object().into_iter().flatten();
        nodes.extend(parts.map(|(name, part)| (format!("/components/{section}/{}", escape(name)), part, read)));
    }
    for (path, item) in root["paths"].as_object().into_iter().flatten().filter(|(path, _)| path.starts_with('/')) {
        let at = format!("/paths/{}", escape(path));
        let methods = item.as_object().into_iter().flatten().filter(|(method, _)| METHODS.contains(&method.as_str()));
        nodes.extend(
            methods.map(|(method, operation)| (format!("{at}/{method}"), operation, reads::<Operation> as Reader)),
        );
        nodes.push((at, item, reads::<ReferenceOr<PathItem>>));
    }
    for operation in &document.operations {
        let parameters = operation.parameters.iter().map(|part| (part, reads::<ReferenceOr<Parameter>> as Reader));
        let body = operation.body.iter().map(|part| (part, reads::<ReferenceOr<RequestBody>> as Reader));
        let responses = operation.responses.iter().filter(|(status, _)| is_status(status));
        let responses = responses.map(|(_, part)| (part, reads::<ReferenceOr<Response>> as Reader));
        for (part, read) in parameters.chain(body).chain(responses) {
            nodes.push((part.pointer.clone(), part.value, read));
            let content = crate::model::RawOperation::content(part);
            nodes.extend(content.map(|(at, _, media)| (at, media, reads::<MediaType> as Reader)));
        }
    }
    let schemas = document.schemas.iter();
    nodes.extend(schemas.map(|schema| (schema.pointer.clone(), schema.value, reads::<ReferenceOr<Schema>> as Reader)));
    nodes
}
