//! The request behind every operation's builder. It is not generic, so that its code is compiled once.
//!
//! This file is long because it has one small method for each part of a request.

use std::fmt::{self, Display};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, RANGE};
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::error::json_fault;
use crate::response;
use crate::types::ApiErrorBody;
use crate::{CallOptions, Client, Error, FormFile, Operation, RetryPolicy, Transport};

/// A call under construction. Errors in it are reported when it is sent.
#[derive(Clone)]
pub struct Call {
    transport: Arc<Transport>,
    operation: &'static Operation,
    url: Url,
    query: Vec<(&'static str, String)>,
    headers: HeaderMap,
    body: Option<Bytes>,
    content_type: HeaderValue,
    options: CallOptions,
    /// The first error, with the name of its parameter.
    mistake: Option<String>,
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");

const URL_ENCODED: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// Why a body cannot be written. What its `Serialize` says may repeat a value.
const NOT_JSON: &str = "a map in it has keys that are not text, or its `Serialize` fails";

impl Call {
    /// A call of an operation. `segments` are the names and values of the path parameters.
    pub(crate) fn new(client: &Client, operation: &'static Operation, segments: &[(&str, &str)]) -> Self {
        let transport = client.transport.clone();
        let (url, mistake) = match transport.base().operation(operation.path, segments) {
            Ok(url) => (url, None),
            Err(mistake) => (transport.base().url().clone(), Some(mistake)),
        };
        let (query, headers, options) = (Vec::new(), HeaderMap::new(), CallOptions::new());
        Self { transport, operation, url, query, headers, body: None, content_type: JSON, options, mistake }
    }

    /// Sets a query parameter, in place of an earlier value.
    pub(crate) fn query(self, name: &'static str, value: impl Display) -> Self {
        self.query_text(name, value.to_string())
    }

    /// Sets a query parameter that may occur several times, replacing all earlier values.
    pub(crate) fn query_all(self, name: &'static str, values: impl IntoIterator<Item = impl Display>) -> Self {
        let values = values.into_iter().map(|value| value.to_string()).collect();
        self.query_texts(name, values)
    }

    fn query_text(mut self, name: &'static str, value: String) -> Self {
        match self.query.iter_mut().find(|(set, _)| *set == name) {
            Some((_, set)) => *set = value,
            None => self.query.push((name, value)),
        }
        self
    }

    fn query_texts(mut self, name: &'static str, values: Vec<String>) -> Self {
        self.query.retain(|(set, _)| *set != name);
        self.query.extend(values.into_iter().map(|value| (name, value)));
        self
    }

    /// Sets a query parameter that has not been set.
    pub(crate) fn query_default(self, name: &'static str, value: impl Display) -> Self {
        if self.query_value(name).is_some() { self } else { self.query(name, value) }
    }

    /// The value of a query parameter that has been set.
    pub(crate) fn query_value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(set, _)| *set == name).map(|(_, value)| value.as_str())
    }

    /// The value of a query parameter that has been set to a number.
    pub(crate) fn query_number(&self, name: &str) -> Option<i64> {
        self.query_value(name)?.parse().ok()
    }

