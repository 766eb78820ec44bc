//! The Rust names that progenitor makes out of a document's names.

use heck::{ToPascalCase as _, ToSnakeCase as _};
use unicode_ident::{is_xid_continue, is_xid_start};

/// The name of a function, field or parameter: `listDataSources` becomes `list_data_sources`, and `type` becomes `type_`.
pub(crate) fn snake(name: &str) -> String {
    identifier(name, |text| text.to_snake_case(), "x")
}

/// The name of a type or variant: `data-source` becomes `DataSource`.
pub(crate) fn pascal(name: &str) -> String {
    identifier(name, |text| text.to_pascal_case(), "X")
}

/// The name of the constant of an operation: `LIST_DATA_SOURCES`.
pub(crate) fn shouting(name: &str) -> String {
    snake(name).to_uppercase()
}

fn identifier(name: &str, to_case: fn(&str) -> String, made_up: &str) -> String {
    let text = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => to_case(&name.replace('\'', "").replace(|c: char| !is_xid_continue(c), "-")),
    };
    let text = match text.chars().next() {
        None => made_up.to_owned(),
        Some(first) if is_xid_start(first) => text,
        // progenitor writes `_1`, typify `x1`: either is a name of its own, and both differ from any other.
        Some(_) => format!("{made_up}{text}"),
    };
    if KEYWORDS.contains(&text.as_str()) { text + "_" } else { text }
}

const KEYWORDS: [&str; 53] = [
    "_", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "Self", "self", "static", "struct",
    "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while",
    "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words_as_progenitor_splits_them() {
        for (name, snaked, pascaled) in [
            ("listDataSources", "list_data_sources", "ListDataSources"),
            ("getHTTPServer", "get_http_server", "GetHttpServer"),
            ("list-scan.profiles", "list_scan_profiles", "ListScanProfiles"),
            ("_id", "id", "Id"),
            ("owners_v2", "owners_v2", "OwnersV2"),
            ("type", "type_", "Type"),
            ("won't", "wont", "Wont"),
            ("@", "x", "X"),
            ("+1", "plus1", "plus1"),
        ] {
            assert_eq!((snake(name).as_str(), pascal(name).as_str()), (snaked, pascaled));
        }
    }
}
