//! Generated code as text: formatted, and with an empty line between items, which prettyplease leaves out.

use anyhow::anyhow;
use proc_macro2::TokenStream;

/// Formats code that was put together as text.
///
/// # Errors
/// It is not Rust, which it is for every contract that passes `spec check`.
pub(super) fn formatted(code: &str) -> anyhow::Result<String> {
    let tokens: TokenStream = code.parse().map_err(|error| anyhow!("not Rust ({error}): {code}"))?;
    Ok(printed(&syn::parse2(tokens)?))
}

/// A file as text.
pub(super) fn printed(file: &syn::File) -> String {
    spaced(&prettyplease::unparse(file))
}

/// How the first line of an item begins, attributes and documentation included.
const ITEMS: [&str; 11] =
    ["///", "#[", "pub ", "fn ", "impl", "struct ", "enum ", "type ", "const ", "static ", "mod "];

/// Puts an empty line before each item that follows another one. Lines of `use` are one group for the standard library,
/// and one for others.
fn spaced(code: &str) -> String {
    let mut text = String::new();
    let mut last = "";
    for line in code.lines() {
        let (item, before) = (line.trim_start(), last.trim_start());
        let (depth, depth_before) = (line.len() - item.len(), last.len() - before.len());
        let is_end = before.starts_with('}') || before.starts_with("use ") || before.ends_with(';');
        let is_own_use = before.starts_with("use std::") && item.starts_with("use ") && !item.starts_with("use std::");
        if is_own_use || depth == depth_before && is_end && ITEMS.iter().any(|start| item.starts_with(start)) {
            text.push('\n');
        }
        text.push_str(line);
        text.push('\n');
        last = line;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_line_stands_between_items_and_nowhere_else() {
        let code = "use std::x; use std::y; use a; use b; pub struct A(u8); struct B; impl A { /// One.\nfn f() { if x {} y; }\n#[inline] fn g() {} }\
                    type C = D<E>; /// Two.\ntype F = G; fn h() { match x { 1 => {} _ => {} } z }";
        let text = formatted(code).unwrap();
        assert_eq!(
            text,
            "use std::x;\nuse std::y;\n\nuse a;\nuse b;\n\npub struct A(u8);\n\nstruct B;\n\nimpl A {\n    /// One.\n    fn f() {\n        if x {}\n        \
             y;\n    }\n\n    #[inline]\n    fn g() {}\n}\n\ntype C = D<E>;\n\n/// Two.\ntype F = G;\n\nfn h() \
             {\n    match x {\n        1 => {}\n        _ => {}\n    }\n    z\n}\n"
        );
        assert!(formatted("fn (").is_err());
    }
}