    #[allow(dead_code, reason = "the contract has no operation with a header parameter at present")]
    /// Sets a header parameter of the operation. The error does not repeat the value.
    pub(crate) fn header_text(mut self, name: &'static str, value: &str) -> Self {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            _ => {
                self.reject(format!("the header parameter `{name}` contains characters that are not valid in a header"))
            }
        }
        self
    }

    /// Sets a header that the caller chose.
    pub(crate) fn header<N: TryInto<HeaderName>, V: TryInto<HeaderValue>>(mut self, name: N, value: V) -> Self {
        match (name.try_into(), value.try_into()) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            (Err(_), _) => self.reject("a header has an invalid name".to_owned()),
            (Ok(name), Err(_)) => {
                self.reject(format!("the header `{name}` contains characters that are not valid in a header"))
            }
        }
        self
    }

    /// Sets the JSON body.
    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => self.body = Some(body.into()),
            Err(_) => self.reject(format!("the body cannot be written as JSON: {NOT_JSON}")),
        }
        self
    }

    #[allow(dead_code, reason = "a contract need not have an operation that takes a form")]
    /// Sets the fields of a record as a URL-encoded form: the body.
    pub(crate) fn form(mut self, body: &impl Serialize) -> Self {
        match url_encoded(body) {
            Ok(body) => (self.content_type, self.body) = (URL_ENCODED, Some(body.into())),
            Err(mistake) => self.reject(mistake),
        }
        self
    }

    #[allow(dead_code, reason = "a contract need not have an operation that takes a file")]
    /// Sets a form with one file as the body.
    pub(crate) fn form_file(mut self, part: &str, file: &FormFile) -> Self {
        let (content_type, body) = file.form(part);
        (self.content_type, self.body) = (content_type, Some(body));
        self
    }

    /// Changes the body.
    pub(crate) fn edit_json<T: Serialize + DeserializeOwned>(mut self, edit: impl FnOnce(&mut T)) -> Self {
        match serde_json::from_slice(self.body.as_deref().unwrap_or(b"{}")) {
            Ok(mut body) => {
                edit(&mut body);
                self.json(&body)
            }
            Err(error) => {
                self.reject(format!("the body cannot be read back: {}", json_fault(&error)));
                self
            }
        }
    }

    /// The URL with its query.
    ///
    /// # Errors
    /// The first error in the parameters.
    pub(crate) fn full_url(&self) -> Result<Url, Error<ApiErrorBody>> {
        match &self.mistake {
            Some(mistake) => Err(Error::InvalidRequest(mistake.clone())),
            None => Ok(with_query(self.url.clone(), &self.query)),
        }
    }

    /// The body, if one was set.
    pub(crate) fn json_body<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(self.body.as_deref()?).ok()
    }

    pub(crate) fn options(mut self, options: CallOptions) -> Self {
        self.options = options.or(self.options);
        self
    }

    pub(crate) fn timeout(self, timeout: Duration) -> Self {
        self.options(CallOptions::new().timeout(timeout))
    }

    pub(crate) fn retry(self, policy: RetryPolicy) -> Self {
        self.options(CallOptions::new().retry(policy))
    }

    /// Makes sending fail with this error.
    pub(crate) fn reject(&mut self, mistake: String) {
        self.mistake.get_or_insert(mistake);
    }

    /// The request to send.
    ///
    /// # Errors
    /// The first error in the parameters.
    pub(crate) fn prepare(self, accept: &'static str) -> Result<Prepared, Error<ApiErrorBody>> {
        if let Some(mistake) = self.mistake {
            return Err(Error::InvalidRequest(mistake));
        }
        let method = Method::from_bytes(self.operation.method.as_bytes()).unwrap_or_default();
        let mut request = Box::new(reqwest::Request::new(method, with_query(self.url, &self.query)));
        let mut headers = self.headers;
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static(accept));
        if let Some(body) = self.body {
            headers.entry(CONTENT_TYPE).or_insert(self.content_type);
            *request.body_mut() = Some(body.into());
        }
        *request.headers_mut() = headers;
        let extensions = self.transport.prepare(&mut request, self.operation, self.options);
        Ok(Prepared { transport: self.transport, request, extensions, operation: self.operation })
    }
}

/// Appends parameters to a URL that has no query.
fn with_query(mut url: Url, query: &[(&'static str, String)]) -> Url {
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}

/// A call that is ready to be sent. It is much smaller than a [`Call`], which matters in a future.
pub(crate) struct Prepared {
    transport: Arc<Transport>,
    request: Box<reqwest::Request>,
    extensions: Extensions,
    pub(crate) operation: &'static Operation,
}

impl Prepared {
    /// Sends the call. Every 2xx status is a success, because servers use other statuses than the documented ones,
    /// except a part that was neither requested nor documented: it would pass for the whole list or file.
    pub(crate) async fn respond(self) -> Result<reqwest::Response, Error<ApiErrorBody>> {
        let Self { transport, request, mut extensions, operation } = self;
        let requests_part = request.headers().contains_key(RANGE);
        let response = transport.send(request, &mut extensions).await?;
        let status = response.status();
        let is_part =
            status == StatusCode::PARTIAL_CONTENT && !requests_part && !operation.statuses.contains(&status.as_u16());
        if status.is_success() && !is_part {
            Ok(response)
        } else if operation.documents(status.as_u16()) {
            Err(Box::pin(response::refused(response)).await)
        } else {
            Err(Box::pin(response::unexpected(response)).await)
        }
    }
}

/// A record as a form, without nulls. The error does not repeat values.
fn url_encoded(body: &impl Serialize) -> Result<String, String> {
    let fields = match serde_json::to_value(body) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) => return Err("the body is not a record, and cannot be written as a form".to_owned()),
        Err(_) => return Err(format!("the body cannot be written as a form: {NOT_JSON}")),
    };
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in &fields {
        match value {
            Value::Null => continue,
            Value::String(text) => form.append_pair(name, text),
            Value::Bool(_) | Value::Number(_) => form.append_pair(name, &value.to_string()),
            Value::Array(_) | Value::Object(_) => {
                return Err(format!("the body's field `{name}` is a list or an object, which a form cannot hold"));
            }
        };
    }
    Ok(form.finish())
}

/// Shows only the operation, because parameters may be secrets.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(self.operation.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::url_encoded;

    #[test]
    fn a_form_holds_scalars_and_no_value_is_repeated_in_an_error() {
        let fields = json!({ "a b": "c&d=\u{e9}+", "flag": true, "none": null, "number": 7, "text": "" });
        assert_eq!(url_encoded(&fields).unwrap(), "a+b=c%26d%3D%C3%A9%2B&flag=true&number=7&text=");
        assert_eq!(url_encoded(&json!({})).unwrap(), "");
        for body in
            [json!({ "a": ["hunter2"] }), json!({ "a": { "b": "hunter2" } }), json!(["hunter2"]), json!("hunter2")]
        {
            assert!(!url_encoded(&body).unwrap_err().contains("hunter2"));
        }
    }
}
