//! Complete responses: around a list, around a record, or from scratch.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Context, value};
use crate::contract::{Described, Schema, Type};
use crate::world::Record;

/// A page of a list.
pub(crate) struct Listed {
    pub(crate) records: Vec<Arc<Record>>,
    /// The total number of records.
    pub(crate) total: usize,
    /// The number of records before the page.
    pub(crate) skip: usize,
}

/// Completes a value with every member of the schema that it lacks, or has with another type.
pub(crate) fn complete(context: &Context<'_>, schema: Schema, name: &str, given: Value) -> Value {
    // One record where the contract has an array, or vice versa.
    let given = match (schema.kind(), given) {
        (Type::Array, Value::Object(record)) => return json!([complete(context, schema.items(), name, record.into())]),
        (Type::Object, Value::Array(mut records)) if records.len() == 1 => records.remove(0),
        (_, given) => given,
    };
    let Value::Object(mut members) = given else {
        return if schema.takes(&given) { given } else { value(context, schema, name) };
    };
    if !matches!(schema.kind(), Type::Object | Type::Any) {
        return value(context, schema, name);
    }
    let played = value(context, schema, name);
    for (name, property) in schema.properties() {
        let completed = match members.remove(name) {
            Some(inner @ (Value::Object(_) | Value::Array(_))) => complete(context, property, name, inner),
            Some(inner) if property.takes(&inner) => inner,
            _ => played.get(name).cloned().unwrap_or(Value::Null),
        };
        members.insert(name.to_owned(), completed);
    }
    Value::Object(members)
}

/// The response of a list operation: the records, and the counts beside them.
pub(crate) fn list_response(context: &Context<'_>, described: &Described, listed: &Listed) -> Value {
    let array = Value::Array(listed.records.iter().map(|record| record.to_value()).collect());
    let (Some((_, schema)), Some(place)) = (described.success.content, &described.list) else {
        return json!({"status": "success", "statusCode": 200, "data": array, "message": null});
    };
    let mut response = value(context, schema, "");
    let mut at = &mut response;
    for member in &place.path {
        count(at, listed);
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = &mut at[*member];
    }
    *at = array;
    response
}

/// Sets the counts beside a list.
fn count(object: &mut Value, listed: &Listed) {
    let Some(members) = object.as_object_mut() else { return };
    for (name, member) in members.iter_mut().filter(|(_, member)| member.is_number()) {
        match name.as_str() {
            "totalCount" | "total" | "estimatedCount" | "count" | "totalResults" => *member = listed.total.into(),
            "totalRowsCounter" | "rowsCounter" => *member = listed.records.len().into(),
            "offset" | "skip" => *member = listed.skip.into(),
            _ => {}
        }
    }
}
