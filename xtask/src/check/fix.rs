//! Overlay actions that fix a finding, ready to be pasted.

use serde::Serialize;
use serde_json::Value;

use super::Trap;
use crate::spec::{Layer, escape};

/// Actions in the order in which they are to be applied, each at a JSON pointer, or at all nodes of a JSONPath.
#[derive(Debug, Default)]
pub(crate) struct Fix(Vec<(String, Edit)>);

#[derive(Debug)]
enum Edit {
    Update(Value),
    Copy(String),
    Remove,
}

impl Fix {
    pub(crate) fn update(pointer: impl Into<String>, value: Value) -> Self {
        Self::default().and_update(pointer, value)
    }

    pub(crate) fn remove(pointer: impl Into<String>) -> Self {
        Self::default().and_remove(pointer)
    }

    pub(crate) fn and_update(mut self, pointer: impl Into<String>, value: Value) -> Self {
        self.0.push((pointer.into(), Edit::Update(value)));
        self
    }

    pub(crate) fn and_remove(mut self, pointer: impl Into<String>) -> Self {
        self.0.push((pointer.into(), Edit::Remove));
        self
    }

    /// Copies the value at one pointer to another.
    pub(crate) fn and_copy(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.0.push((to.into(), Edit::Copy(from.into())));
        self
    }

    /// Removes a key if it is there.
    pub(crate) fn and_remove_key(self, node: &Value, pointer: &str, key: &str) -> Self {
        if node.get(key).is_some() { self.and_remove(format!("{pointer}/{}", escape(key))) } else { self }
    }

    /// The actions as YAML. The reader fills in the sources of a fact about the API; for facts about progenitor, the
    /// source is known.
    pub(crate) fn yaml(&self, trap: &Trap, root: &Value) -> Option<String> {
        let (source, independent) = match trap.layer {
            Layer::Contract => ("who knows this?".to_owned(), 0),
            Layer::Codegen => (format!("spec check: {}", trap.code), 1),
        };
        let actions = self.0.iter().map(|(place, change)| {
            let (update, copy, remove) = match change {
                Edit::Update(value) => (Some(value), None, None),
                Edit::Copy(from) => (None, Some(json_path(root, from)), None),
                Edit::Remove => (None, None, Some(true)),
            };
            let evidence = SuggestedEvidence { sources: [&source], independent };
            let description = format!("{}: {}.", trap.code, trap.title);
            SuggestedAction { target: json_path(root, place), description, evidence, update, copy, remove }
        });
        serde_yaml::to_string(&actions.collect::<Vec<_>>()).ok()
    }
}

/// One action, its keys in the order in which people write them.
#[derive(Serialize)]
struct SuggestedAction<'a> {
    target: String,
    description: String,
    #[serde(rename = "x-evidence")]
    evidence: SuggestedEvidence<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    copy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remove: Option<bool>,
}

#[derive(Serialize)]
struct SuggestedEvidence<'a> {
    sources: [&'a str; 1],
    independent: u32,
}

/// The RFC 9535 JSONPath of one node. A token is an index only if its parent is an array. A path is returned unchanged.
fn json_path(root: &Value, pointer: &str) -> String {
    if pointer.starts_with('$') {
        return pointer.to_owned();
    }
    let mut path = String::from("$");
    let mut node = Some(root);
    for token in pointer.split('/').skip(1) {
        let key = token.replace("~1", "/").replace("~0", "~");
        if node.is_some_and(Value::is_array) {
            path += &format!("[{key}]");
            node = node.and_then(|node| node.get(key.parse::<usize>().ok()?));
            continue;
        }
        let plain = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        path += &if plain { format!(".{key}") } else { format!("['{}']", quoted(&key)) };
        node = node.and_then(|node| node.get(&key));
    }
    path
}

fn quoted(key: &str) -> String {
    let mut text = String::new();
    for c in key.chars() {
        match c {
            '\'' => text += "\\'",
            '\\' => text += "\\\\",
            c if c < ' ' => text += &format!("\\u{:04x}", u32::from(c)),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pointer_becomes_the_path_of_the_same_node() {
        let root = json!({"paths": {"/a'\\b\n": [{"0": {"x_y": 1}}]}});
        let path = json_path(&root, "/paths/~1a'\\b\n/0/0/x_y");
        assert_eq!(path, r"$.paths['/a\'\\b\u000a'][0]['0'].x_y");
        let found = serde_json_path::JsonPath::parse(&path).unwrap().query(&root).all();
        assert_eq!(found, [&json!(1)]);
    }
}
