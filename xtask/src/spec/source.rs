//! One file of `spec/`, parsed, with the line of every node.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use saphyr_parser::{Event, Parser, Span};
use serde_json::{Map, Number, Value};

use super::Diagnostic;

/// A YAML or JSON document, and the lines of its parts.
#[derive(Debug)]
pub(crate) struct Source {
    /// The path below the checkout, with `/` on every system.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) value: Value,
    lines: BTreeMap<String, usize>,
    /// The nodes that an alias repeats.
    repeated: BTreeSet<String>,
}

impl Source {
    /// Reads and parses a file.
    ///
    /// # Errors
    /// A file that is missing, is not UTF-8, is not YAML, has a duplicate key, or has values that JSON cannot
    /// represent.
    pub(crate) fn load(root: &Path, name: &str) -> Result<Self, Diagnostic> {
        let bytes = std::fs::read(root.join(name))
            .map_err(|error| Diagnostic::new(format!("cannot read the file: {error}")).file(name).line(Some(1)))?;
        Self::parse(name, bytes)
    }

    pub(crate) fn parse(name: &str, bytes: Vec<u8>) -> Result<Self, Diagnostic> {
        let at = |message: String, line: Option<usize>| Diagnostic::new(message).file(name).line(line.or(Some(1)));
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
            at("the file is not UTF-8".into(), Some(line))
        })?;
        // Editors of some systems begin a file with a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // serde_yaml limits the depth of what it reads; nothing after it meets a document that could exhaust a stack.
        let yaml: serde_yaml::Value = serde_yaml::from_str(text).map_err(|error| match control_character(text) {
            Some((character, line)) => {
                at(format!("not YAML: the character U+{:04X}", u32::from(character)), Some(line))
            }
            None => at(format!("not YAML: {error}"), error.location().map(|place| place.line())),
        })?;
        let KeyLocator { mut lines, repeated, .. } = walk(text);
        // An empty file has no node that could have a line.
        lines.entry(String::new()).or_insert(1);
        let value = to_json(yaml, &mut String::new())
            .map_err(|(pointer, message)| at(message, nearest(&lines, &pointer)).pointer(pointer))?;
        Ok(Self { name: name.to_owned(), value, lines, repeated, bytes })
    }

    /// The line of the node at `pointer`, or of the nearest node around it.
    pub(crate) fn line(&self, pointer: &str) -> Option<usize> {
        nearest(&self.lines, pointer)
    }

    /// Whether an alias repeats the node under a key of the document, or something in it.
    pub(crate) fn is_anchor(&self, key: &str) -> bool {
        let (whole, below) = (format!("/{}", escape(key)), format!("/{}/", escape(key)));
        self.repeated.iter().any(|pointer| *pointer == whole || pointer.starts_with(&below))
    }

    /// A finding about the node at `pointer`.
    pub(crate) fn finding(&self, pointer: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(message).file(&self.name).line(self.line(pointer)).pointer(pointer)
    }
}

/// The first character that YAML does not allow in a file, and its line.
fn control_character(text: &str) -> Option<(char, usize)> {
    let is_wrong = |character: char| character.is_control() && !['\t', '\n', '\r', '\u{85}'].contains(&character);
    text.lines().zip(1..).find_map(|(text, line)| Some((text.chars().find(|one| is_wrong(*one))?, line)))
}

fn nearest(lines: &BTreeMap<String, usize>, pointer: &str) -> Option<usize> {
    let mut pointer = pointer;
    loop {
        if let Some(line) = lines.get(pointer) {
            return Some(*line);
        }
        pointer = &pointer[..pointer.rfind('/')?];
    }
}

/// One token of a JSON pointer, escaped as RFC 6901 says.
pub(crate) fn escape(token: &str) -> Cow<'_, str> {
    if token.contains('~') || token.contains('/') {
        token.replace('~', "~0").replace('/', "~1").into()
    } else {
        token.into()
    }
}

