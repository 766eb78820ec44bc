//! Mocks that match encoded names: progenitor's neither percent-encode nor escape them, so a name with a space never
//! matches, `a.b` also matches `axb`, and `x(y` panics.

use anyhow::{bail, ensure};
use proc_macro2::TokenStream;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ImplItem, Item, LitStr, parse_quote};

use super::Counts;
use super::tree::{implemented_for, mentions, module};
use crate::regen::input::Input;

/// Replaces every pattern by ours, and adds what progenitor's mocks cannot express: responses that are not JSON, and
/// parameters that occur several times.
pub(super) fn rewrite(file: &mut syn::File, input: &Input, counts: &mut Counts) -> anyhow::Result<()> {
    let operations = module(&mut file.items, "operations")?;
    for item in operations {
        let Item::Impl(item) = item else { continue };
        let Some(name) = implemented_for(item) else { continue };
        if let Some(media) = input.raw.get(&name) {
            counts.raw += item.items.iter_mut().map(|member| raw_response(member, media)).sum::<usize>();
        }
        if name.ends_with("When") {
            counts.repeated += item.items.iter_mut().map(repeated_parameter).sum::<usize>();
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

/// `ok(value: Value)`, which sends JSON, becomes `ok(body: impl AsRef<[u8]>)` with the media type that the contract
/// gives.
fn raw_response(member: &mut ImplItem, media: &str) -> usize {
    let ImplItem::Fn(function) = member else { return 0 };
    let takes_json =
        |argument: &syn::FnArg| matches!(argument, syn::FnArg::Typed(typed) if mentions(&typed.ty, "Value"));
    let Some(argument) = function.sig.inputs.iter_mut().find(|argument| takes_json(argument)) else { return 0 };
    *argument = parse_quote!(body: impl ::std::convert::AsRef<[u8]>);
    Raw { media }.visit_block_mut(&mut function.block);
    1
}

struct Raw<'a> {
    media: &'a str,
}

impl VisitMut for Raw<'_> {
    fn visit_expr_method_call_mut(&mut self, node: &mut syn::ExprMethodCall) {
        if node.method == "json_body" {
            node.method = syn::Ident::new("body", node.method.span());
            node.args = parse_quote!(body);
        }
        visit_mut::visit_expr_method_call_mut(self, node);
    }

    fn visit_lit_str_mut(&mut self, node: &mut LitStr) {
        if node.value() == "application/json" {
            *node = LitStr::new(self.media, node.span());
        }
    }
}

/// `query_param(NAME, value.to_string())` with a `Vec` as the value, which does not compile, becomes one expectation
/// for each item.
fn repeated_parameter(member: &mut ImplItem) -> usize {
    let ImplItem::Fn(function) = member else { return 0 };
    if !mentions(&function.sig, "Vec") {
        return 0;
    }
    let mut repeated = Repeated { count: 0 };
    repeated.visit_block_mut(&mut function.block);
    repeated.count
}

struct Repeated {
    count: usize,
}

impl VisitMut for Repeated {
    fn visit_expr_mut(&mut self, node: &mut Expr) {
        if let Expr::MethodCall(call) = &*node
            && call.method == "query_param"
        {
            let (when, name) = (&call.receiver, call.args.first());
            *node = parse_quote!(value.iter().fold(#when, |when, item| when.query_param(#name, item.to_string())));
            self.count += 1;
            return;
        }
        visit_mut::visit_expr_mut(self, node);
    }
}

struct Patterns {
    /// Patterns that work for every parameter.
    fixed: usize,
    unknown: Option<TokenStream>,
}

impl VisitMut for Patterns {
    /// `regex::Regex::new(PATTERN).unwrap()`, where the pattern is a literal or
    /// `&format!(TEMPLATE, value.to_string())`.
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
