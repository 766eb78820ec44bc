//! Calls of operations that are chosen at run time.

use std::fmt;
use std::ops::Deref;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use url::Url;

use crate::call::Call;
use crate::operation::PagingRules;
use crate::paging::{Fetch, Key, Offset, Paginated, RawPage, Total, count, raw_page};
use crate::sending::CallOutput;
use crate::types::ApiErrorBody;
use crate::{
    ByteStream, CallOptions, Client, DEFAULT_PAGE_SIZE, Error, Extra, FormFile, Operation, RawJson, Records, Response,
};

/// A call of an operation that is chosen at run time, for programs, such as command-line tools, that read
/// [`operations::OPERATIONS`](crate::operations::OPERATIONS). It is sent in the same way as by the typed method of the
/// operation.
///
/// ```no_run
/// # async fn call(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use bigid_api::operations::{GET_DATA_SOURCE, LIST_DATA_SOURCES};
///
/// let source = client.call(&GET_DATA_SOURCE, &[("name", "Orders")]).send().await?;
/// let mut sources = client.call(&LIST_DATA_SOURCES, &[]).query("filter", ["type=\"mysql\""]).records();
/// while let Some(source) = sources.try_next().await? {
///     println!("{}", source.as_str());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a call does nothing until it is sent"]
pub struct OperationCall {
    call: Call,
    operation: &'static Operation,
}

impl Client {
    /// Starts a call of an operation that is chosen at run time. `path` has the path parameters by name; sending a call
    /// without one of them is [`Error::InvalidRequest`].
    pub fn call(&self, operation: &'static Operation, path: &[(&str, &str)]) -> OperationCall {
        let names = operation.path.split(['{', '}']).skip(1).step_by(2);
        let given = |name: &str| path.iter().find(|(given, _)| *given == name).map(|(_, value)| *value);
        // In the order of the path.
        let segments: Vec<(&str, Option<&str>)> = names.map(|name| (name, given(name))).collect();
        let values: Vec<(&str, &str)> = segments.iter().map(|(name, value)| (*name, value.unwrap_or("-"))).collect();
        let mut call = Call::new(self, operation, &values);
        if let Some((missing, _)) = segments.iter().find(|(_, value)| value.is_none()) {
            call.reject(format!("the path parameter `{missing}` of {} is missing", operation.id));
        }
        OperationCall { call, operation }
    }
}

impl OperationCall {
    /// Sets a query parameter to one or more values, in place of earlier ones.
    pub fn query(self, name: &'static str, values: impl IntoIterator<Item: fmt::Display>) -> Self {
        Self { call: self.call.query_all(name, values), ..self }
    }

    /// Sets a header parameter of the operation.
    pub fn header(self, name: &'static str, value: &str) -> Self {
        Self { call: self.call.header(name, value), ..self }
    }

    /// Sets the JSON body.
    pub fn json(self, body: &impl Serialize) -> Self {
        Self { call: self.call.json(body), ..self }
    }

    /// Sets a form with one file as the body; `part` is its name in the contract.
    pub fn form_file(self, part: &str, file: &FormFile) -> Self {
        Self { call: self.call.form_file(part, file), ..self }
    }

    /// Applies options to this call.
    pub fn options(self, options: CallOptions) -> Self {
        Self { call: self.call.options(options), ..self }
    }

    /// The URL with its query, as it will be sent; [`records`](Self::records) adds the page.
    ///
    /// # Errors
    /// [`Error::InvalidRequest`] for a value that cannot be sent.
    pub fn url(&self) -> Result<Url, Error<ApiErrorBody>> {
        self.call.full_url()
    }

    /// Sends the call. A response without a body is `null`.
    ///
    /// # Errors
    /// Same as for the operation; see [`Error`].
    ///
    /// # Cancel safety
    /// Dropping the future abandons the call; the server may have received it.
    pub async fn send(self) -> Result<Response<RawJson>, Error<ApiErrorBody>> {
        RawJson::with_response(self.call).await
    }

    /// Sends the call, and streams the body of its response, whatever it is.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// # Cancel safety
    /// As [`send`](Self::send).
    pub async fn send_stream(self) -> Result<Response<ByteStream>, Error<ApiErrorBody>> {
        ByteStream::with_response(self.call).await
    }

    /// All records, page by page, like the typed `records()` of the operation; see [`Records`]. For an operation
    /// without pages ([`Operation::paging`]), the only item is [`Error::InvalidRequest`].
    pub fn records(self) -> Records<RawRecord> {
        Records::new(self)
    }

    fn rules(&self) -> Option<&'static PagingRules> {
        self.operation.paging.as_ref()
    }
}

/// Shows only the operation, because values may be secrets.
impl fmt::Debug for OperationCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.call, f)
    }
}

/// A record of a list as received: a [`RawJson`] that is an object.
#[derive(Clone, PartialEq, Eq)]
pub struct RawRecord {
    json: RawJson,
    key: Option<Key>,
}

impl RawRecord {
    /// The JSON.
    #[must_use]
    pub fn into_json(self) -> RawJson {
        self.json
    }
}

impl Deref for RawRecord {
    type Target = RawJson;

    fn deref(&self) -> &RawJson {
        &self.json
    }
}

