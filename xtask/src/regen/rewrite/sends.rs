//! Each `send`: the URL, the headers, the way out, and the way back.

use std::collections::BTreeMap;

use anyhow::{Context as _, anyhow, bail, ensure};
use proc_macro2::Span;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ImplItem, Item, LitStr, Local, Pat, Stmt, Token, parse_quote};

use super::Counts;
use super::tree::mentions;

/// Rewrites every `send` of the operations' builders. `operations` has the constant of each operation by its Rust name.
pub(super) fn rewrite(
    items: &mut [Item],
    operations: &BTreeMap<String, String>,
    counts: &mut Counts,
) -> anyhow::Result<()> {
    for item in items {
        let Item::Impl(item) = item else { continue };
        for member in &mut item.items {
            let ImplItem::Fn(function) = member else { continue };
            if function.sig.ident == "send" {
                let of = &item.self_ty;
                send(&mut function.block, operations, counts)
                    .with_context(|| format!("cannot rewrite the `send` of {}; a parameter that is called client, info, request, response, result or url would do it", quote!(#of)))?;
                counts.sends += 1;
                let mut lists = Lists { count: 0 };
                lists.visit_return_type_mut(&mut function.sig.output);
                counts.lists += lists.count;
            }
        }
    }
    Ok(())
}

/// The statements of one `send`, each of which must be one that is known.
fn send(block: &mut syn::Block, operations: &BTreeMap<String, String>, counts: &mut Counts) -> anyhow::Result<()> {
    let mut operation = None;
    let mut seen = Vec::new();
    let mut kept: Vec<Stmt> = Vec::new();
    for mut stmt in std::mem::take(&mut block.stmts) {
        match binding(&stmt).as_deref() {
            Some("url") => {
                stmt = url(&stmt)?;
                seen.push("url");
            }
            Some("request") => {
                stmt = request(stmt)?;
                seen.push("request");
            }
            Some("info") => {
                operation = Some(constant(&stmt, operations)?);
                seen.push("info");
                continue;
            }
            Some("result") => continue,
            Some("response") => {
                let constant = operation.clone().ok_or_else(|| anyhow!("no operation is named before the response"))?;
                stmt =
                    parse_quote!(let response = client.transport.send(request, &crate::operations::#constant).await?;);
                seen.push("response");
            }
            // `api-version` is progenitor's own idea and no part of BigID.
            None if mentions(&stmt, "api-version") => {
                seen.push("api-version");
                continue;
            }
            None if mentions(&stmt, "pre") || mentions(&stmt, "post") && mentions(&stmt, "info") => continue,
            _ => {}
        }
        kept.push(stmt);
    }
    seen.sort_unstable();
    ensure!(
        seen == ["api-version", "info", "request", "response", "url"],
        "found {seen:?} of the five statements that each `send` has"
    );
    drop_unused_headers(&mut kept)?;
    let mut ways_back = WaysBack { count: 0, unknown: None };
    for stmt in &mut kept {
        ways_back.visit_stmt_mut(stmt);
    }
    if let Some(unknown) = ways_back.unknown {
        bail!("an error answer without a documented JSON body, which the contract must give it: {unknown}");
    }
    counts.answers += ways_back.count;
    block.stmts = kept;
    Ok(())
}

/// The name that a statement binds.
fn binding(stmt: &Stmt) -> Option<String> {
    let Stmt::Local(Local { pat: Pat::Ident(pat), .. }) = stmt else { return None };
    Some(pat.ident.to_string())
}

fn initial(stmt: &Stmt) -> anyhow::Result<&Expr> {
    match stmt {
        Stmt::Local(Local { init: Some(init), .. }) => Ok(&init.expr),
        _ => bail!("a binding without a value"),
    }
}

/// `format!("{}/a/{}", client.baseurl, encode_path(&name.to_string()))` becomes a URL whose segments are checked.
fn url(stmt: &Stmt) -> anyhow::Result<Stmt> {
    let Expr::Macro(format) = initial(stmt)? else { bail!("a URL that is not formatted") };
    let parts = format.mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)?;
    let mut parts = parts.into_iter();
    let (Some(template), Some(base)) = (parts.next(), parts.next()) else { bail!("a URL without a template") };
    let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(template), .. }) = template else {
        bail!("a URL without a template")
    };
    ensure!(mentions(&base, "baseurl"), "a URL that does not begin at the base");
    let template = template.value();
    let template =
        template.strip_prefix("{}").ok_or_else(|| anyhow!("a URL that does not begin at the base: {template}"))?;
    let segments = parts.map(|part| segment(&part)).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(parse_quote!(let url = client.transport.url(#template, &[#(#segments),*])?;))
}

/// `encode_path(&name.to_string())` becomes `("name", name.to_string().as_str())`.
fn segment(part: &Expr) -> anyhow::Result<Expr> {
    let Expr::Call(call) = part else { bail!("a path parameter that is not encoded") };
    ensure!(mentions(&call.func, "encode_path") && call.args.len() == 1, "a path parameter that is not encoded");
    let Some(Expr::Reference(reference)) = call.args.first() else { bail!("a path parameter that is not borrowed") };
    let Expr::MethodCall(text) = &*reference.expr else { bail!("a path parameter that is not made text") };
    let Expr::Path(name) = &*text.receiver else { bail!("a path parameter without a name") };
    let name = name.path.get_ident().ok_or_else(|| anyhow!("a path parameter without a name"))?;
    let label = LitStr::new(&name.to_string(), Span::call_site());
    Ok(parse_quote!((#label, #text.as_str())))
}

/// `let mut request = client.client.get(url)...build()?;` stays unbuilt: the transport builds it, and says what was wrong with it.
fn request(stmt: Stmt) -> anyhow::Result<Stmt> {
    let Expr::Try(tried) = initial(&stmt)? else { bail!("a request that cannot fail") };
    let Expr::MethodCall(build) = &*tried.expr else { bail!("a request that is not built") };
    ensure!(build.method == "build", "a request that is not built");
    let mut chain = (*build.receiver).clone();
    let mut plain = PlainClient { count: 0 };
    plain.visit_expr_mut(&mut chain);
    ensure!(plain.count == 1, "a request that does not begin at the client");
    Ok(parse_quote!(let request = #chain;))
}

struct PlainClient {
    count: usize,
}

impl VisitMut for PlainClient {
    fn visit_expr_mut(&mut self, node: &mut Expr) {
        if let Expr::Field(field) = node
            && matches!(&field.member, syn::Member::Named(name) if name == "client")
        {
            *node = parse_quote!(client.transport.http());
            self.count += 1;
            return;
        }
        visit_mut::visit_expr_mut(self, node);
    }
}

/// The constant of the operation that an `OperationInfo` names.
fn constant(stmt: &Stmt, operations: &BTreeMap<String, String>) -> anyhow::Result<syn::Ident> {
    let Expr::Struct(info) = initial(stmt)? else { bail!("an operation without information") };
    let name = info.fields.iter().find_map(|field| match &field.expr {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(name), .. }) => Some(name.value()),
        _ => None,
    });
    let name = name.ok_or_else(|| anyhow!("an operation without a name"))?;
    let constant = operations
        .get(&name)
        .ok_or_else(|| anyhow!("progenitor calls an operation `{name}`, the table has none of that name"))?;
    Ok(syn::Ident::new(constant, Span::call_site()))
}

/// Without `api-version`, most operations have no header left to collect.
fn drop_unused_headers(stmts: &mut Vec<Stmt>) -> anyhow::Result<()> {
    let collects =
        |stmt: &Stmt| matches!(stmt, Stmt::Expr(..)) && mentions(stmt, "header_map") && mentions(stmt, "append");
    if stmts.iter().any(collects) {
        return Ok(());
    }
    stmts.retain(|stmt| binding(stmt).as_deref() != Some("header_map"));
    for stmt in stmts.iter_mut().filter(|stmt| binding(stmt).as_deref() == Some("request")) {
        let Expr::MethodCall(headers) = initial(stmt)? else { bail!("a request without headers") };
        ensure!(headers.method == "headers", "a request that ends in `{}`", headers.method);
        let chain = &headers.receiver;
        *stmt = parse_quote!(let request = #chain;);
    }
    Ok(())
}

/// `ResponseValue<Vec<Record>>` becomes our own answer, and a list in which an odd element keeps its place and loses nothing else.
struct Lists {
    count: usize,
}

impl VisitMut for Lists {
    fn visit_path_segment_mut(&mut self, node: &mut syn::PathSegment) {
        if node.ident != "ResponseValue" {
            return visit_mut::visit_path_segment_mut(self, node);
        }
        node.ident = syn::Ident::new("Answer", node.ident.span());
        if let syn::PathArguments::AngleBracketed(arguments) = &mut node.arguments
            && let Some(syn::GenericArgument::Type(answer)) = arguments.args.first_mut()
            && let syn::Type::Path(path) = answer
            && let Some(last) = path.path.segments.last()
            && last.ident == "Vec"
        {
            let element = &last.arguments;
            *answer = parse_quote!(crate::List #element);
            self.count += 1;
        }
        visit_mut::visit_path_segment_mut(self, node);
    }
}

/// Answers are decoded, and errors made, by our own functions.
struct WaysBack {
    count: usize,
    unknown: Option<String>,
}

impl VisitMut for WaysBack {
    /// Any 2xx is a success: which one a server sends says nothing that the body does not say, and differs between versions.
    fn visit_expr_match_mut(&mut self, node: &mut syn::ExprMatch) {
        let is_success = |arm: &syn::Arm| {
            let pattern = &arm.pat;
            matches!(
                quote!(#pattern).to_string().as_bytes(),
                [b'2', _, _, b'u', b'1', b'6'] | [b'2', b'0', b'0', b' ', ..]
            )
        };
        let mut found = false;
        node.arms.retain_mut(|arm| {
            let first = is_success(arm) && !std::mem::replace(&mut found, true);
            if first {
                arm.pat = parse_quote!(200..=299);
            }
            first || !is_success(arm)
        });
        visit_mut::visit_expr_match_mut(self, node);
    }

    /// `Err(Error::ErrorResponse(ResponseValue::from_response(response).await?))` is ours as a whole: what caused the answer lies in
    /// the response's extensions, which a `ResponseValue` has not.
    fn visit_expr_mut(&mut self, node: &mut Expr) {
        if let Expr::Call(err) = &*node
            && let Expr::Path(function) = &*err.func
            && function.path.is_ident("Err")
            && let Some(Expr::Call(error)) = err.args.first()
            && mentions(&error.func, "ErrorResponse")
            && error.args.first().is_some_and(|body| mentions(body, "from_response"))
        {
            *node = parse_quote!(Err(crate::answer::refused(response).await));
            self.count += 1;
            return;
        }
        visit_mut::visit_expr_mut(self, node);
    }

    fn visit_expr_call_mut(&mut self, node: &mut syn::ExprCall) {
        visit_mut::visit_expr_call_mut(self, node);
        let Expr::Path(function) = &*node.func else { return };
        let name: Vec<String> = function.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let ours: Expr = match name.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["ResponseValue", "from_response"] => parse_quote!(crate::answer::decode),
            ["ResponseValue", "stream"] => parse_quote!(Answer::stream),
            ["ResponseValue", "empty"] => parse_quote!(Answer::empty),
            ["Error", "UnexpectedResponse"] => parse_quote!(Error::unexpected_response),
            ["Error", "ErrorResponse"] => {
                self.unknown = Some(quote!(#node).to_string());
                return;
            }
            _ => return,
        };
        *node.func = ours;
        self.count += 1;
    }
}
