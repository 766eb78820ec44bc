//! Structs and enumerations become `record!` and `open_enum!` of `bigid-api/src/lossless/record.rs`: lossless, with a
//! setter for each field, documented from the model.

use std::collections::BTreeSet;

use anyhow::{Context as _, bail, ensure};
use quote::quote;
use syn::{Attribute, GenericArgument, ItemEnum, ItemStruct, PathArguments, Type, parse_quote};

use super::Counts;
use crate::model::{Field, Model, Schema};
use crate::regen::client::{comment, field_lines, lines};

/// A record as the macro writes it.
///
/// # Errors
/// An unexpected struct for this version of progenitor.
pub(super) fn record(
    item: &ItemStruct,
    schema: &Schema,
    fields: &[Field],
    model: &Model,
    taken: &BTreeSet<String>,
    counts: &mut Counts,
) -> anyhow::Result<String> {
    let mut members = String::new();
    let mut has_extra = false;
    for field in &item.fields {
        let ident = field.ident.as_ref().context("a field without a name")?;
        let attributes = &field.attrs;
        if ident == "extra" && quote!(#(#attributes)*).to_string().contains("flatten") {
            has_extra = true;
            continue;
        }
        let declared = fields.iter().find(|declared| ident == &declared.rust);
        let declared = declared.with_context(|| format!("the field {ident} is not in the contract"))?;
        // typify boxes a record that contains itself, inside or outside of the option.
        let boxed = generic(&field.ty, "Box");
        let inner = generic(boxed.unwrap_or(&field.ty), "Option");
        let inner = inner.with_context(|| format!("the field {ident} must be there"))?;
        let wrapped: Type = parse_quote!(::std::boxed::Box<#inner>);
        let inner = if boxed.is_some() { &wrapped } else { inner };
        let (count, ty) = match generic(inner, "Vec") {
            Some(item) => ("many", item),
            None => ("one", inner),
        };
        // `Schema` uses it as a separator.
        ensure!(
            !declared.wire.contains('\0'),
            "the member {:?} of {} has a NUL in its name",
            declared.wire,
            item.ident
        );
        members += &comment(&field_lines(declared), "        ");
        if declared.deprecated {
            members += "        #[deprecated]\n";
        }
        let ty = match &declared.ty {
            crate::model::Type::TextOrList => "crate::TextOrList".to_owned(),
            _ => super::types::shortened(ty, taken),
        };
        members += &format!("        pub {ident}: {count} {ty} = {:?},\n", declared.wire);
        counts.fields += 1;
    }
    ensure!(has_extra, "{} has no `extra`", item.ident);
    counts.records += 1;
    let docs = comment(&described(schema), "    ");
    let lists = list(fields, model).map(|list| format!(" lists {list}")).unwrap_or_default();
    Ok(format!("record! {{\n{docs}    pub struct {}{lists} {{\n{members}    }}\n}}\n", item.ident))
}

/// The field that holds the list of an envelope: the only list of records, or a `data` that is such an envelope.
fn list<'a>(fields: &'a [Field], model: &Model) -> Option<&'a str> {
    use crate::model::Type;
    let is_record = |ty: &Type| ty.name().is_some_and(|name| model.record(name).is_some());
    let mut lists = fields.iter().filter(|field| matches!(&field.ty, Type::Array(items) if is_record(items)));
    match (lists.next(), lists.next()) {
        (Some(list), None) => Some(&list.rust),
        (None, _) => {
            let data = fields.iter().find(|field| field.wire == "data")?;
            let inner = model.record(data.ty.name()?)?;
            list(&inner.fields, model).map(|_| data.rust.as_str())
        }
        _ => None,
    }
}

/// An enumeration as the macro writes it.
///
/// # Errors
/// An unexpected enum for this version of progenitor.
pub(super) fn enumeration(item: &ItemEnum, schema: &Schema, counts: &mut Counts) -> anyhow::Result<String> {
    let mut variants = String::new();
    for variant in &item.variants {
        ensure!(matches!(variant.fields, syn::Fields::Unit), "{} is not an enumeration of texts", item.ident);
        if variant.ident == "Unrecognized" {
            bail!("{} has a value that is called as the open variant is", item.ident);
        }
        let wire = wire_name(&variant.attrs).unwrap_or_else(|| variant.ident.to_string());
        let on_the_wire = format!("`{}` on the wire.", wire.replace('`', "'").escape_debug());
        variants += &comment(&[on_the_wire], "        ");
        variants += &format!("        {} = {wire:?},\n", variant.ident);
    }
    counts.enums += 1;
    let docs = comment(&described(schema), "    ");
    Ok(format!("open_enum! {{\n{docs}    pub enum {} {{\n{variants}    }}\n}}\n", item.ident))
}

fn described(schema: &Schema) -> Vec<String> {
    if schema.description.is_empty() { vec![format!("A `{}`.", schema.rust)] } else { lines(&schema.description) }
}

/// The name in `#[serde(rename = "..")]`.
fn wire_name(attributes: &[Attribute]) -> Option<String> {
    let mut wire = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        let _ = attribute.parse_nested_meta(|meta| {
            let renames = meta.path.is_ident("rename");
            if let Ok(value) = meta.value() {
                let text: syn::LitStr = value.parse()?;
                if renames {
                    wire = Some(text.value());
                }
            }
            Ok(())
        });
    }
    wire
}

/// The argument of a generic type of this name.
pub(super) fn generic<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}
