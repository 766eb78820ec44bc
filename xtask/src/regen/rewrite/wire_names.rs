//! Restores the names of parameters that progenitor got under other names, because every builder uses theirs.

use std::collections::BTreeMap;

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ItemImpl, Lit, LitStr, Type};

/// Replaces each such name where it is sent; returns how often. Names are those of one builder or mock: two operations
/// may use the same replacement for different names.
pub(super) fn restore(file: &mut syn::File, names: &BTreeMap<(String, String), String>) -> usize {
    let mut restore = Restore { names, builder: String::new(), count: 0 };
    restore.visit_file_mut(file);
    restore.count
}

struct Restore<'a> {
    /// By builder and name.
    names: &'a BTreeMap<(String, String), String>,
    /// The builder or mock that is being visited.
    builder: String,
    count: usize,
}

impl VisitMut for Restore<'_> {
    /// Documentation comments stay unchanged.
    fn visit_attribute_mut(&mut self, _: &mut syn::Attribute) {}

    fn visit_item_impl_mut(&mut self, node: &mut ItemImpl) {
        if let Type::Path(path) = &*node.self_ty {
            self.builder = path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        }
        visit_mut::visit_item_impl_mut(self, node);
    }

    fn visit_expr_mut(&mut self, node: &mut Expr) {
        if let Expr::Lit(literal) = node
            && let Lit::Str(text) = &mut literal.lit
            && let Some(wire) = self.names.get(&(self.builder.clone(), text.value()))
        {
            *text = LitStr::new(wire, text.span());
            self.count += 1;
            return;
        }
        visit_mut::visit_expr_mut(self, node);
    }
}
