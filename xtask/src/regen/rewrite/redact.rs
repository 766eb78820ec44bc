//! `Debug` shows declared fields, and only the keys of others: a response may contain secrets that no contract
//! declares.

use quote::quote;
use syn::{Item, parse_quote};

use super::Counts;
use super::tree::remove_derives;

/// Replaces the derived `Debug` of every struct.
pub(super) fn rewrite(items: &mut Vec<Item>, counts: &mut Counts) {
    let mut ours: Vec<Item> = Vec::new();
    for item in items.iter_mut() {
        let Item::Struct(item) = item else { continue };
        if remove_derives(&mut item.attrs, &["Debug"]) != 1 {
            continue;
        }
        counts.debugs += 1;
        let name = &item.ident;
        let label = name.to_string();
        let (impl_generics, type_generics, _) = item.generics.split_for_impl();
        let body = match &item.fields {
            // A wrapper of one value is an open type of the contract.
            syn::Fields::Unnamed(_) => quote!(f.debug_tuple(#label).field(&crate::redact::KeysOnly(&self.0)).finish()),
            _ => {
                let fields = item.fields.iter().filter_map(|field| {
                    let ident = field.ident.as_ref()?;
                    let label = ident.to_string();
                    let ty = &field.ty;
                    let ty = quote!(#ty).to_string();
                    let optional = ty.starts_with(":: std :: option :: Option");
                    // A `serde_json::Number` is a declared field; a value or a map of values is undeclared content.
                    let open = ty.contains("serde_json :: Value") || ty.contains("serde_json :: Map");
                    Some(match (optional, open) {
                        (true, false) => quote!(if let Some(value) = &self.#ident { shown.field(#label, value); }),
                        (true, true) => quote!(if let Some(value) = &self.#ident { shown.field(#label, &crate::redact::KeysOnly(value)); }),
                        (false, true) => quote!(shown.field(#label, &crate::redact::KeysOnly(&self.#ident));),
                        (false, false) => quote!(shown.field(#label, &self.#ident);),
                    })
                });
                quote! {
                    let mut shown = f.debug_struct(#label);
                    #(#fields)*
                    shown.finish()
                }
            }
        };
        ours.push(parse_quote! {
            impl #impl_generics ::std::fmt::Debug for #name #type_generics {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    #body
                }
            }
        });
    }
    items.extend(ours);
}
