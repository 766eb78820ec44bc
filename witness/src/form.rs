//! Forms, multipart and URL-encoded, as the JSON object that a schema describes.

use serde_json::{Map, Value, json};

/// The parts of a form by their names, each as text; nothing where the body is not a form.
pub(crate) fn parts(content_type: &str, body: &[u8]) -> Option<Value> {
    let boundary = content_type.split(';').find_map(|word| word.trim().strip_prefix("boundary="))?.trim_matches('"');
    let body = String::from_utf8_lossy(body);
    let delimiter = format!("--{boundary}");
    let (head, end) = body.split_once(delimiter.as_str())?;
    let inner = end.strip_suffix("\r\n").unwrap_or(end).strip_suffix(&format!("\r\n{delimiter}--"))?;
    let mut parts = Map::new();
    for part in inner.split(&format!("\r\n{delimiter}")) {
        let (headers, value) = part.strip_prefix("\r\n")?.split_once("\r\n\r\n")?;
        let line = headers.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
        let name = line.split(';').find_map(|word| word.trim().strip_prefix("name="))?;
        parts.insert(name.trim_matches('"').to_owned(), json!(value));
    }
    head.is_empty().then_some(Value::Object(parts))
}

/// The pairs of a URL-encoded form, each value as text; nothing where a name comes twice.
pub(crate) fn pairs(body: &[u8]) -> Option<Value> {
    let mut pairs = Map::new();
    for (name, value) in url::form_urlencoded::parse(body) {
        if pairs.insert(name.into_owned(), json!(value)).is_some() {
            return None;
        }
    }
    Some(Value::Object(pairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_once_in_a_url_encoded_form() {
        assert_eq!(pairs(b"a=1+2&b=%C3%A9"), Some(json!({ "a": "1 2", "b": "\u{e9}" })));
        assert_eq!(pairs(b""), Some(json!({})));
        assert_eq!(pairs(b"a=1&a=2"), None);
    }

    #[test]
    fn a_form_is_read_by_its_boundary() {
        let part = |name: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"x\"\r\n\r\n{value}\r\n")
        };
        let read = |body: String| parts("multipart/form-data; boundary=b", body.as_bytes());
        assert_eq!(read(part("file", "a\r\nb") + "--b--\r\n"), Some(json!({ "file": "a\r\nb" })));
        assert_eq!(read(part("a", "1") + &part("b", "") + "--b--"), Some(json!({ "a": "1", "b": "" })));
        for broken in [
            String::new(),
            "{}".to_owned(),
            part("file", "a"),
            "--b--\r\n".to_owned(),
            format!("x{}--b--", part("file", "a")),
            "--b\r\nContent-Type: text/plain\r\n\r\na\r\n--b--".to_owned(),
        ] {
            assert_eq!(read(broken.clone()), None, "{broken}");
        }
        assert_eq!(parts("multipart/form-data", part("file", "a").as_bytes()), None);
    }
}
