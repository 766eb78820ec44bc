//! The records of requests with required fields, which are arguments of `new`.

use anyhow::{Context as _, ensure};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Ident, Item, ItemStruct, Type, parse_quote};

use super::Counts;
use super::records::generic;
use crate::model::{Record, Schema};
use crate::regen::client::{attributes, field_lines, lines};
use crate::regen::input::Input;

/// A struct with derived encoding, its constructor and its setters.
///
/// # Errors
/// An unexpected struct for this version of progenitor.
pub(super) fn record(
    mut item: ItemStruct,
    schema: &Schema,
    of: &Record,
    input: &Input,
    counts: &mut Counts,
) -> anyhow::Result<[Item; 2]> {
    let name = item.ident.clone();
    let (mut arguments, mut inits, mut setters) = (Vec::new(), Vec::new(), Vec::new());
    document(&mut item.attrs, &lines(&schema.description))?;
    for field in &mut item.fields {
        let ident = field.ident.clone().context("a field without a name")?;
        if let Some(wire) = input.renamed.get(&(name.to_string(), ident.to_string())) {
            field.attrs.push(parse_quote!(#[serde(rename = #wire)]));
        }
        let Some(declared) = of.fields.iter().find(|declared| ident == declared.rust) else {
            ensure!(ident == "extra", "the field {ident} is not in the contract");
            field.ty = parse_quote!(crate::Extra);
            document(&mut field.attrs, &["Members that are not declared.".to_owned()])?;
            inits.push(quote!(extra: crate::Extra::default()));
            continue;
        };
        counts.fields += 1;
        let text = field_lines(declared);
        document(&mut field.attrs, &text)?;
        let (ty, value) = taken(generic(&field.ty, "Option").unwrap_or(&field.ty), &ident);
        if generic(&field.ty, "Option").is_none() {
            let place = of.required.iter().position(|name| *name == declared.wire);
            arguments.push((place, quote!(#ident: #ty)));
            inits.push(quote!(#ident: #value));
            continue;
        }
        inits.push(quote!(#ident: None));
        let docs = docs(&text)?;
        let deprecated = declared.deprecated.then(|| quote!(#[deprecated]));
        setters.push(quote! {
            #(#docs)* #deprecated #[must_use]
            pub fn #ident(mut self, #ident: #ty) -> Self { self.#ident = Some(#value); self }
        });
    }
    arguments.sort_by_key(|(place, _)| *place);
    let arguments = arguments.into_iter().map(|(_, argument)| argument);
    item.attrs.push(parse_quote!(#[derive(PartialEq)]));
    item.attrs.push(parse_quote!(#[non_exhaustive]));
    let constructor = parse_quote! {
        impl #name {
            /// A record with its required fields; setters add others.
            #[must_use]
            pub fn new(#(#arguments),*) -> Self { Self { #(#inits),* } }
            #(#setters)*
        }
    };
    Ok([Item::Struct(item), constructor])
}

/// Replaces an item's documentation.
fn document(attributes: &mut Vec<Attribute>, lines: &[String]) -> anyhow::Result<()> {
    attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    attributes.splice(0..0, docs(lines)?);
    Ok(())
}

fn docs(lines: &[String]) -> anyhow::Result<Vec<Attribute>> {
    use syn::parse::Parser as _;
    Ok(Attribute::parse_outer.parse_str(&attributes(lines))?)
}

/// The type of an argument, and the expression that converts it.
fn taken(ty: &Type, argument: &Ident) -> (TokenStream, TokenStream) {
    match generic(ty, "Vec") {
        Some(item) => (
            quote!(impl IntoIterator<Item = impl Into<#item>>),
            quote!(#argument.into_iter().map(Into::into).collect()),
        ),
        None => (quote!(impl Into<#ty>), quote!(#argument.into())),
    }
}
