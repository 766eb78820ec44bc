//! The builders of paged operations are looked into: whether their caller has chosen an order, and where to begin.

use std::collections::BTreeSet;

use syn::{Item, parse_quote};

use super::Counts;

/// Lets the crate see the fields of some builders.
pub(super) fn open(items: &mut [Item], builders: &BTreeSet<String>, counts: &mut Counts) {
    for item in items {
        let Item::Struct(item) = item else { continue };
        if builders.contains(&item.ident.to_string()) {
            item.fields.iter_mut().for_each(|field| field.vis = parse_quote!(pub(crate)));
            counts.paged += 1;
        }
    }
}
