//! The client itself is hand-written; of progenitor's only the operations remain.

use anyhow::ensure;
use syn::{ImplItem, Item, parse_quote};

use super::tree::{implemented_for, module};

/// Drops progenitor's client, its hooks and its prelude, and puts our names in scope.
pub(super) fn keep_operations(file: &mut syn::File) -> anyhow::Result<()> {
    file.items.retain(|item| match item {
        Item::Mod(module) => module.ident != "prelude",
        Item::Impl(item) => item.trait_.is_none() && is_operations(item),
        _ => false,
    });
    let kept = file.items.iter().filter(|item| matches!(item, Item::Impl(_))).count();
    ensure!(kept == 1, "progenitor wrote {kept} implementations with operations, one is known");
    file.items.insert(
        0,
        parse_quote!(
            use crate::Client;
        ),
    );

    let builder = module(&mut file.items, "builder")?;
    builder.retain(|item| !matches!(item, Item::Use(_)));
    builder.insert(
        0,
        parse_quote!(
            use super::types;
        ),
    );
    builder.insert(
        1,
        parse_quote!(
            #[allow(unused_imports)]
            use crate::{Answer, ByteStream, Error};
        ),
    );
    Ok(())
}

/// Whether an implementation of the client holds operations and not its constructors.
fn is_operations(item: &syn::ItemImpl) -> bool {
    let constructs =
        |item: &ImplItem| matches!(item, ImplItem::Fn(function) if function.sig.ident == "new_with_client");
    implemented_for(item).as_deref() == Some("Client") && !item.items.iter().any(constructs)
}