/// YAML as JSON: keys become text, as in `200:`; tags, and numbers that JSON lacks, are rejected.
fn to_json(yaml: serde_yaml::Value, pointer: &mut String) -> Result<Value, (String, String)> {
    let refuse = |pointer: &str, message: &str| Err((pointer.to_owned(), message.to_owned()));
    Ok(match yaml {
        serde_yaml::Value::Null => Value::Null,
        serde_yaml::Value::Bool(flag) => flag.into(),
        serde_yaml::Value::String(text) => text.into(),
        serde_yaml::Value::Number(number) => {
            let exact = number.as_u64().map(Number::from).or_else(|| number.as_i64().map(Number::from));
            match exact.or_else(|| number.as_f64().and_then(Number::from_f64)) {
                Some(number) => Value::Number(number),
                None => return refuse(pointer, "a number that JSON cannot hold"),
            }
        }
        serde_yaml::Value::Sequence(items) => {
            let mut array = Vec::with_capacity(items.len());
            for (index, item) in items.into_iter().enumerate() {
                array.push(below(pointer, &index.to_string(), |pointer| to_json(item, pointer))?);
            }
            Value::Array(array)
        }
        serde_yaml::Value::Mapping(entries) => {
            let mut object = Map::new();
            for (key, item) in entries {
                let key = match key {
                    serde_yaml::Value::String(text) => text,
                    serde_yaml::Value::Number(number) => number.to_string(),
                    serde_yaml::Value::Bool(flag) => flag.to_string(),
                    _ => return refuse(pointer, "a key that is not text"),
                };
                if key == "<<" {
                    let pointer = format!("{pointer}/<<");
                    return refuse(
                        &pointer,
                        "a YAML merge key, which nothing reads: write the keys out, or repeat a whole node by its alias",
                    );
                }
                let item = below(pointer, &key, |pointer| to_json(item, pointer))?;
                if object.insert(key.clone(), item).is_some() {
                    return refuse(pointer, &format!("the key `{key}` occurs here twice"));
                }
            }
            Value::Object(object)
        }
        serde_yaml::Value::Tagged(tagged) => {
            return refuse(pointer, &format!("the YAML tag {} has no meaning here", tagged.tag));
        }
    })
}

fn below<T>(pointer: &mut String, token: &str, f: impl FnOnce(&mut String) -> T) -> T {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(&escape(token));
    let result = f(pointer);
    pointer.truncate(length);
    result
}

/// The line of every node by its pointer, and the nodes that are repeated, as far as this parser reads the text.
fn walk(text: &str) -> KeyLocator {
    let mut walk = KeyLocator::default();
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { break };
        walk.on_event(event, span);
    }
    walk
}

/// The open collections, outermost first.
#[derive(Default)]
struct KeyLocator {
    open: Vec<Open>,
    lines: BTreeMap<String, usize>,
    anchors: BTreeMap<usize, String>,
    repeated: BTreeSet<String>,
}

enum Open {
    Mapping {
        pointer: String,
        key: Option<String>,
    },
    Sequence {
        pointer: String,
        next: usize,
    },
    /// A collection as a key, which OpenAPI does not have.
    Unnamed,
}

impl KeyLocator {
    /// The pointer of the node that starts here; `None` for the key of a mapping.
    fn place(&mut self, scalar: Option<&str>, line: usize) -> Option<String> {
        let pointer = match self.open.last_mut() {
            None => String::new(),
            Some(Open::Unnamed) => return None,
            Some(Open::Sequence { pointer, next }) => {
                *next += 1;
                format!("{pointer}/{}", *next - 1)
            }
            Some(Open::Mapping { pointer, key }) => match key.take() {
                // A value may start on the line after its key; readers look at the key.
                Some(key) => return Some(format!("{pointer}/{}", escape(&key))),
                None => {
                    let text = scalar?;
                    *key = Some(text.to_owned());
                    self.lines.insert(format!("{pointer}/{}", escape(text)), line);
                    return None;
                }
            },
        };
        self.lines.insert(pointer.clone(), line);
        Some(pointer)
    }

