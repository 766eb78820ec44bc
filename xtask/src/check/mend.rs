//! Overlay actions that mend a finding, ready to be pasted.

use serde_json::{Map, Value, json};

use super::Trap;
use crate::spec::{Layer, escape};

/// Actions in the order in which they are to be applied, each at a JSON pointer.
#[derive(Debug, Default)]
pub(crate) struct Mend(Vec<(String, Change)>);

#[derive(Debug)]
enum Change {
    Update(Value),
    Copy(String),
    Remove,
}

impl Mend {
    pub(crate) fn update(pointer: impl Into<String>, value: Value) -> Self {
        Self::default().and_update(pointer, value)
    }

    pub(crate) fn remove(pointer: impl Into<String>) -> Self {
        Self::default().and_remove(pointer)
    }

    pub(crate) fn and_update(mut self, pointer: impl Into<String>, value: Value) -> Self {
        self.0.push((pointer.into(), Change::Update(value)));
        self
    }

    pub(crate) fn and_remove(mut self, pointer: impl Into<String>) -> Self {
        self.0.push((pointer.into(), Change::Remove));
        self
    }

    /// Copies what stands at one pointer to another.
    pub(crate) fn and_copy(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.0.push((to.into(), Change::Copy(from.into())));
        self
    }

    /// Removes a key that may not be there.
    pub(crate) fn and_remove_key(self, node: &Value, pointer: &str, key: &str) -> Self {
        if node.get(key).is_some() { self.and_remove(format!("{pointer}/{}", escape(key))) } else { self }
    }

    /// The actions as YAML. Who knows a fact about an API is for the reader to say; what progenitor does is known.
    pub(crate) fn yaml(&self, trap: &Trap, root: &Value) -> Option<String> {
        let evidence = match trap.layer {
            Layer::Contract => json!({ "sources": ["who knows this?"], "independent": 0 }),
            Layer::Codegen => json!({ "sources": [format!("spec check: {}", trap.code)], "independent": 1 }),
        };
        let actions = self.0.iter().map(|(pointer, change)| {
            let mut action = Map::new();
            action.insert("target".into(), json_path(root, pointer).into());
            action.insert("description".into(), format!("{}: {}.", trap.code, trap.title).into());
            action.insert("x-evidence".into(), evidence.clone());
            match change {
                Change::Update(value) => action.insert("update".into(), value.clone()),
                Change::Copy(from) => action.insert("copy".into(), json_path(root, from).into()),
                Change::Remove => action.insert("remove".into(), true.into()),
            };
            action
        });
        serde_yaml::to_string(&actions.collect::<Vec<_>>()).ok()
    }
}

/// The RFC 9535 JSONPath of one node. A token is an index only where an array stands above it.
fn json_path(root: &Value, pointer: &str) -> String {
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
