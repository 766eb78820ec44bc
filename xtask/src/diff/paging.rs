//! How a list is read page by page: the effect of each key of `x-paging`.

use serde_json::Value;

use super::change::Effect;
use super::grade::Grade;
use crate::model::Operation;

/// Whether an operation has `records()`.
pub(super) fn is_paged(operation: &Operation) -> bool {
    terms(operation).is_some_and(|terms| terms.get("unpaged").is_none())
}

fn terms(operation: &Operation) -> Option<&Value> {
    operation.paging.as_ref().filter(|terms| !terms.is_null())
}

/// The keys whose change makes the same program read other records, or read them in another order.
const DECISIVE: [&str; 4] = ["key", "offset", "records", "sort"];

/// The other keys about the list.
const FINE: [&str; 2] = ["total", "page-size"];

/// The effect of a change of `x-paging` on a program that reads the list.
pub(super) fn effects(old: &Operation, new: &Operation) -> Vec<Effect> {
    match (is_paged(old), is_paged(new)) {
        (false, false) => return Vec::new(),
        (false, true) => return vec![Effect::new(Grade::Compatible, "read page by page by `records()`")],
        (true, false) => return vec![Effect::new(Grade::Breaking, "not read page by page any more")],
        (true, true) => {}
    }
    let word = |operation: &Operation, word: &str| terms(operation).and_then(|terms| terms.get(word)).cloned();
    let changed = |words: &[&str], grade: Grade| -> Vec<Effect> {
        let changed = words.iter().filter_map(|name| {
            let (before, after) = (word(old, name), word(new, name));
            (before != after)
                .then(|| Effect::new(grade, format!("paged by `{name}` {}, was {}", shown(after), shown(before))))
        });
        changed.collect()
    };
    [changed(&DECISIVE, Grade::Breaking), changed(&FINE, Grade::Compatible)].concat()
}

fn shown(value: Option<Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |value| value.to_string())
}
