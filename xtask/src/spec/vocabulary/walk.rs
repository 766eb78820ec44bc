//! Checks a document against the table.

use serde_json::{Map, Value};

use super::table::{DOCUMENT, Object, Shape};
use crate::spec::{Layer, escape};

/// A key or value that is not allowed in its place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Violation {
    pub(crate) pointer: String,
    pub(crate) message: String,
    pub(crate) help: String,
}

/// Everything in a document that is not in the table. A key at the top that `is_anchor` knows holds parts that are
/// repeated elsewhere, where they are checked. Rust names are only allowed in the codegen layer.
pub(crate) fn violations(document: &Value, layer: Layer, is_anchor: &dyn Fn(&str) -> bool) -> Vec<Violation> {
    let mut walk = VocabularyCheck { found: Vec::new(), layer, is_anchor };
    walk.object("", document, &DOCUMENT);
    walk.found
}

struct VocabularyCheck<'a> {
    found: Vec<Violation>,
    layer: Layer,
    is_anchor: &'a dyn Fn(&str) -> bool,
}

impl VocabularyCheck<'_> {
    fn say(&mut self, pointer: impl Into<String>, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Violation { pointer: pointer.into(), message: message.into(), help: help.into() });
    }

    fn value(&mut self, pointer: &str, value: &Value, shape: &Shape) {
        let key = pointer.rsplit('/').next().unwrap_or_default();
        let wanted = match shape {
            Shape::Any => return,
            Shape::Text => (!value.is_string()).then(|| "text".to_owned()),
            Shape::Flag => (!value.is_boolean()).then(|| "true or false".to_owned()),
            Shape::Count => (!value.is_u64()).then(|| "a whole number that is not negative".to_owned()),
            Shape::Number => (!value.is_number()).then(|| "a number".to_owned()),
            Shape::Word(words) => {
                let known = value.as_str().is_some_and(|text| words.contains(&text));
                if !known {
                    let near = value.as_str().and_then(|text| nearest(text, words.iter().copied()));
                    let help = near.map_or_else(
                        || format!("it is one of {}", listed(words)),
                        |near| format!("did you mean `{near}`?"),
                    );
                    self.say(pointer, format!("{value} is not a known value of `{key}`"), help);
                }
                return;
            }
            Shape::Judged(_, judge) => {
                if let Err(help) = judge(value) {
                    self.say(pointer, format!("{value} means nothing as `{key}`"), help);
                }
                return;
            }
            Shape::Is(object) => return self.object(pointer, value, object),
            Shape::OrTrue(_) if *value == true => return,
            Shape::OrTrue(inner) => return self.value(pointer, value, inner),
            Shape::Either(which) => return self.object(pointer, value, which(value)),
            Shape::Named(judge, inner) => match value.as_object() {
                Some(members) => return self.members(pointer, members, *judge, inner),
                None => Some("a mapping".to_owned()),
            },
            Shape::List(inner) => match value.as_array() {
                Some(items) => return self.items(pointer, items, inner),
                None => Some("a list".to_owned()),
            },
        };
        if let Some(wanted) = wanted {
            self.say(pointer, format!("`{key}` is {}", kind(value)), format!("it is {wanted}"));
        }
    }

    fn object(&mut self, pointer: &str, value: &Value, object: &Object) {
        let Some(members) = value.as_object() else {
            let message = format!("{} stands here, and is {}", object.called(), kind(value));
            return self.say(pointer, message, "it is a mapping");
        };
        for (key, inner) in members {
            let at = format!("{pointer}/{}", escape(key));
            match object.keys.iter().find(|(known, _)| known == key) {
                Some(_) if key == "x-rust-name" && self.layer == Layer::Contract => {
                    let help = format!("Rust names belong in {}", Layer::Codegen.file());
                    self.say(at, format!("`{key}` has no place in the contract"), help);
                }
                Some((_, shape)) => self.value(&at, inner, shape),
                None if pointer.is_empty() && (self.is_anchor)(key) => {}
                None => self.unknown(&at, key, members, object),
            }
        }
        for key in object.required.iter().filter(|key| !members.contains_key(**key)) {
            self.say(pointer, format!("{} without `{key}`", object.called()), format!("add `{key}`"));
        }
    }

    fn unknown(&mut self, at: &str, key: &str, members: &Map<String, Value>, object: &Object) {
        let free = object.keys.iter().map(|(known, _)| *known).filter(|known| !members.contains_key(*known));
        let help = nearest(key, free).map_or_else(
            || {
                let known: Vec<&str> = object.keys.iter().map(|(known, _)| *known).collect();
                format!("{} has {}", object.called(), listed(&known))
            },
            |near| format!("did you mean `{near}`?"),
        );
        let anchor = at.matches('/').count() == 1 && key.starts_with("x-");
        let message = if anchor {
            format!("`{key}` holds no part that an alias repeats")
        } else {
            format!("`{key}` has no place in {}", object.called())
        };
        self.say(at, message, help);
    }

    fn members(
        &mut self,
        pointer: &str,
        members: &Map<String, Value>,
        judge: fn(&str) -> Result<(), String>,
        inner: &Shape,
    ) {
        for (name, value) in members {
            let at = format!("{pointer}/{}", escape(name));
            match judge(name) {
                Ok(()) => self.value(&at, value, inner),
                Err(help) => self.say(at, format!("`{name}` is not a name that is allowed here"), help),
            }
        }
    }

    fn items(&mut self, pointer: &str, items: &[Value], inner: &Shape) {
        for (index, item) in items.iter().enumerate() {
            let at = format!("{pointer}/{index}");
            if items[..index].contains(item) {
                self.say(&at, "this list contains the same value twice", "leave one of them out");
            }
            self.value(&at, item, inner);
        }
    }
}

impl Object {
    /// The name with its article.
    fn called(&self) -> String {
        match self.name {
            "info" | "evidence" | "components" => self.name.to_owned(),
            name if name.starts_with(['A', 'a', 'o']) => format!("an {name}"),
            name => format!("a {name}"),
        }
    }
}

/// The most similar word, if one is close.
pub(crate) fn nearest<'a>(text: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |word: &str| strsim::damerau_levenshtein(&text.to_lowercase(), &word.to_lowercase());
    let closest = words.map(|word| (distance(word), word)).min()?;
    (closest.0 <= 2 && closest.0 * 2 < text.chars().count().max(3)).then_some(closest.1)
}

fn listed(words: &[&str]) -> String {
    words.join(", ")
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}
