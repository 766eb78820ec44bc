//! The implementation for each builder.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Key, Paged, Paging, Place, Total};
use crate::naming::{builder, pascal, snake};

impl Paging {
    /// The code of the file.
    ///
    /// # Errors
    /// Never on a contract that passed its checks.
    pub(in crate::regen) fn code(&self) -> anyhow::Result<String> {
        let mut code = String::from(
            "use super::client::{builder, types};\n\
             use crate::paging::{Fetch, Key, Offset, Paginated, RawPage, Total, count, raw_page};\n\
             use crate::{Pages, Records};\n",
        );
        self.paged.iter().for_each(|operation| code += &operation.code());
        let tokens: TokenStream = code.parse().map_err(|error| anyhow::anyhow!("not Rust ({error}): {code}"))?;
        Ok(prettyplease::unparse(&syn::parse2(quote!(#tokens))?))
    }
}

impl Paged {
    fn code(&self) -> String {
        let Self { record, answer, .. } = self;
        let builder = format!("builder::{}<'a>", builder(&self.id));
        let page_size = self.page_size.map(|size| format!("const PAGE_SIZE: u32 = {size};")).unwrap_or_default();
        let sorted = if self.sort.is_some() { "sorted" } else { "_sorted" };
        format!(
            "impl<'a> {builder} {{
                /// All records, page by page; see [`Records`].
                pub fn records(self) -> Records<'a, types::{record}> {{ Records::new(self) }}

                /// The pages; see [`Pages`].
                pub fn pages(self) -> Pages<'a, types::{record}> {{ Pages::new(self) }}
            }}

            impl<'a> Paginated<'a> for {builder} {{
                type Record = types::{record};
                {page_size}
                fn offset(&self) -> Result<Offset, String> {{ {offset} }}

                fn has_default_sort(&self) -> bool {{ {has_default_sort} }}

                fn fetch(&self, skip: i64, limit: i64, {sorted}: bool) -> Fetch<'a, types::{record}> {{
                    {call}
                    Box::pin(async move {{
                        raw_page(call.send().await?, |answer: &mut types::{answer}| {{ {take} }})
                    }})
                }}

                fn key(record: &types::{record}) -> Option<Key> {{ {key} }}
            }}\n",
            offset = self.offset(),
            has_default_sort = if self.sort.is_some() { "matches!(self.sort, Ok(None))" } else { "false" },
            call = self.call(),
            take = self.take(),
            key = self.key(),
        )
    }

    fn offset(&self) -> String {
        match &self.place {
            Place::Query { skip } => {
                let or_offset = if self.sends_offset { ".or_offset(self.offset.clone()?)" } else { "" };
                let offset = format!("Offset {{ skip: self.{skip}.clone()?, limit: self.limit.clone()? }}");
                if self.sends_offset { format!("{offset}{or_offset}") } else { format!("Ok({offset})") }
            }
            Place::Body { schema, within } => {
                let terms = within.as_ref().map_or("Some(body)".to_owned(), |(name, _)| format!("body.{}", name.rust));
                let offset = "Offset { skip: terms.skip, limit: terms.limit }";
                let offset = if self.sends_offset {
                    format!("{offset}.or_offset(terms.offset)")
                } else {
                    format!("Ok({offset})")
                };
                format!(
                    "let body = types::{schema}::try_from(self.body.clone()?).map_err(|error| error.to_string())?;
                    {terms}.map_or(Ok(Offset::default()), |terms| {offset})",
                    schema = pascal(schema)
                )
            }
        }
    }

    fn key(&self) -> String {
        let mut code = String::new();
        for (place, Key { field, within }) in self.key.iter().enumerate() {
            let key = format!(
                "Key::of({place}, record.{}.as_ref(), &record.extra, {:?}, {within:?})",
                field.rust, field.wire
            );
            code += &if place == 0 { key } else { format!(".or_else(|| {key})") };
        }
        code
    }

    /// The request for a page.
    fn call(&self) -> String {
        match &self.place {
            Place::Query { skip } => {
                let offset = if self.sends_offset { ".offset(skip)" } else { "" };
                let mut code = format!("let mut call = self.clone().{skip}(skip){offset}.limit(limit);");
                if self.counts {
                    code += "if let Ok(None) = call.require_total_count { call = call.require_total_count(true); }";
                }
                if let Some(sort) = &self.sort {
                    code += &format!("if sorted {{ call = call.sort({sort:?}); }}");
                }
                code.replacen("let mut", if self.counts || self.sort.is_some() { "let mut" } else { "let" }, 1)
            }
            Place::Body { schema, within } => {
                let schema = pascal(schema);
                let (terms, back) = match within {
                    None => ("let mut terms = body;".to_owned(), "Ok(terms)".to_owned()),
                    Some((name, inner)) => (
                        format!(
                            "let mut body = body;
                            let mut terms = match body.{name}.take() {{
                                Some(terms) => terms,
                                None => types::{inner}::try_from(types::{inner}::builder()).map_err(|error| error.to_string())?,
                            }};",
                            name = name.rust,
                            inner = pascal(inner)
                        ),
                        format!("body.{} = Some(terms); Ok(body)", name.rust),
                    ),
                };
                let counts = if self.counts {
                    "terms.require_total_count = terms.require_total_count.or(Some(true));"
                } else {
                    ""
                };
                let offset = if self.sends_offset { "terms.offset = Some(skip);" } else { "" };
                format!(
                    "let mut call = self.clone();
                    call.body = call.body.and_then(|body| {{
                        let body = types::{schema}::try_from(body).map_err(|error| error.to_string())?;
                        {terms}
                        terms.skip = Some(skip);
                        terms.limit = Some(limit);
                        {offset}
                        {counts}
                        {back}
                    }}).map(|body: types::{schema}| body.into());"
                )
            }
        }
    }

    /// The page out of the answer.
    fn take(&self) -> String {
        let holder = match &self.within {
            Some(name) => format!(
                "let Some(holder) = answer.{}.as_mut() else {{ return RawPage::without_holder(&answer.extra, {name:?}) }};",
                snake(name)
            ),
            None => "let holder = answer;".to_owned(),
        };
        let count = |is_estimate: bool| {
            let counts = self.total.iter().filter(|total| total.is_estimate == is_estimate).map(
                |Total { wire, declared, .. }| {
                    let declared = declared
                        .as_ref()
                        .map_or("None::<&i64>".to_owned(), |total| format!("holder.{}.as_ref()", total.rust));
                    format!("count({declared}, &holder.extra, {wire:?})")
                },
            );
            let counts: Vec<String> = counts.collect();
            if counts.is_empty() {
                "None".to_owned()
            } else {
                counts.join(".or_else(|| ") + &")".repeat(counts.len() - 1)
            }
        };
        format!(
            "{holder}
            let total = Total {{ exact: {}, estimate: {} }};
            RawPage::take(&mut holder.{}, &mut holder.extra, {:?}, total)",
            count(false),
            count(true),
            self.list.rust,
            self.list.wire
        )
    }
}
