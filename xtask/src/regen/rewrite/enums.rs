//! The enumerations of answers become open: a value that the contract does not name decodes, and encodes, as itself.

use std::collections::BTreeSet;

use anyhow::ensure;
use syn::{Fields, Item, ItemEnum, parse_quote};

use super::Counts;
use super::records::wire_name;
use super::tree::implemented_for;

/// Replaces each named enumeration, and all that typify implemented for it.
pub(super) fn open(types: &mut Vec<Item>, names: &BTreeSet<String>, counts: &mut Counts) -> anyhow::Result<()> {
    types.retain(|item| match item {
        Item::Impl(item) => implemented_for(item).is_none_or(|name| !names.contains(&name)),
        _ => true,
    });
    let mut ours = Vec::new();
    for item in types.iter_mut() {
        let Item::Enum(item) = item else { continue };
        if names.contains(&item.ident.to_string()) {
            ours.extend(open_one(item)?);
            counts.enums += 1;
        }
    }
    types.extend(ours);
    Ok(())
}

fn open_one(item: &mut ItemEnum) -> anyhow::Result<Vec<Item>> {
    let name = item.ident.clone();
    let mut variants = Vec::new();
    let mut wires = Vec::new();
    for variant in &mut item.variants {
        ensure!(matches!(variant.fields, Fields::Unit), "{name} is not an enumeration of texts");
        ensure!(variant.ident != "Unrecognized", "{name} has a value that is called as the open variant is");
        wires.push(wire_name(&variant.attrs).unwrap_or_else(|| variant.ident.to_string()));
        variant.attrs.retain(|attribute| !attribute.path().is_ident("serde"));
        variants.push(variant.ident.clone());
    }
    item.attrs.retain(|attribute| attribute.path().is_ident("doc"));
    item.attrs.push(parse_quote!(#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]));
    item.attrs.push(parse_quote!(#[non_exhaustive]));
    item.variants.push(parse_quote! {
        /// A value that the contract does not name, as it was sent.
        Unrecognized(::std::string::String)
    });
    Ok(vec![
        parse_quote! {
            impl #name {
                /// The text on the wire.
                pub fn as_str(&self) -> &str {
                    match self {
                        #(Self::#variants => #wires,)*
                        Self::Unrecognized(text) => text,
                    }
                }
            }
        },
        parse_quote! {
            impl ::std::convert::From<&str> for #name {
                fn from(text: &str) -> Self {
                    match text {
                        #(#wires => Self::#variants,)*
                        text => Self::Unrecognized(text.to_owned()),
                    }
                }
            }
        },
        parse_quote! {
            impl ::std::convert::From<::std::string::String> for #name {
                fn from(text: ::std::string::String) -> Self {
                    text.as_str().into()
                }
            }
        },
        parse_quote! {
            impl ::std::fmt::Display for #name {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.write_str(self.as_str())
                }
            }
        },
        parse_quote! {
            impl ::serde::Serialize for #name {
                fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                    serializer.serialize_str(self.as_str())
                }
            }
        },
        parse_quote! {
            impl<'de> ::serde::Deserialize<'de> for #name {
                fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                    <::std::string::String as ::serde::Deserialize>::deserialize(deserializer).map(Self::from)
                }
            }
        },
        parse_quote! {
            impl crate::lossless::Field for #name {
                fn fits(value: &::serde_json::Value) -> bool {
                    value.is_string()
                }
                fn from_value(value: ::serde_json::Value) -> ::std::option::Option<Self> {
                    <::std::string::String as crate::lossless::Field>::from_value(value).map(Self::from)
                }
            }
        },
    ])
}
