//! A value that some servers send as one string, and others as a list of strings.

use serde::{Deserialize, Serialize};

use crate::lossless::{Field, Malformed, Reader, View};

/// One string, or a list of strings. It is sent back in the form in which it was received.
///
/// ```
/// use bigid_api::TextOrList;
///
/// let one: TextOrList = serde_json::from_str(r#""Ann""#)?;
/// let two: TextOrList = serde_json::from_str(r#"["Ann","Bob"]"#)?;
/// assert_eq!(one.iter().collect::<Vec<_>>(), ["Ann"]);
/// assert_eq!(two.iter().collect::<Vec<_>>(), ["Ann", "Bob"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum TextOrList {
    /// One string.
    Text(String),
    /// A list of strings, which may be empty.
    List(Vec<String>),
}

impl TextOrList {
    /// Iterates over the strings.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.as_slice().iter().map(String::as_str)
    }

    fn as_slice(&self) -> &[String] {
        match self {
            Self::Text(text) => std::slice::from_ref(text),
            Self::List(texts) => texts,
        }
    }
}

impl From<&str> for TextOrList {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for TextOrList {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<String>> for TextOrList {
    fn from(texts: Vec<String>) -> Self {
        Self::List(texts)
    }
}

impl Field for TextOrList {
    fn read(slot: &mut Option<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        let (mut text, mut list) = (None, None);
        let fits = String::read(&mut text, json)? || Vec::read(&mut list, json)?;
        *slot = text.map(Self::Text).or_else(|| list.map(Self::List));
        Ok(fits)
    }

    fn view(&self) -> View<'_> {
        match self {
            Self::Text(text) => View::Text(text),
            Self::List(texts) => texts.view(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::lossless::decode;
    use crate::types::DataSource;

    #[test]
    fn both_forms_fit_and_every_other_form_stays_in_extra() {
        for (value, texts) in [
            (json!("a"), Some(vec!["a"])),
            (json!(""), Some(vec![""])),
            (json!(["a", "b"]), Some(vec!["a", "b"])),
            (json!([]), Some(vec![])),
            (json!(null), None),
            (json!(["a", null]), None),
            (json!([["a"]]), None),
            (json!({ "a": 1 }), None),
            (json!(7), None),
        ] {
            let text = json!({ "owners": value, "name": "n" }).to_string();
            let source: DataSource = decode(&text).unwrap().unwrap();
            assert_eq!(source.owners.as_ref().map(|owners| owners.iter().collect()), texts, "{value}");
            assert_eq!(serde_json::to_value(&source).unwrap()["owners"], value);
            assert_eq!(serde_json::from_str::<DataSource>(&text).unwrap(), source);
            assert_eq!(source.name.as_deref(), Some("n"));
        }
    }
}
