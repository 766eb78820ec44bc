//! The types out of progenitor's client, as a file of their own.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::anyhow;
use quote::ToTokens as _;
use syn::visit_mut::{self, VisitMut};
use syn::{ImplItem, Item, Type, parse_quote};

use super::{Counts, records, redact, required, tree};
use crate::model::{Model, Schema, SchemaKind};
use crate::regen::input::Input;

/// The file of types: records and enumerations by macro, everything else as progenitor writes it.
///
/// # Errors
/// Code that this version of progenitor is not known to write.
pub(super) fn rewrite(file: syn::File, input: &Input, model: &Model, counts: &mut Counts) -> anyhow::Result<String> {
    let schemas: BTreeMap<&str, &Schema> =
        model.schemas.values().map(|schema| (schema.rust.as_str(), schema)).collect();
    let taken: BTreeSet<String> = model.schemas.values().map(|schema| schema.rust.clone()).collect();
    let (mut code, mut others) = (String::new(), Vec::new());
    for item in items(file)? {
        let schema = name(&item).and_then(|name| schemas.get(name.as_str()).copied());
        match (item, schema) {
            (Item::Struct(item), Some(schema)) => match &schema.kind {
                SchemaKind::Record(record) if input.records.contains(&schema.rust) => {
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
            // What typify implements for records and enumerations is in the macros.
            (Item::Impl(_), Some(schema)) if !matches!(schema.kind, SchemaKind::Map(_) | SchemaKind::Any) => {}
            (item, _) => others.push(item),
        }
    }
    redact::rewrite(&mut others, counts);
    let mut file: syn::File = parse_quote!(#(#others)*);
    Shorten(&taken).visit_file_mut(&mut file);
    tree::split_docs(&mut file);
    Ok(format!(
        "#[allow(unused_imports)]\nuse crate::lossless::{{open_enum, open_value, record}};\n{code}\n{}",
        prettyplease::unparse(&file)
    ))
}

/// The items of progenitor's module of types, without its builders and its errors of conversion.
fn items(file: syn::File) -> anyhow::Result<Vec<Item>> {
    let types = file.items.into_iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.map(|(_, items)| items),
        _ => None,
    });
    let mut types = types.ok_or_else(|| anyhow!("progenitor wrote no module `types`"))?;
    types.retain(|item| match item {
        Item::Mod(_) => false,
        // Conversions between a type and its builder.
        Item::Impl(item) => !tree::mentions(item, "builder") || item.trait_.is_none(),
        _ => true,
    });
    for item in &mut types {
        let Item::Impl(item) = item else { continue };
        item.items.retain(|member| !matches!(member, ImplItem::Fn(function) if function.sig.ident == "builder"));
    }
    types.retain(|item| !matches!(item, Item::Impl(item) if item.trait_.is_none() && item.items.is_empty()));
    Ok(types)
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
