//! Receives a response, once and in this order for every call and every framing: the headers in time, the content
//! encoding, the part of the body that decides the meaning of the response, the verdict. No layer above sees a wrong
//! status, or reads a body to judge it.

use std::future::Future;
use std::sync::Arc;

use bigid_api::{
    CallOptions, ExpectedBody, LayerError, MAX_JSON_BODY, Operation, ReceivedAt, Redact, Secret, Sent,
    UnsupportedEncoding,
};
use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE,
    TRANSFER_ENCODING,
};
use http::response::Parts;
use http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode};
use reqwest::{Request, Response};
use reqwest_middleware::{Error, Middleware, Next};

use crate::clock::Clock;
use crate::credential::redactor::Redactor;
use crate::wire::body::{BoxError, PrefixedBody, Start, Tail, TooLong, Until, read, with_url};
use crate::wire::envelope::AuthorizedBy;
use crate::wire::handling::Handling;
use crate::wire::message::message;
use crate::wire::preview::Preview;
use crate::wire::timeout::{AttemptTimeout, IdleTimeoutBody};
use crate::wire::verdict::{Evidence, judge};

/// The largest part of a stream that is held back until it is known to be the requested file: 1 MiB. The largest
/// recorded response that reports a failure has 15,808 bytes.
pub const MAX_HELD_BODY: usize = 1 << 20;

/// The innermost layer.
#[derive(Debug, Clone)]
pub(crate) struct Receive {
    timeout: AttemptTimeout,
    redactor: Redactor,
    redact: Redact,
    clock: Arc<dyn Clock>,
    /// The size limit of a body that is decoded as a whole.
    limit: usize,
}

impl Receive {
    /// A layer that removes the secrets of `redactor` from everything that is kept of a response.
    pub(crate) fn new(timeout: AttemptTimeout, redactor: Redactor, clock: Arc<dyn Clock>) -> Self {
        Self { timeout, redact: redactor.as_redact(), redactor, clock, limit: MAX_JSON_BODY }
    }

    /// The same, for a call that is authorized by another secret.
    fn with(&self, secret: &Secret) -> Box<Self> {
        let redactor = self.redactor.with(secret);
        Box::new(Self { redact: redactor.as_redact(), redactor, ..self.clone() })
    }

    /// The same, with a lower limit for responses that are always short.
    pub(crate) fn at_most(self, limit: usize) -> Self {
        Self { limit, ..self }
    }
}

/// Set in the extensions of a request that its caller authorized, whose secret is known for this call only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnAuthorization;

impl OwnAuthorization {
    /// The secret, without its scheme.
    fn of(request: &Request, extensions: &Extensions) -> Option<Secret> {
        extensions.get::<Self>()?;
        let value = String::from_utf8_lossy(request.headers().get(AUTHORIZATION)?.as_bytes());
        Some(Secret::from(value.split_whitespace().next_back()?))
    }
}

/// Set in the extensions of a response whose body was cut off before any of it was passed on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Truncated;

impl Middleware for Receive {
    fn handle<'s, 'e, 'n, 'f>(
        &'s self,
        request: Request,
        extensions: &'e mut Extensions,
        next: Next<'n>,
    ) -> Handling<'f>
    where
        's: 'f,
        'e: 'f,
        'n: 'f,
        Self: 'f,
    {
        let call = Call::of(&request, extensions);
        let options = extensions.get::<CallOptions>().copied();
        let own = OwnAuthorization::of(&request, extensions).map(|own| self.with(&own));
        let response = next.run(request, extensions);
        Box::pin(async move {
            let this = own.as_deref().unwrap_or(self);
            let response = this.timeout.headers(options, response).await?;
            let mut response = this.receive(response, call).await?;
            response.extensions_mut().insert(this.redact.clone());
            if !response.status().is_success() {
                response.extensions_mut().insert(ReceivedAt(self.clock.wall()));
            }
            Ok(response)
        })
    }
}

/// What is known about a call before its response.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    /// Whether the contract describes it.
    pub(crate) is_described: bool,
    pub(crate) expected: ExpectedBody,
    pub(crate) authorization: AuthorizedBy,
    /// Whether its response has no body, regardless of the headers.
    pub(crate) is_head: bool,
    /// Whether its sender requested an encoding, and decodes it.
    pub(crate) decodes: bool,
}

impl Call {
    fn of(request: &Request, extensions: &Extensions) -> Self {
        let asked = request.headers().get(ACCEPT_ENCODING);
        let operation = extensions.get::<&'static Operation>().copied();
        Self {
            is_described: operation.is_some(),
            expected: ExpectedBody::of(extensions),
            authorization: AuthorizedBy::of(operation),
            is_head: request.method() == Method::HEAD,
            decodes: asked.is_some_and(|asked| !asked.as_bytes().eq_ignore_ascii_case(b"identity")),
        }
    }