impl Serialize for RawRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

impl fmt::Debug for RawRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.json, f)
    }
}

impl Paginated for OperationCall {
    type Record = RawRecord;

    fn offset(&self) -> Result<Offset, String> {
        let Some(rules) = self.rules() else {
            return Err(format!("the operation {} is not read page by page", self.operation.id));
        };
        let terms = rules.body.map(|way| {
            let body = self.call.json_body::<Value>().unwrap_or_default();
            way.iter().fold(body, |inner, name| inner[*name].clone())
        });
        let number = |name: &str| match &terms {
            None => self.call.query_number(name),
            Some(terms) => terms[name].as_i64(),
        };
        let offset = Offset { skip: number(rules.skip), limit: number("limit") };
        let offset = if rules.sends_offset { offset.or_offset(number("offset"))? } else { offset };
        Ok(Offset { limit: offset.limit.or(Some(rules.page_size.unwrap_or(DEFAULT_PAGE_SIZE).into())), ..offset })
    }

    fn has_default_sort(&self) -> bool {
        self.rules().is_some_and(|rules| rules.sort.is_some()) && self.call.query_value("sort").is_none()
    }

    fn fetch(&self, skip: i64, limit: i64, sorted: bool) -> Fetch<RawRecord> {
        let (call, rules) = (self.call.clone(), self.rules());
        Box::pin(async move {
            let Some(rules) = rules else { return Err(Error::InvalidRequest("not read page by page".to_owned())) };
            let response = RawJson::with_response(rules.ask(call, skip, limit, sorted)).await?;
            raw_page(response, |json: &mut RawJson| rules.take(json))
        })
    }

    fn key(record: &RawRecord) -> Option<Key> {
        record.key.clone()
    }
}

impl PagingRules {
    /// The request for a page.
    fn ask(&self, call: Call, skip: i64, limit: i64, sorted: bool) -> Call {
        match self.body {
            None => {
                let mut call = call.query(self.skip, skip).query("limit", limit);
                if self.sends_offset {
                    call = call.query("offset", skip);
                }
                if self.counts {
                    call = call.query_default("requireTotalCount", true);
                }
                match self.sort {
                    Some(sort) if sorted => call.query("sort", sort),
                    _ => call,
                }
            }
            Some(way) => call.edit_json(|body: &mut Map<String, Value>| {
                edit_within(body, way, &|terms| {
                    terms.insert(self.skip.to_owned(), skip.into());
                    terms.insert("limit".to_owned(), limit.into());
                    if self.sends_offset {
                        terms.insert("offset".to_owned(), skip.into());
                    }
                    if self.counts && terms.get("requireTotalCount").is_none_or(Value::is_null) {
                        terms.insert("requireTotalCount".to_owned(), true.into());
                    }
                });
            }),
        }
    }

    /// The page in a response: the list in its envelope, or the response itself if it is a bare list.
    fn take(&self, json: &RawJson) -> Option<RawPage<RawRecord>> {
        if json.elements().is_some() {
            return self.page(json, Total::default());
        }
        let (list, holders) = self.list.split_last()?;
        let mut holder = json.object()?;
        for name in holders {
            match holder.raw(name)? {
                "null" => return Some(empty(Total::default())),
                inner => holder = Extra::of_object(inner)?,
            }
        }
        let total = self.total(&holder);
        let json: RawJson = holder.raw(list)?.parse().ok()?;
        if json.is_null() {
            return Some(empty(total));
        }
        self.page(&json, total)
    }

    fn page(&self, list: &RawJson, total: Total) -> Option<RawPage<RawRecord>> {
        let mut page = empty(total);
        for (index, json) in (0..).zip(list.elements()?) {
            match self.record(json) {
                Ok(record) => page.records.push(record),
                Err(malformed) => page.malformed.push((index, malformed)),
            }
        }
        Some(page)
    }

    fn total(&self, holder: &Extra) -> Total {
        let first = |estimates: bool| {
            let mut fields = self.totals.iter().filter(|(_, is_estimate)| *is_estimate == estimates);
            fields.find_map(|(field, _)| count(None::<&i64>, holder, field))
        };
        Total { exact: first(false), estimate: first(true) }
    }

    fn record(&self, json: RawJson) -> Result<RawRecord, Value> {
        let Some(members) = json.object() else {
            return Err(json.to_value().unwrap_or_else(|| json.as_str().into()));
        };
        let mut fields = (0..).zip(self.key);
        let key = fields.find_map(|(place, (field, within))| Key::of(place, None::<&()>, &members, field, within));
        Ok(RawRecord { json, key })
    }
}

fn empty(total: Total) -> RawPage<RawRecord> {
    RawPage { records: Vec::new(), malformed: Vec::new(), total }
}

/// Changes the object at a path, which is created if it is missing.
fn edit_within(object: &mut Map<String, Value>, way: &[&str], edit: &dyn Fn(&mut Map<String, Value>)) {
    let [name, rest @ ..] = way else { return edit(object) };
    let mut inner = match object.remove(*name) {
        Some(Value::Object(inner)) => inner,
        _ => Map::new(),
    };
    edit_within(&mut inner, rest, edit);
    object.insert((*name).to_owned(), inner.into());
}
