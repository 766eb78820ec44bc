//! Complete responses: around a list, around a record, or from scratch.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Context, member, value};
use crate::contract::{Described, Schema, Type};
use crate::record::Record;

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
    for (name, property) in schema.properties() {
        let completed = match members.remove(name) {
            Some(inner @ (Value::Object(_) | Value::Array(_))) => complete(context, property, name, inner),
            Some(inner) if property.takes(&inner) => inner,
            _ => member(context, schema, name, property),
        };
        members.insert(name.to_owned(), completed);
    }
    Value::Object(members)
}

/// The response of a list operation as JSON: the records, and the counts beside them.
pub(crate) fn list_response(context: &Context<'_>, described: &Described, listed: &Listed) -> String {
    let records: Vec<&str> = listed.records.iter().map(|record| record.json()).collect();
    let around = match (described.success.content, &described.list) {
        (Some((_, schema)), Some(place)) => around(context, schema, &place.path, listed),
        _ => json!({"status": "success", "statusCode": 200, "data": PLACE, "message": null}),
    };
    let around = around.to_string();
    let (before, after) = around.split_once(PLACE_AS_JSON).unwrap_or_default();
    [before, "[", &records.join(","), "]", after].concat()
}

/// The text around the records of a list. Their own text is inserted at [`PLACE`].
fn around(context: &Context<'_>, schema: Schema, path: &[&str], listed: &Listed) -> Value {
    let [next, rest @ ..] = path else { return PLACE.into() };
    let played = |(name, property): (&'static str, Schema)| {
        let value = match name == *next {
            true => around(&context.inner(0), property, rest, listed),
            false => member(context, schema, name, property),
        };
        (name.to_owned(), value)
    };
    let mut object = Value::Object(schema.properties().map(played).collect());
    count(&mut object, listed);
    object
}

/// A text that no member of a response is.
const PLACE: &str = "\u{0}";
const PLACE_AS_JSON: &str = r#""\u0000""#;

/// Sets the counts that an object has beside its list.
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
