//! Navigation helpers for syntax trees.

use anyhow::anyhow;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Item, parse_quote};

use crate::spec::visible;

/// The items of a module.
pub(super) fn module<'a>(items: &'a mut [Item], name: &str) -> anyhow::Result<&'a mut Vec<Item>> {
    items
        .iter_mut()
        .find_map(|item| match item {
            Item::Mod(module) if module.ident == name => module.content.as_mut().map(|(_, items)| items),
            _ => None,
        })
        .ok_or_else(|| anyhow!("progenitor wrote no module `{name}`"))
}

/// The name of the type that an inherent or trait implementation is for.
pub(super) fn implemented_for(item: &syn::ItemImpl) -> Option<String> {
    match &*item.self_ty {
        syn::Type::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => None,
    }
}

/// Removes traits from a derive list; returns how many of them it had.
pub(super) fn remove_derives(attributes: &mut [Attribute], names: &[&str]) -> usize {
    let mut removed = 0;
    for attribute in attributes.iter_mut().filter(|attribute| attribute.path().is_ident("derive")) {
        let mut kept = Vec::new();
        let _ = attribute.parse_nested_meta(|meta| {
            let last = meta.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
            if names.contains(&last.as_str()) {
                removed += 1
            } else {
                kept.push(meta.path)
            }
            Ok(())
        });
        *attribute = parse_quote!(#[derive(#(#kept),*)]);
    }
    removed
}

/// One attribute per line, so that no description can end a comment, and no example is compiled.
pub(super) fn split_docs(file: &mut syn::File) {
    struct Split;
    impl Split {
        fn attributes(attributes: &mut Vec<Attribute>) {
            *attributes = std::mem::take(attributes).into_iter().flat_map(split).collect();
        }
    }
    impl VisitMut for Split {
        fn visit_item_struct_mut(&mut self, node: &mut syn::ItemStruct) {
            Self::attributes(&mut node.attrs);
            visit_mut::visit_item_struct_mut(self, node);
        }
        fn visit_item_enum_mut(&mut self, node: &mut syn::ItemEnum) {
            Self::attributes(&mut node.attrs);
            visit_mut::visit_item_enum_mut(self, node);
        }
        fn visit_variant_mut(&mut self, node: &mut syn::Variant) {
            Self::attributes(&mut node.attrs);
        }
        fn visit_field_mut(&mut self, node: &mut syn::Field) {
            Self::attributes(&mut node.attrs);
        }
        fn visit_impl_item_fn_mut(&mut self, node: &mut syn::ImplItemFn) {
            Self::attributes(&mut node.attrs);
        }
        fn visit_item_type_mut(&mut self, node: &mut syn::ItemType) {
            Self::attributes(&mut node.attrs);
        }
    }
    Split.visit_file_mut(file);
}

fn split(attribute: Attribute) -> Vec<Attribute> {
    let text = match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => text.value(),
            _ => return vec![attribute],
        },
        _ => return vec![attribute],
    };
    let inner = matches!(attribute.style, syn::AttrStyle::Inner(_));
    if text.is_empty() {
        return vec![attribute];
    }
    text.lines()
        .map(|line| {
            let line = visible(line.trim_end()).replace("```ignore", "```text");
            let line = if line.is_empty() { line } else { format!(" {}", line.strip_prefix(' ').unwrap_or(&line)) };
            if inner { parse_quote!(#![doc = #line]) } else { parse_quote!(#[doc = #line]) }
        })
        .collect()
}

/// Whether a node mentions a name.
pub(super) fn mentions(node: &impl quote::ToTokens, name: &str) -> bool {
    fn within(tokens: proc_macro2::TokenStream, name: &str) -> bool {
        tokens.into_iter().any(|token| match token {
            proc_macro2::TokenTree::Group(group) => within(group.stream(), name),
            proc_macro2::TokenTree::Literal(literal) => literal.to_string().trim_matches('"') == name,
            token => token.to_string() == name,
        })
    }
    within(node.to_token_stream(), name)
}
