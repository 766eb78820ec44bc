//! A file that is sent as a multipart form.

use serde_json::{Value, json};

/// The media type of a form with a file.
pub(crate) const FORM: &str = "multipart/form-data";

/// A request body that is one file.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    /// The name of the form's part.
    pub(crate) part: String,
    pub(crate) description: String,
}

/// The name of the part, if a media type of a request body is a form with one required file and nothing else.
pub(crate) fn file_part<'a>(media_type: &str, media: &'a Value) -> Option<&'a str> {
    let schema = media.get("schema")?;
    let properties = schema["properties"].as_object()?;
    let (name, file) = properties.iter().next()?;
    let is_file = file["type"] == "string" && file["format"] == "binary";
    let is_all = properties.len() == 1 && schema["type"] == "object" && schema["required"] == json!([name]);
    let has_no_more = only(schema, &["type", "required", "properties"]) && only(file, &["type", "format"]);
    (media_type == FORM && is_file && is_all && has_no_more).then_some(name.as_str())
}

/// Whether a schema has no other keys than these and descriptions.
fn only(schema: &Value, keys: &[&str]) -> bool {
    let is_known = |key: &String| keys.contains(&key.as_str()) || ["description", "x-evidence"].contains(&key.as_str());
    schema.as_object().is_some_and(|members| members.keys().all(is_known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_one_required_file_and_nothing_else() {
        let file = json!({ "type": "string", "format": "binary" });
        let form = |schema: Value| json!({ "schema": schema });
        let sound = form(json!({ "type": "object", "required": ["file"], "properties": { "file": file } }));
        assert_eq!(file_part(FORM, &sound), Some("file"));
        assert_eq!(file_part("application/json", &sound), None);
        for other in [
            json!({}),
            form(json!({})),
            form(json!({ "type": "object", "properties": { "file": file } })),
            form(json!({ "type": "object", "required": ["file"], "properties": { "file": { "type": "string" } } })),
            form(json!({ "type": "object", "required": ["file"], "properties": { "file": file, "name": file } })),
            form(json!({ "type": "array", "required": ["file"], "properties": { "file": file } })),
            form(json!({ "type": "object", "required": ["file"], "properties": { "file": file }, "nullable": true })),
        ] {
            assert_eq!(file_part(FORM, &other), None, "{other}");
        }
    }
}
