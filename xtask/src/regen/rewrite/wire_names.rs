//! Restores the names of parameters that progenitor was given under other names, because a builder needs theirs for itself.

use std::collections::BTreeMap;

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ItemImpl, Lit, LitStr, Type};

/// Replaces each name that progenitor was given where it is sent; says how often. Names are those of one builder or mock: two operations
/// may have been given one name for different ones.
pub(super) fn restore(file: &mut syn::File, names: &BTreeMap<(String, String), String>) -> usize {
    let mut restore = Restore { names, builder: String::new(), count: 0 };
    restore.visit_file_mut(file);
    restore.count
}

struct Restore<'a> {
    /// By builder and name.
    names: &'a BTreeMap<(String, String), String>,
    /// That of the code which is being visited.
    builder: String,
    count: usize,
}

impl VisitMut for Restore<'_> {
    /// A text that is a documentation comment stays as it is.
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
