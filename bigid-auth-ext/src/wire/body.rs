//! A body whose start has been read, and the answer around it.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::response::Parts;
use http_body::{Body, Frame, SizeHint};
use reqwest::{Response, ResponseBuilderExt as _, Url};

/// What was read, and then the rest or the error that came in its place.
pub(crate) struct PrefixedBody {
    start: Option<Bytes>,
    rest: Rest,
}

enum Rest {
    Body(reqwest::Body),
    Broken(Option<reqwest::Error>),
}

impl PrefixedBody {
    pub(crate) fn new(start: Bytes, rest: reqwest::Body) -> Self {
        Self { start: Some(start).filter(|start| !start.is_empty()), rest: Rest::Body(rest) }
    }

    /// What has arrived is handed on, and then the error: the status must not be lost with the body.
    pub(crate) fn broken(start: Bytes, error: reqwest::Error) -> Self {
        Self { start: Some(start), rest: Rest::Broken(Some(error)) }
    }
}

impl From<PrefixedBody> for reqwest::Body {
    fn from(resumed: PrefixedBody) -> Self {
        Self::wrap(resumed)
    }
}

/// A response forgets its URL on the way through `http`, unless it is put into the extensions under a private key.
pub(crate) fn rebuild(mut parts: Parts, body: reqwest::Body, url: Url) -> Response {
    if let Ok(with_url) = http::Response::builder().url(url).body(()) {
        parts.extensions.extend(with_url.into_parts().0.extensions);
    }
    http::Response::from_parts(parts, body).into()
}

impl Body for PrefixedBody {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        match (self.start.take(), &mut self.rest) {
            (Some(start), _) => Poll::Ready(Some(Ok(Frame::data(start)))),
            (None, Rest::Body(rest)) => Pin::new(rest).poll_frame(context),
            (None, Rest::Broken(error)) => Poll::Ready(error.take().map(Err)),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.start.is_none() && matches!(&self.rest, Rest::Body(rest) if rest.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        let read = self.start.as_ref().map_or(0, |start| start.len() as u64);
        let Rest::Body(rest) = &self.rest else { return SizeHint::default() };
        let rest = rest.size_hint();
        let mut hint = SizeHint::new();
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper.saturating_add(read));
        }
        hint.set_lower(rest.lower().saturating_add(read));
        hint
    }
}
