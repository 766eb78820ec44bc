//! The table as documentation.

use super::table::{OBJECTS, Shape};

/// A row for each object.
pub(crate) fn markdown() -> String {
    let mut text = String::from("| object | keys |\n|---|---|\n");
    for object in OBJECTS {
        let keys = object.keys.iter().map(|(key, shape)| match said(shape) {
            Some(values) => format!("`{key}` ({values})"),
            None => format!("`{key}`"),
        });
        text += &format!("| {} | {} |\n", object.name, keys.collect::<Vec<_>>().join(", "));
    }
    text
}

/// The allowed values of a key, if its name does not imply them.
fn said(shape: &Shape) -> Option<String> {
    match shape {
        Shape::Word(words) => Some(words.join(", ")),
        Shape::Judged(what, _) => Some((*what).to_owned()),
        _ => None,
    }
}
