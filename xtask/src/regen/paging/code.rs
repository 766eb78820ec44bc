//! The implementation for each builder.

use super::super::source::formatted;
use super::{Key, PageInput, Paged, Paging, Property, Total};

impl Paging {
    /// The code of the file.
    ///
    /// # Errors
    /// Only if the contract did not pass `spec check`.
    pub(in crate::regen) fn code(&self) -> anyhow::Result<String> {
        let mut code = String::from(
            "use super::{builder, types};\n\
             use crate::paging::{Fetch, Key, Offset, Paginated, RawPage, Total, count, fetch};\n\
             use crate::{Pages, Records};\n",
        );
        self.paged.iter().for_each(|operation| code += &operation.code());
        formatted(&code)
    }
}

impl Paged {
    /// The path to the list in the response.
    pub(super) fn way(&self) -> Vec<&str> {
        self.within.iter().chain([&self.list]).map(|property| property.wire.as_str()).collect()
    }

    /// The rules as an expression of the type `PagingRules`.
    pub(super) fn rules(&self) -> String {
        let (skip, body) = match &self.place {
            PageInput::Query { skip } => (skip, None),
            PageInput::Body { within, skip, .. } => {
                (skip, Some(within.iter().map(|(property, _)| property.wire.as_str()).collect::<Vec<_>>()))
            }
        };
        let body = body.map_or("None".to_owned(), |way| format!("Some(&{way:?})"));
        let totals: Vec<_> = self.total.iter().map(|total| (&total.wire, total.is_estimate)).collect();
        let key: Vec<_> = self.key.iter().map(|key| (&key.field.wire, &key.within)).collect();
        format!(
            "PagingRules {{ skip: {skip:?}, body: {body}, sends_offset: {:?}, counts: {:?}, sort: {:?}, page_size: {:?}, \
            list: &{:?}, totals: &{totals:?}, key: &{key:?} }}",
            self.sends_offset,
            self.counts,
            self.sort,
            self.page_size,
            self.way(),
        )
    }

    fn code(&self) -> String {
        let Self { record, response, .. } = self;
        let builder = format!("builder::{}", self.builder);
        let page_size = self.page_size.map(|size| format!("const PAGE_SIZE: u32 = {size};")).unwrap_or_default();
        let sorted = if self.sort.is_some() { "sorted" } else { "_sorted" };
        format!(
            "impl {builder} {{
                /// All records, page by page; see [`Records`].
                #[inline]
                pub fn records(self) -> Records<types::{record}> {{ Records::new(self) }}

                /// The pages; see [`Pages`].
                #[inline]
                pub fn pages(self) -> Pages<types::{record}> {{ Pages::new(self) }}
            }}

            impl Paginated for {builder} {{
                type Record = types::{record};
                {page_size}
                #[inline]
                fn offset(&self) -> Result<Offset, String> {{ {offset} }}

                #[inline]
                fn has_default_sort(&self) -> bool {{ {has_default_sort} }}

                #[inline]
                fn fetch(&self, skip: i64, limit: i64, {sorted}: bool) -> Fetch<types::{record}> {{
                    {call}
                    fetch(call, |response: &mut types::{response}| {{ {take} }})
                }}

                #[inline]
                fn key(record: &types::{record}) -> Option<Key> {{ {key} }}
            }}\n",
            offset = self.offset(),
            has_default_sort = self.has_default_sort(),
            call = self.call(),
            take = self.take(),
            key = self.key(),
        )
    }

    /// Whether the list chooses the order. A body chooses its own.
    fn has_default_sort(&self) -> &'static str {
        if self.sort.is_some() { "self.0.query_value(\"sort\").is_none()" } else { "false" }
    }

    fn offset(&self) -> String {
        let or_offset = |offset: &str| if self.sends_offset { format!(".or_offset({offset})") } else { String::new() };
        let found = |offset: String| if self.sends_offset { offset } else { format!("Ok({offset})") };
        match &self.place {
            PageInput::Query { skip } => found(format!(
                "Offset {{ skip: self.0.query_number({skip:?}), limit: self.0.query_number(\"limit\") }}{}",
                or_offset("self.0.query_number(\"offset\")")
            )),
            PageInput::Body { schema, within, skip } => {
                let terms = within
                    .as_ref()
                    .map_or_else(String::new, |(name, _)| format!(".and_then(|body| body.{})", name.rust));
                let offset =
                    found(format!("Offset {{ skip: terms.{skip}, limit: terms.limit }}{}", or_offset("terms.offset")));
                format!(
                    "let terms = self.0.json_body::<types::{}>(){terms};
                    terms.map_or(Ok(Offset::default()), |terms| {offset})",
                    schema
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
            PageInput::Query { skip } => {
                let offset = if self.sends_offset { ".query(\"offset\", skip)" } else { "" };
                let mut code =
                    format!("let call = self.0.clone().query({skip:?}, skip){offset}.query(\"limit\", limit);");
                if self.counts {
                    code += "let call = call.query_default(\"requireTotalCount\", true);";
                }
                if let Some(sort) = &self.sort {
                    code += &format!("let call = if sorted {{ call.query(\"sort\", {sort:?}) }} else {{ call }};");
                }
                code
            }
            PageInput::Body { schema, within, skip } => {
                let terms = match within {
                    None => "let terms = body;".to_owned(),
                    Some((name, _)) => format!("let terms = body.{}.get_or_insert_default();", name.rust),
                };
                let counts = if self.counts {
                    "terms.require_total_count = terms.require_total_count.or(Some(true));"
                } else {
                    ""
                };
                let offset = if self.sends_offset { "terms.offset = Some(skip);" } else { "" };
                format!(
                    "let call = self.0.clone().edit_json(|body: &mut types::{}| {{
                        {terms}
                        terms.{skip} = Some(skip);
                        terms.limit = Some(limit);
                        {offset}
                        {counts}
                    }});",
                    schema
                )
            }
        }
    }

    /// The page in the response.
    fn take(&self) -> String {
        let holder = match &self.within {
            Some(Property { wire, rust }) => format!(
                "let Some(holder) = response.{rust}.as_mut() else {{ return RawPage::without_holder(&response.extra, {wire:?}) }};"
            ),
            None => "let holder = response;".to_owned(),
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
