//! What progenitor leaves out of its code: `#[deprecated]`, and what is said of a field beside its reference.

use std::collections::BTreeSet;

use syn::{Attribute, ImplItem, Item, parse_quote};

use super::Counts;
use super::tree::{implemented_for, module};
use crate::regen::input::Input;

/// Marks the operations, parameters and fields that the contract says are deprecated, and documents the fields that are records.
pub(super) fn rewrite(file: &mut syn::File, input: &Input, counts: &mut Counts) -> anyhow::Result<()> {
    let of_client = |_: &str, function: &str| input.deprecated_operations.contains(function);
    counts.deprecated += functions(&mut file.items, &of_client);
    let pair =
        |set: &BTreeSet<(String, String)>, owner: &str, name: &str| set.contains(&(owner.to_owned(), name.to_owned()));
    let of_operation = |owner: &str, function: &str| pair(&input.deprecated_parameters, owner, function);
    counts.deprecated += functions(module(&mut file.items, "builder")?, &of_operation);
    let types = module(&mut file.items, "types")?;
    for item in types.iter_mut() {
        let Item::Struct(item) = item else { continue };
        let owner = item.ident.to_string();
        for field in &mut item.fields {
            let Some(name) = &field.ident else { continue };
            let key = (owner.clone(), name.to_string());
            if input.deprecated_fields.contains(&key) {
                field.attrs.push(parse_quote!(#[deprecated]));
                counts.deprecated += 1;
            }
            if let Some(text) = input.described.get(&key).filter(|_| !field.attrs.iter().any(is_doc)) {
                field.attrs.insert(0, parse_quote!(#[doc = #text]));
                counts.described += 1;
            }
        }
    }
    let of_record = |owner: &str, function: &str| pair(&input.deprecated_fields, owner, function);
    counts.deprecated += functions(module(types, "builder")?, &of_record);
    Ok(())
}

/// Marks the functions of some implementations, by the name of their type and their own.
fn functions(items: &mut [Item], is_deprecated: &dyn Fn(&str, &str) -> bool) -> usize {
    let mut count = 0;
    for item in items {
        let Item::Impl(item) = item else { continue };
        let Some(owner) = implemented_for(item).or_else(|| generic(&item.self_ty)) else { continue };
        if item.trait_.is_some() {
            continue;
        }
        for member in &mut item.items {
            if let ImplItem::Fn(function) = member
                && is_deprecated(&owner, &function.sig.ident.to_string())
            {
                function.attrs.push(parse_quote!(#[deprecated]));
                count += 1;
            }
        }
    }
    count
}

/// The name of a type with a lifetime.
fn generic(ty: &syn::Type) -> Option<String> {
    match ty {
        syn::Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

fn is_doc(attribute: &Attribute) -> bool {
    attribute.path().is_ident("doc")
}
