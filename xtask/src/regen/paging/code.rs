//! The implementation for each builder.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Paged, Paging, Place};
use crate::naming::{pascal, snake};

impl Paging {
    /// The code of the file.
    ///
    /// # Errors
    /// Never on a contract that passed its checks.
    pub(in crate::regen) fn code(&self) -> anyhow::Result<String> {
        let mut code = String::from(
            "use super::client::{builder, types};\n\
             use crate::paging::{Fetch, Paged, Rows, Window, identity, rows, total};\n\
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
        let builder = format!("builder::{}<'a>", pascal(&self.id));
        let page_size = self.page_size.map(|size| format!("const PAGE_SIZE: u32 = {size};")).unwrap_or_default();
        let identity = self.identity.as_ref().map_or("None".to_owned(), |id| format!("record.{}.as_ref()", id.rust));
        format!(
            "impl<'a> {builder} {{
                /// All records, page by page; see [`Records`].
                pub fn records(self) -> Records<'a, types::{record}> {{ Records::new(self) }}

                /// The pages; see [`Pages`].
                pub fn pages(self) -> Pages<'a, types::{record}> {{ Pages::new(self) }}
            }}

            impl<'a> Paged<'a> for {builder} {{
                type Record = types::{record};
                {page_size}
                fn window(&self) -> Result<Window, String> {{ {window} }}

                fn fetch(&self, skip: i64, limit: i64) -> Fetch<'a, types::{record}> {{
                    {call}
                    Box::pin(async move {{
                        rows(call.send().await?, |answer: &mut types::{answer}| {{ {take} }})
                    }})
                }}

                fn identity(record: &types::{record}) -> Option<String> {{ identity({identity}, &record.extra) }}
            }}\n",
            window = self.window(),
            call = self.call(),
            take = self.take(),
        )
    }

    fn window(&self) -> String {
        match &self.place {
            Place::Query { skip } => format!("Ok(Window {{ skip: self.{skip}.clone()?, limit: self.limit.clone()? }})"),
            Place::Body { schema, within } => {
                let terms = within.as_ref().map_or("Some(body)".to_owned(), |(name, _)| format!("body.{}", name.rust));
                format!(
                    "let body = types::{schema}::try_from(self.body.clone()?).map_err(|error| error.to_string())?;
                    Ok({terms}.map(|terms| Window {{ skip: terms.skip, limit: terms.limit }}).unwrap_or_default())",
                    schema = pascal(schema)
                )
            }
        }
    }

    /// The request for a page.
    fn call(&self) -> String {
        match &self.place {
            Place::Query { skip } => {
                let mut code = format!("let mut call = self.clone().{skip}(skip).limit(limit);");
                if self.counts {
                    code += "if let Ok(None) = call.require_total_count { call = call.require_total_count(true); }";
                }
                if let Some(sort) = &self.sort {
                    code += &format!("if let Ok(None) = call.sort {{ call = call.sort({sort:?}); }}");
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
                let sort = self.sort.as_ref();
                let sort = sort.map(|sort| format!("terms.sort = terms.sort.or_else(|| Some({sort:?}.to_owned()));"));
                format!(
                    "let mut call = self.clone();
                    call.body = call.body.and_then(|body| {{
                        let body = types::{schema}::try_from(body).map_err(|error| error.to_string())?;
                        {terms}
                        terms.skip = Some(skip);
                        terms.limit = Some(limit);
                        {counts}
                        {sort}
                        {back}
                    }}).map(|body: types::{schema}| body.into());",
                    sort = sort.unwrap_or_default()
                )
            }
        }
    }

    /// The page out of the answer.
    fn take(&self) -> String {
        let holder = match &self.within {
            Some(name) => format!("let holder = answer.{}.as_mut()?;", snake(name)),
            None => "let holder = answer;".to_owned(),
        };
        let declared = match &self.total_is_declared {
            Some(total) => format!("holder.{}.as_ref()", total.rust),
            None => "None::<&i64>".to_owned(),
        };
        format!(
            "{holder}
            let total = total({declared}, &holder.extra, {:?});
            Rows::take(&mut holder.{}, &mut holder.extra, {:?}, total)",
            self.total, self.list.rust, self.list.wire
        )
    }
}