    fn on_event(&mut self, event: Event<'_>, span: Span) {
        let line = span.start.line();
        match event {
            Event::Scalar(text, _, anchor, _) => {
                let pointer = self.place(Some(&text), line);
                self.anchors.extend(pointer.map(|pointer| (anchor, pointer)));
            }
            Event::Alias(anchor) => {
                self.repeated.extend(self.anchors.get(&anchor).cloned());
                self.place(None, line);
            }
            Event::MappingStart(anchor, _) => {
                let pointer = self.place(None, line);
                self.anchors.extend(pointer.clone().map(|pointer| (anchor, pointer)));
                let open = pointer.map_or(Open::Unnamed, |pointer| Open::Mapping { pointer, key: None });
                self.open.push(open);
            }
            Event::SequenceStart(anchor, _) => {
                let pointer = self.place(None, line);
                self.anchors.extend(pointer.clone().map(|pointer| (anchor, pointer)));
                let open = pointer.map_or(Open::Unnamed, |pointer| Open::Sequence { pointer, next: 0 });
                self.open.push(open);
            }
            Event::MappingEnd | Event::SequenceEnd => {
                self.open.pop();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_has_its_line() {
        let source = Source::parse("x.yaml", b"a:\n  b: 1\n  200:\n    - x\n    - {y/z: 2}\n".to_vec()).unwrap();
        assert_eq!(source.line("/a"), Some(1));
        assert_eq!(source.line("/a/b"), Some(2));
        assert_eq!(source.line("/a/200/1/y~1z"), Some(5));
        assert_eq!(source.line("/a/200/1/y~1z/deeper"), Some(5));
        assert_eq!(source.value["a"]["200"][1]["y/z"], 2);
    }

    #[test]
    fn a_byte_order_mark_and_line_breaks_of_either_kind_change_nothing() {
        for text in ["a:\n  b: |\n    x\n    y\n", "# a\na: 1\n", "---\na: 1\n", "{\n\"a\": 1}\n"] {
            let plain = Source::parse("x.yaml", text.into()).unwrap();
            for text in [
                format!("\u{feff}{text}"),
                text.replace('\n', "\r\n"),
                format!("\u{feff}{}", text.replace('\n', "\r\n")),
            ] {
                let source = Source::parse("x.yaml", text.clone().into()).unwrap();
                assert_eq!((&source.value, &source.lines), (&plain.value, &plain.lines), "{text:?}");
                assert!(super::super::unsafe_characters(&source.value).is_empty());
            }
        }
    }

    #[test]
    fn every_finding_is_on_its_lines_and_has_one() {
        for text in ["", "\n", "# a\n", "---\n", "a: 1\n", "\"a\\nb\\u202E\": {c: 1}\n"] {
            let source = Source::parse("x\ny.yaml", text.into()).unwrap();
            for pointer in ["", "/a", "/a\nb\u{202e}/c", "/none"] {
                let said = source.finding(pointer, "a\nb\u{202e}").help("c\rd").to_string();
                let lines: Vec<&str> = said.split(['\n', '\r']).collect();
                assert!(lines.len() == 3 && !said.contains('\u{202e}'), "{said}");
                let line = lines[1].strip_prefix(r"  --> x\ny.yaml:").and_then(|place| place.split_once(" (#"));
                assert!(line.is_some_and(|(line, _)| ["1", "2"].contains(&line)), "{said}");
            }
        }
    }

    #[test]
    fn what_cannot_be_read_names_its_line() {
        let line_of = |text: &[u8]| Source::parse("x.yaml", text.to_vec()).unwrap_err().to_string();
        assert!(line_of(b"a: 1\nb: [\n").contains("x.yaml:"));
        assert!(line_of(b"a: 1\na: 2\n").contains("duplicate"));
        assert!(line_of(b"200: 1\n'200': 2\n").contains("twice"));
        assert!(line_of(b"a: 1\nb: .nan\n").contains("x.yaml:2 (#/b)"));
        assert!(line_of(b"a: 1\nb: !x 2\n").contains("x.yaml:2"));
        assert!(line_of(b"a: 1\nb: \xff\n").contains("x.yaml:2"));
        for character in ['\0', '\u{b}', '\u{1b}', '\u{7f}', '\u{80}', '\u{9f}'] {
            let said = line_of(format!("a: 1\nb: x{character}\n").as_bytes());
            assert!(said.contains(&format!("U+{:04X}", u32::from(character))) && said.contains("x.yaml:2"), "{said}");
        }
    }
}
