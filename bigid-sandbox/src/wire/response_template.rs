//! Responses, before the common headers are added.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::Value;
use sha1::{Digest as _, Sha1};

use crate::calendar;
use crate::profile::{HTML, Profile};

/// A response of the sandbox: a status, a body, and its own headers.
///
/// Created by the sandbox itself and by the routes that a test adds; see
/// [`Sandbox::route`](crate::Sandbox::route). The headers of every BigID response are added to these.
#[derive(Clone)]
#[must_use]
pub struct ResponseTemplate {
    status: StatusCode,
    body: Body,
    headers: Vec<(HeaderName, HeaderValue)>,
    mark: Option<Mark>,
    /// The rest of the body, for the server, if the total length is not known.
    rest: Option<http::Extensions>,
}

#[derive(Clone)]
enum Body {
    None,
    Json(Bytes),
    Csv(Bytes),
    /// Bytes with a content type that no profile changes.
    Typed(&'static str, Bytes),
    /// Bytes with the contract's content type, which servers of 2023 do not send.
    Contract(&'static str, Bytes),
}

/// Why a response is not documented in the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// The sandbox's own choice to reject, although the contract documents no rejection.
    Choice,
    /// A value that the contract does not list.
    OtherWord,
    /// Servers of 2023 reject a token with 200.
    RefusedUnder200,
}

impl ResponseTemplate {
    fn new(status: StatusCode, body: Body) -> Self {
        Self { status, body, headers: Vec::new(), mark: None, rest: None }
    }

    /// JSON, with status 200.
    pub fn json(value: &Value) -> Self {
        Self::new(StatusCode::OK, Body::Json(value.to_string().into()))
    }

    /// Text that is already JSON, with status 200, unchanged.
    pub(crate) fn json_text(text: String) -> Self {
        Self::new(StatusCode::OK, Body::Json(text.into()))
    }

    /// Bytes that are labelled as JSON, with status 200.
    pub(crate) fn json_bytes(bytes: Bytes) -> Self {
        Self::new(StatusCode::OK, Body::Json(bytes))
    }

    /// Bytes with status 200 and a content type that no profile changes.
    pub(crate) fn typed(content_type: &'static str, bytes: Bytes) -> Self {
        Self::new(StatusCode::OK, Body::Typed(content_type, bytes))
    }

    /// Text with status 200, and the contract's content type on the profiles that send it.
    pub(crate) fn of_profile(content_type: &'static str, text: String) -> Self {
        Self::new(StatusCode::OK, Body::Contract(content_type, text.into()))
    }

    /// The same response, marked as not documented in the contract.
    pub(crate) fn marked(mut self, mark: Mark) -> Self {
        self.mark = Some(mark);
        self
    }

    /// The same response, whose body is only the beginning; the server finds the rest in the extensions.
    pub(crate) fn continued(mut self, rest: impl Clone + Send + Sync + 'static) -> Self {
        self.rest.get_or_insert_default().insert(rest);
        self
    }

    pub(crate) fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// Text with status 200 and the profile's content type for CSV.
    pub fn csv(text: impl Into<String>) -> Self {
        Self::new(StatusCode::OK, Body::Csv(text.into().into()))
    }

    /// An HTML page, with status 200.
    pub fn html(text: impl Into<String>) -> Self {
        Self::typed(HTML, text.into().into())
    }

    /// A status without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self::new(status, Body::None)
    }

    /// The same response with another status.
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same response with a header added or replaced.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value));
        self
    }

    /// The response as this server sends it: content type by profile, `ETag` and the rest of Express's headers.
    pub(crate) fn into_response(self, profile: Profile, unix_seconds: i64) -> Response<Bytes> {
        let (content_type, bytes) = match self.body {
            Body::None => (None, Bytes::new()),
            Body::Json(bytes) => (Some(profile.json_type()), bytes),
            Body::Csv(bytes) => (Some(profile.csv_type()), bytes),
            Body::Typed(content_type, bytes) => (Some(content_type), bytes),
            Body::Contract(_, bytes) if profile == Profile::Deployed2023 => (Some(HTML), bytes),
            Body::Contract(content_type, bytes) => (Some(content_type), bytes),
        };
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert("x-powered-by", HeaderValue::from_static("Express"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(header::SET_COOKIE, HeaderValue::from_static("sandbox-route=1; Path=/; HttpOnly"));
        if let Some(content_type) = content_type {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
            if self.rest.is_none() {
                insert_text(headers, header::ETAG, &etag(&bytes));
            }
        }
        if self.rest.is_none() {
            insert_text(headers, header::CONTENT_LENGTH, &bytes.len().to_string());
        }
        insert_text(headers, header::DATE, &calendar::http_date(unix_seconds));
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        if let Some(mark) = self.mark {
            response.extensions_mut().insert(mark);
        }
        if let Some(rest) = self.rest {
            response.extensions_mut().extend(rest);
        }
        *response.body_mut() = bytes;
        response
    }
}

impl fmt::Debug for ResponseTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A body or a header may contain a token.
        f.debug_struct("ResponseTemplate").field("status", &self.status).finish_non_exhaustive()
    }
}

fn insert_text(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}

/// Express's weak entity tag: the body's length in hexadecimal, and the first 27 characters of its digest.
fn etag(body: &[u8]) -> String {
    let digest = STANDARD_NO_PAD.encode(Sha1::digest(body));
    format!("W/\"{:x}-{digest}\"", body.len())
}
