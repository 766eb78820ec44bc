//! Parameters whose names a builder needs for itself: progenitor is given them under other names, and here they have their own back.

use std::collections::BTreeMap;

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Lit, LitStr};

/// Replaces each name that progenitor was given where it is sent; says how often.
pub(super) fn restore(file: &mut syn::File, names: &BTreeMap<String, String>) -> usize {
    let mut restore = Restore { names, count: 0 };
    restore.visit_file_mut(file);
    restore.count
}

struct Restore<'a> {
    names: &'a BTreeMap<String, String>,
    count: usize,
}

impl VisitMut for Restore<'_> {
    /// A text that is a documentation comment stays as it is.
    fn visit_attribute_mut(&mut self, _: &mut syn::Attribute) {}

    fn visit_expr_mut(&mut self, node: &mut Expr) {
        if let Expr::Lit(literal) = node
            && let Lit::Str(text) = &mut literal.lit
            && let Some(wire) = self.names.get(&text.value())
        {
            *text = LitStr::new(wire, text.span());
            self.count += 1;
            return;
        }
        visit_mut::visit_expr_mut(self, node);
    }
}
