//! The file of types.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens as _;
use syn::visit_mut::{self, VisitMut};
use syn::{Item, Type, parse_quote};

use super::{Counts, records, redact, required, tree};
use crate::model::{Model, Schema, SchemaKind};
use crate::regen::input::Input;
use crate::regen::source::printed;

/// The file of types: records and enumerations by macro, everything else as progenitor writes it.
///
/// # Errors
/// Unexpected code for this version of progenitor.
pub(super) fn rewrite(file: syn::File, input: &Input, model: &Model, counts: &mut Counts) -> anyhow::Result<String> {
    let schemas: BTreeMap<&str, &Schema> =
        model.schemas.values().map(|schema| (schema.rust.as_str(), schema)).collect();
    let taken: BTreeSet<String> = model.schemas.values().map(|schema| schema.rust.clone()).collect();
    let (mut code, mut others, mut all) = (String::new(), Vec::new(), String::new());
    for item in items(file) {
        let schema = name(&item).and_then(|name| schemas.get(name.as_str()).copied());
        match (item, schema) {
            (Item::Struct(item), Some(schema)) => match &schema.kind {
                SchemaKind::Record(record) if input.records.contains(&schema.rust) => {
                    all += &format!("    {}\n", item.ident);
                    code += &format!("\n{}", records::record(&item, schema, &record.fields, model, &taken, counts)?);
                }
                SchemaKind::Record(record) => others.extend(required::record(item, schema, record, input, counts)?),
                _ => {
                    let mut item = item;
                    item.attrs.push(parse_quote!(#[derive(PartialEq)]));
                    let inner = item.fields.iter().next().map(|field| shortened(&field.ty, &taken)).unwrap_or_default();
                    code += &format!("\nopen_value!({}, {inner});\n", item.ident);
                    others.push(Item::Struct(item));
                }
            },
            (Item::Enum(item), Some(schema)) => code += &format!("\n{}", records::enumeration(&item, schema, counts)?),
            // The macros contain the implementations that typify writes for records and enumerations.
            (Item::Impl(_), Some(schema)) if !matches!(schema.kind, SchemaKind::Map(_) | SchemaKind::Any) => {}
            (item, _) => others.push(item),
        }
    }
    redact::rewrite(&mut others, counts);
    let mut file: syn::File = parse_quote!(#(#others)*);
    Shorten(&taken).visit_file_mut(&mut file);
    tree::split_docs(&mut file);
    Ok(format!(
        "#[allow(unused_imports)]\nuse crate::lossless::{{open_enum, open_value, record}};\n{code}\n\
         // All records, for the tests that loop over them.\n#[cfg(test)]\ncrate::lossless::records! {{\n{all}}}\n\n{}",
        printed(&file)
    ))
}

/// The items that are types: progenitor's module also has items for conversion errors and defaults.
fn items(file: syn::File) -> Vec<Item> {
    file.items.into_iter().filter(|item| !matches!(item, Item::Mod(_))).collect()
}

/// The type that an item defines or implements something for.
fn name(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Impl(item) => tree::implemented_for(item),
        _ => None,
    }
}

/// A type with the short names of the standard library.
pub(super) fn shortened(ty: &Type, taken: &BTreeSet<String>) -> String {
    let mut ty = ty.clone();
    Shorten(taken).visit_type_mut(&mut ty);
    let file: syn::File = parse_quote!(type T = #ty;);
    let line = prettyplease::unparse(&file);
    let text = line.trim().trim_start_matches("type T = ").trim_end_matches(';');
    if text.contains('\n') { ty.to_token_stream().to_string() } else { text.to_owned() }
}

/// `::std::option::Option` becomes `Option`, unless a schema has that name.
struct Shorten<'a>(&'a BTreeSet<String>);

impl VisitMut for Shorten<'_> {
    fn visit_path_mut(&mut self, node: &mut syn::Path) {
        visit_mut::visit_path_mut(self, node);
        let names: Vec<String> = node.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let is_short = matches!(
            names.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
            ["std", "option", "Option"] | ["std", "string", "String"] | ["std", "vec", "Vec"] | ["std", "boxed", "Box"]
        );
        let is_taken = names.last().is_some_and(|name| self.0.contains(name));
        if node.leading_colon.is_some() && is_short && !is_taken {
            let last = node.segments.last().cloned();
            node.leading_colon = None;
            node.segments = last.into_iter().collect();
        }
    }
}
