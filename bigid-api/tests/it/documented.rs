//! Every public item of the client has documentation that says more than its name.

/// The files that users read, and the start of their items.
const FILES: [(&str, &str); 4] = [
    ("client.rs", include_str!("../../src/generated/client.rs")),
    ("builder.rs", include_str!("../../src/generated/builder.rs")),
    ("types.rs", include_str!("../../src/generated/types.rs")),
    ("paging.rs", include_str!("../../src/generated/paging.rs")),
];

/// Words about how the client is generated, which do not help its callers.
const SHOP_TALK: [&str; 5] = ["generator", "progenitor", "Arguments:", "OpenAPI", "$ref"];

/// Public functions, records and fields, each with the document above it.
fn items(source: &str) -> Vec<(String, Vec<String>)> {
    let (mut items, mut document) = (Vec::new(), Vec::new());
    let mut in_attribute = false;
    for line in source.lines().map(str::trim).take_while(|line| *line != "#[doc(hidden)]") {
        if let Some(text) = line.strip_prefix("///") {
            document.push(text.trim().to_owned());
        } else if in_attribute || line.starts_with("#[") {
            // A long document is an attribute on two lines.
            if let Some(text) = line.split('"').nth(1).filter(|_| in_attribute || line.contains("doc")) {
                document.push(text.trim().to_owned());
            }
            in_attribute = !line.ends_with(']');
        } else {
            let name = ["pub fn ", "pub struct ", "pub enum ", "pub type ", "pub "]
                .iter()
                .find_map(|start| line.strip_prefix(start));
            let name = name.map(|rest| rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next());
            let document = std::mem::take(&mut document);
            if let Some(name) = name.flatten().filter(|name| !name.is_empty() && *name != "mod" && *name != "use") {
                items.push((name.to_owned(), document));
            }
        }
    }
    items
}

fn words(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[test]
fn no_operation_setter_record_or_field_is_without_a_document() {
    let mut seen = 0;
    for (file, source) in FILES {
        for (name, document) in items(source) {
            seen += 1;
            let first = document.first().unwrap_or_else(|| panic!("{file}: {name} has no document"));
            assert!(!first.is_empty(), "{file}: the document of {name} begins with nothing");
            assert!(first.chars().next().is_some_and(|letter| !letter.is_lowercase()), "{file}: {name}: {first}");
            let says_more = words(first) != words(&name) && *first != format!("A `{name}`.");
            assert!(says_more, "{file}: {name} is described by its name");
            for talk in SHOP_TALK {
                assert!(!document.iter().any(|line| line.contains(talk)), "{file}: {name} speaks of {talk}");
            }
        }
    }
    assert!(seen > 1_000, "{seen} items were found");
}

#[test]
fn an_item_without_a_document_is_found() {
    let source = "/// One.\n#[must_use]\npub fn one() {}\n#[doc =\n\" Two.\"]\nTwo,\npub struct Three;\n";
    let found = items(source);
    assert_eq!(found, [("one".to_owned(), vec!["One.".to_owned()]), ("Three".to_owned(), Vec::new())]);
}
