//! The structs of answers become lossless records: a declared field that does not fit stays in `extra`.

use anyhow::{bail, ensure};
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, Item, ItemStruct, parse_quote};

use super::Counts;
use super::tree::{module, remove_derives};
use crate::regen::input::Input;

/// Rewrites the records, gives renamed properties their wire names back, and makes `extra` optional in every builder.
pub(super) fn rewrite(types: &mut Vec<Item>, input: &Input, counts: &mut Counts) -> anyhow::Result<()> {
    let mut ours = Vec::new();
    for item in types.iter_mut() {
        let Item::Struct(item) = item else { continue };
        wire_names(item, input);
        if matches!(item.fields, syn::Fields::Unnamed(_)) {
            item.attrs.push(parse_quote!(#[derive(PartialEq)]));
        }
        if input.records.contains(&item.ident.to_string()) {
            ours.extend(record(item, input)?);
            counts.records += 1;
        } else {
            leave_out_unset(item);
        }
    }
    types.extend(ours);
    let mut extras = Extras { count: 0 };
    for item in module(types, "builder")? {
        extras.visit_item_mut(item);
    }
    counts.extras += extras.count;
    Ok(())
}

/// Puts the name on the wire back where `x-rust-name` had changed it for progenitor.
fn wire_names(item: &mut ItemStruct, input: &Input) {
    for field in &mut item.fields {
        let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        if let Some(wire) = input.renamed.get(&(item.ident.to_string(), name)) {
            field.attrs.push(parse_quote!(#[serde(rename = #wire)]));
        }
    }
}

/// An optional field that contains its own record is a box around an option, which the derive would write as null.
fn leave_out_unset(item: &mut ItemStruct) {
    for field in &mut item.fields {
        let ty = &field.ty;
        if quote!(#ty).to_string().starts_with(BOXED_OPTION) {
            field.attrs.push(parse_quote!(#[serde(skip_serializing_if = "::std::option::Option::is_none")]));
        }
    }
}

/// How the type of a field begins that typify puts into a box from outside.
const BOXED_OPTION: &str = ":: std :: boxed :: Box < :: std :: option :: Option <";

/// Replaces the derived decoding and encoding of a struct.
fn record(item: &mut ItemStruct, input: &Input) -> anyhow::Result<[Item; 3]> {
    let name = item.ident.clone();
    let envelope = envelope(item, input);
    let (mut fields, mut idents, mut wires) = (Vec::new(), Vec::new(), Vec::new());
    let mut has_extra = false;
    for field in &mut item.fields {
        let Some(ident) = &field.ident else { bail!("{name} is not a struct with names") };
        let attributes = &field.attrs;
        let flattened = quote!(#(#attributes)*).to_string().contains("flatten");
        let wire = wire_name(&field.attrs).unwrap_or_else(|| ident.to_string());
        field.attrs.retain(|attribute| !attribute.path().is_ident("serde"));
        if ident == "extra" && flattened {
            has_extra = true;
            continue;
        }
        let ty = &field.ty;
        ensure!(quote!(#ty).to_string().contains("option :: Option <"), "the field {ident} of {name} must be there");
        let taken = quote!(crate::lossless::take(&mut object, #wire));
        // typify puts a record that contains itself into a box, inside or outside of the option.
        let written = quote!(#ty).to_string();
        fields.push(if written.starts_with(BOXED_OPTION) {
            quote!(#ident: ::std::boxed::Box::new(#taken))
        } else if written.contains("Box <") {
            quote!(#ident: #taken.map(::std::boxed::Box::new))
        } else {
            quote!(#ident: #taken)
        });
        idents.push(ident.clone());
        wires.push(wire);
    }
    ensure!(has_extra, "{name} has no `extra`: the codegen overlay must open it");
    let removed = remove_derives(&mut item.attrs, &["Deserialize", "Serialize"]);
    ensure!(removed == 2, "{name} is not decoded and encoded by a derive");
    item.attrs.push(parse_quote!(#[derive(Default, PartialEq)]));
    item.attrs.push(parse_quote!(#[non_exhaustive]));
    Ok([
        parse_quote! {
            impl crate::lossless::Record for #name {
                fn from_object(mut object: crate::lossless::Object) -> Self {
                    Self { #(#fields,)* extra: object }
                }
                #envelope
            }
        },
        parse_quote! {
            impl<'de> ::serde::Deserialize<'de> for #name {
                fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                    crate::lossless::record(deserializer)
                }
            }
        },
        parse_quote! {
            impl ::serde::Serialize for #name {
                fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                    let mut object = ::serde::Serializer::serialize_map(serializer, None)?;
                    #(crate::lossless::put(&mut object, #wires, &self.#idents)?;)*
                    for (key, value) in &self.extra {
                        // A field that came as null, and was set since, is written once.
                        let is_set = match key.as_str() {
                            #(#wires => self.#idents.is_some(),)*
                            _ => false,
                        };
                        if !is_set {
                            ::serde::ser::SerializeMap::serialize_entry(&mut object, key, value)?;
                        }
                    }
                    ::serde::ser::SerializeMap::end(object)
                }
            }
        },
    ])
}

/// Where the list stands in a record that is the envelope of one: in its only field with a list of records, or in that of its `data`.
fn envelope(item: &ItemStruct, input: &Input) -> Option<syn::ImplItemFn> {
    let (mut lists, mut data) = (Vec::new(), None);
    for field in &item.fields {
        let wire = wire_name(&field.attrs).or_else(|| field.ident.as_ref().map(ToString::to_string))?;
        let Some(inner) = argument(&field.ty, "Option") else { continue };
        if argument(inner, "Vec").is_some_and(|element| is_record(element, input)) {
            lists.push(wire);
        } else if wire == "data" && is_record(inner, input) {
            data = Some(inner);
        }
    }
    match (lists.as_slice(), data) {
        ([list], _) => Some(parse_quote! {
            fn envelope(array: ::std::vec::Vec<::serde_json::Value>) -> ::std::option::Option<crate::lossless::Object> {
                Some(crate::lossless::holding(#list, array.into()))
            }
        }),
        ([], Some(data)) => Some(parse_quote! {
            fn envelope(array: ::std::vec::Vec<::serde_json::Value>) -> ::std::option::Option<crate::lossless::Object> {
                let inner = <#data as crate::lossless::Record>::envelope(array)?;
                Some(crate::lossless::holding("data", inner.into()))
            }
        }),
        _ => None,
    }
}

fn is_record(ty: &syn::Type, input: &Input) -> bool {
    let syn::Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| input.records.contains(&last.ident.to_string()))
}

/// The `T` of an `Option<T>` or a `Vec<T>`.
fn argument<'a>(ty: &'a syn::Type, of: &str) -> Option<&'a syn::Type> {
    let syn::Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == of)?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// What `#[serde(rename = "..")]` says.
pub(super) fn wire_name(attributes: &[Attribute]) -> Option<String> {
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

/// `Err("no value supplied for extra".to_string())` in a builder's default becomes an empty map.
struct Extras {
    count: usize,
}

impl VisitMut for Extras {
    fn visit_expr_mut(&mut self, node: &mut Expr) {
        if let Expr::Call(call) = node {
            let text = quote!(#call).to_string();
            if text.starts_with("Err") && text.contains("no value supplied for extra\"") {
                *node = parse_quote!(Ok(Default::default()));
                self.count += 1;
                return;
            }
        }
        visit_mut::visit_expr_mut(self, node);
    }
}
