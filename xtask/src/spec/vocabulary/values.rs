//! Rules for single values and names, and for recognizing objects.

use serde_json::Value;

use super::table::{
    ANYTHING, API_KEY, ARRAY, BODY, BOOLEAN, HTTP_AUTH, INTEGER, MAP, NUMBER, Object, PARAMETER, RECORD, REFERENCE,
    RESPONSE, SCHEMA_REFERENCE, STRING,
};

/// Which object a schema is: by its reference, or by its type.
pub(super) fn schema(value: &Value) -> &'static Object {
    if value.get("$ref").is_some() {
        return &SCHEMA_REFERENCE;
    }
    let has_properties = value.get("properties").is_some() || value.get("required").is_some();
    match value["type"].as_str() {
        Some("string") => &STRING,
        Some("integer") => &INTEGER,
        Some("number") => &NUMBER,
        Some("boolean") => &BOOLEAN,
        Some("array") => &ARRAY,
        Some("object") if has_properties => &RECORD,
        Some("object") => &MAP,
        _ => &ANYTHING,
    }
}

fn or_reference(value: &Value, other: &'static Object) -> &'static Object {
    if value.get("$ref").is_some() { &REFERENCE } else { other }
}

pub(super) fn parameter(value: &Value) -> &'static Object {
    or_reference(value, &PARAMETER)
}

pub(super) fn body(value: &Value) -> &'static Object {
    or_reference(value, &BODY)
}

pub(super) fn response(value: &Value) -> &'static Object {
    or_reference(value, &RESPONSE)
}

pub(super) fn scheme(value: &Value) -> &'static Object {
    if value["type"] == "http" { &HTTP_AUTH } else { &API_KEY }
}

fn holds(fine: bool, wanted: &str) -> Result<(), String> {
    if fine { Ok(()) } else { Err(wanted.to_owned()) }
}

/// A flag that has a meaning only if it is true.
pub(super) fn only_true(value: &Value) -> Result<(), String> {
    holds(*value == true, "say `true`, or leave it out")
}

/// A reference within the document.
pub(super) fn local(value: &Value) -> Result<(), String> {
    holds(value.is_string(), "a reference is text, as in `#/components/schemas/Thing`")
}

/// No scheme here has scopes.
pub(super) fn no_scopes(value: &Value) -> Result<(), String> {
    holds(value.as_array().is_some_and(Vec::is_empty), "no scheme here has scopes: write `[]`")
}

/// A record is open in any case.
pub(super) fn open(value: &Value) -> Result<(), String> {
    let is_open = *value == true || value.as_object().is_some_and(serde_json::Map::is_empty);
    holds(is_open, "what is not declared is kept as any JSON: leave it out, or declare the properties")
}

pub(super) fn operation_id(value: &Value) -> Result<(), String> {
    let text = value.as_str().unwrap_or_default();
    let fine = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    holds(fine, "an operationId is made of letters and digits, as in `listDataSources`")
}

pub(super) fn parameter_name(value: &Value) -> Result<(), String> {
    let text = value.as_str().unwrap_or_default();
    let fine = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-[]$".contains(c));
    holds(fine, "the name of a parameter is made of letters, digits and ._-[]$")
}

pub(super) fn rust_name(value: &Value) -> Result<(), String> {
    let fine = value.as_str().is_some_and(|text| !text.is_empty() && crate::naming::snake(text) == text);
    holds(fine, "write it as the field shall be called, in snake case")
}

pub(super) fn name(text: &str) -> Result<(), String> {
    let fine = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    holds(fine, "a name is made of letters, digits and ._-")
}

pub(super) fn component(text: &str) -> Result<(), String> {
    let fine = text.starts_with(|c: char| c.is_ascii_alphabetic());
    name(text).and(holds(fine, "a name begins with a letter"))
}

/// Any text can be the name of a property, except the name of an extension.
pub(super) fn property(text: &str) -> Result<(), String> {
    holds(!text.is_empty() && !text.starts_with("x-"), "a property has a name, which does not begin with `x-`")
}

pub(super) fn status(text: &str) -> Result<(), String> {
    let fine = crate::status::Status::parse(text).is_some_and(|status| matches!(status.class(), 2 | 4 | 5));
    holds(fine, "a response has a status like 200, 2XX or 404: a success or a refusal")
}

pub(super) fn media_type(text: &str) -> Result<(), String> {
    let plain = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".+-".contains(c))
    };
    let fine = text.split_once('/').is_some_and(|(group, name)| plain(group) && plain(name));
    holds(fine, "a media type is written like `application/json`, without parameters")
}

/// A path as it is sent: no query, no fragment, no characters that would be encoded.
pub(super) fn path(text: &str) -> Result<(), String> {
    if !text.starts_with('/') {
        return Err(format!("a path begins with a slash: `/{text}`"));
    }
    let outside = text.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after));
    let sent: String = outside.collect();
    if let Some(odd) = sent.chars().find(|c| !(c.is_ascii_alphanumeric() || "/-._~:@!$&'()*+,;=}".contains(*c))) {
        return Err(match odd {
            '?' => "a path has no query: describe it by parameters".to_owned(),
            '#' => "a path has no fragment: the server never sees it".to_owned(),
            odd => format!("`{odd}` is not allowed in a path"),
        });
    }
    if text.contains("//") || text.split('/').any(|segment| segment == "." || segment == "..") {
        return Err("a path has no empty segment, and no `.` or `..`".to_owned());
    }
    Ok(())
}