    /// How much is read before the response is passed on, and the limit in bytes.
    fn extent(self, status: StatusCode, limit: usize) -> (Until, usize) {
        match self.expected {
            _ if !status.is_success() => (Until::End, limit.min(MAX_HELD_BODY)),
            ExpectedBody::Json => (Until::End, limit),
            _ => (Until::Decided(Preview::default()), MAX_HELD_BODY),
        }
    }
}

impl Receive {
    /// What is passed on of a response. It is not an `async fn`, whose future would hold the response twice.
    pub(crate) fn receive(
        &self,
        response: Response,
        call: Call,
    ) -> impl Future<Output = reqwest_middleware::Result<Response>> + Send {
        let url = response.url().clone();
        let (mut parts, body) = http::Response::<reqwest::Body>::from(response).into_parts();
        let body = self.timeout.body(body);
        async move {
            let encoding = UnsupportedEncoding::of(&parts.headers);
            if has_no_body(call, &parts, &body) || encoding.is_some() && call.decodes {
                return Ok(with_url(parts, reqwest::Body::wrap(body), url));
            }
            if let Some(encoding) = encoding {
                return unreadable(&mut parts, encoding).map(|body| with_url(parts, body.into(), url));
            }
            let (until, limit) = call.extent(parts.status, self.limit);
            let start = read(body, until, limit).await;
            let body = self.passed_on(&mut parts, call, start, limit);
            Ok(with_url(parts, body, url))
        }
    }

    /// The body that is passed on.
    fn passed_on(&self, parts: &mut Parts, call: Call, start: Start<IdleTimeoutBody>, limit: usize) -> reqwest::Body {
        match start.rest {
            Tail::Broken(error) => {
                parts.extensions.insert(Truncated);
                reqwest::Body::wrap(broken(start.bytes, error))
            }
            Tail::File(_) if parts.status.is_success() => reqwest::Body::wrap(PrefixedBody::new(start)),
            // Its location says what it means.
            _ if parts.status.is_redirection() => reqwest::Body::wrap(PrefixedBody::new(start)),
            ref rest => {
                let is_whole = matches!(rest, Tail::Nothing);
                match self.judged(parts, call, &start.bytes, is_whole) {
                    Some(body) => body.unwrap_or(start.bytes).into(),
                    None if is_whole => start.bytes.into(),
                    // The decoder ends the body here; the rest is not read.
                    None if call.expected == ExpectedBody::Json && parts.status.is_success() => {
                        reqwest::Body::wrap(broken(start.bytes, TooLong { limit }))
                    }
                    None => reqwest::Body::wrap(PrefixedBody::new(start)),
                }
            }
        }
    }

    /// Corrects the response. Returns a replacement for its body; `None` if the status was right.
    fn judged(&self, parts: &mut Parts, call: Call, start: &Bytes, is_whole: bool) -> Option<Option<Bytes>> {
        let evidence = Evidence {
            is_described: call.is_described,
            expected: call.expected,
            authorization: call.authorization,
            status: parts.status,
            is_attachment: is_attachment(&parts.headers),
            start,
            is_whole,
        };
        let verdict = judge(&evidence, &self.redactor)?;
        if verdict.status != parts.status {
            parts.extensions.insert(Sent::new(parts.status, verdict.is_page));
            parts.status = verdict.status;
        }
        if verdict.body.is_some() {
            parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        frame(&mut parts.headers, verdict.body.as_ref().unwrap_or(start));
        Some(verdict.body)
    }
}

fn broken(start: Bytes, error: impl Into<BoxError>) -> PrefixedBody<IdleTimeoutBody> {
    PrefixedBody::new(Start { bytes: start, rest: Tail::Broken(error.into()) })
}

/// The headers of a body that is whole.
fn frame(headers: &mut HeaderMap, body: &Bytes) {
    headers.remove(TRANSFER_ENCODING);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
}

/// The replacement for a body in an unknown encoding: for an error, a message that it cannot be read; for a success,
/// none.
fn unreadable(parts: &mut Parts, encoding: UnsupportedEncoding) -> reqwest_middleware::Result<Bytes> {
    let status = parts.status;
    if status.is_success() {
        return Err(Error::middleware(LayerError::new(encoding).with_status(Some(status))));
    }
    let reason = status.canonical_reason().unwrap_or_default();
    let body = message(&format!("{reason} ({encoding})"));
    parts.headers.remove(CONTENT_ENCODING);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    frame(&mut parts.headers, &body);
    Ok(body)
}

fn has_no_body(call: Call, parts: &Parts, body: &impl http_body::Body) -> bool {
    let status = parts.status;
    let is_empty = body.size_hint().exact() == Some(0) && status.is_success();
    let none = status.is_informational() || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    call.is_head || none || is_empty
}

fn is_attachment(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_DISPOSITION).map(|value| value.as_bytes().trim_ascii_start());
    kind.and_then(|kind| kind.get(..10)).is_some_and(|kind| kind.eq_ignore_ascii_case(b"attachment"))
}

#[cfg(test)]
mod tests;
