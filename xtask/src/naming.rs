//! The Rust names that progenitor derives from a document's names.

use heck::{ToPascalCase as _, ToSnakeCase as _};
use unicode_ident::{is_xid_continue, is_xid_start};

/// The name of an operation's function: `listDataSources` becomes `list_data_sources`, `type` becomes `type_`, and
/// `2nd` `_2nd`.
pub(crate) fn operation(name: &str) -> String {
    identifier(name, |text| text.to_snake_case(), "x", "_")
}

/// The name of a field, derived like that of an operation, except that `2nd` becomes `x2nd`.
pub(crate) fn snake(name: &str) -> String {
    identifier(name, |text| text.to_snake_case(), "x", "x")
}

/// The name of a record's field. A name that every record uses gets the suffix `_field`.
pub(crate) fn field(name: &str) -> String {
    let name = snake(name);
    if RESERVED_FIELDS.contains(&name.as_str()) { name + "_field" } else { name }
}

/// The names that every record uses.
pub(crate) const RESERVED_FIELDS: [&str; 3] = ["clone", "extra", "new"];

/// The name of a parameter, derived like that of a field. A name that every builder uses gets the suffix `_param`.
pub(crate) fn parameter(name: &str) -> String {
    let name = operation(name);
    if RESERVED.contains(&name.as_str()) { name + "_param" } else { name }
}

/// The names that every builder of an operation, or its mock, uses.
pub(crate) const RESERVED: [&str; 15] = [
    "body",
    "builder",
    "clone",
    "fmt",
    "header",
    "into_future",
    "into_inner",
    "new",
    "options",
    "pages",
    "records",
    "retry",
    "send",
    "timeout",
    "with_response",
];

/// The name of a type or variant: `data-source` becomes `DataSource`.
pub(crate) fn pascal(name: &str) -> String {
    identifier(name, |text| text.to_pascal_case(), "X", "X")
}

/// The type of an operation's builder, made of its function: `list_data_sources` becomes `ListDataSources`, and `_2nd`
/// stays `_2nd`.
pub(crate) fn builder(id: &str) -> String {
    identifier(&operation(id), |text| text.to_pascal_case(), "X", "_")
}

/// The type of the `when` or `then` half of an operation's mock, which is not always the builder's name with a suffix.
pub(crate) fn mock(id: &str, half: &str) -> String {
    identifier(&format!("{}-{half}", operation(id)), |text| text.to_pascal_case(), "X", "_")
}

/// The name of the constant of an operation: `LIST_DATA_SOURCES`.
pub(crate) fn screaming_snake(name: &str) -> String {
    operation(name).to_uppercase()
}

fn identifier(name: &str, to_case: fn(&str) -> String, made_up: &str, prefix: &str) -> String {
    let text = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => to_case(&name.replace('\'', "").replace(|c: char| !is_xid_continue(c), "-")),
    };
    let text = match text.chars().next() {
        None => made_up.to_owned(),
        Some(first) if is_xid_start(first) => text,
        Some(_) => format!("{prefix}{text}"),
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
            assert_eq!(operation(name), snaked);
        }
        assert_eq!(
            (operation("2nd").as_str(), snake("2nd").as_str(), pascal("2nd").as_str()),
            ("_2nd", "x2nd", "X2nd")
        );
        assert_eq!(screaming_snake("listDataSources"), "LIST_DATA_SOURCES");
    }
}
