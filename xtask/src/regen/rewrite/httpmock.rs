//! Mocks that match names as they travel: progenitor's neither percent-encode nor escape them, so that a name with a space never
//! matches, `a.b` also matches `axb`, and `x(y` panics.

use anyhow::{bail, ensure};
use proc_macro2::TokenStream;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Item, LitStr, parse_quote};

use super::Counts;
use super::tree::{implemented_for, mentions, module};

/// Routes every pattern through our own.
pub(super) fn rewrite(file: &mut syn::File, counts: &mut Counts) -> anyhow::Result<()> {
    let operations = module(&mut file.items, "operations")?;
    for item in operations {
        let Item::Impl(item) = item else { continue };
        if implemented_for(item).is_some_and(|name| name.ends_with("When")) {
            let mut patterns = Patterns { fixed: 0, unknown: None };
            patterns.visit_item_impl_mut(item);
            if let Some(unknown) = patterns.unknown {
                bail!("a pattern of a mock that is not known: {unknown}");
            }
            ensure!(patterns.fixed == 1, "a mock with {} patterns of its own", patterns.fixed);
            counts.mocks += 1;
        }
    }
    Ok(())
}

struct Patterns {
    /// Patterns that hold for every parameter.
    fixed: usize,
    unknown: Option<TokenStream>,
}

impl VisitMut for Patterns {
    /// `regex::Regex::new(PATTERN).unwrap()`, where the pattern is a literal or `&format!(TEMPLATE, value.to_string())`.
    fn visit_expr_mut(&mut self, node: &mut Expr) {
        let Expr::MethodCall(unwrap) = &*node else { return visit_mut::visit_expr_mut(self, node) };
        let Expr::Call(new) = &*unwrap.receiver else { return visit_mut::visit_expr_mut(self, node) };
        if unwrap.method != "unwrap" || !mentions(&new.func, "Regex") {
            return visit_mut::visit_expr_mut(self, node);
        }
        let ours = match new.args.first() {
            Some(Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(pattern), .. })) => {
                self.fixed += 1;
                template(&pattern.value(), "[^/]*").map(|template| parse_quote!(crate::mock::pattern(#template, None)))
            }
            Some(Expr::Reference(reference)) => match &*reference.expr {
                Expr::Macro(format) => with_value(format),
                _ => None,
            },
            _ => None,
        };
        match ours {
            Some(ours) => *node = ours,
            None => self.unknown = Some(quote::quote!(#new)),
        }
    }
}

fn with_value(format: &syn::ExprMacro) -> Option<Expr> {
    let parts =
        format.mac.parse_body_with(syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated).ok()?;
    let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(pattern), .. }) = parts.first()? else { return None };
    let value = parts.get(1)?;
    let template = template(&pattern.value(), ".*")?;
    Some(parse_quote!(crate::mock::pattern(#template, Some(&#value))))
}

/// `^/a/[^/]*$` is the template `/a/*`, where a star stands for any segment and `{}` for the given one.
fn template(pattern: &str, any: &str) -> Option<LitStr> {
    let path = pattern.strip_prefix('^')?.strip_suffix('$')?.replace(any, "*");
    Some(LitStr::new(&path, proc_macro2::Span::call_site()))
}
