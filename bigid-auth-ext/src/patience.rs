//! How long one attempt is waited for: until the headers of its answer, and between two reads of its body.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use bigid_api::LayerError;
use bytes::Bytes;
use http::Extensions;
use http_body::{Body, Frame, SizeHint};
use reqwest::{Request, Response};
use reqwest_middleware::{Error, Middleware, Next};
use tokio::time::Sleep;

use crate::options::CallOptions;
use crate::resumed::rebuild;

/// The layer next to the network. reqwest has one limit for both, and a report that is made for minutes must not let its body stall
/// for as long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    pub(crate) headers: Duration,
    pub(crate) idle: Duration,
}

#[async_trait]
impl Middleware for Patience {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let headers =
            extensions.get::<CallOptions>().and_then(|options| options.headers_timeout).unwrap_or(self.headers);
        let Ok(response) = tokio::time::timeout(headers, next.run(request, extensions)).await else {
            return Err(ran_out("no answer began", headers));
        };
        let response = response?;
        let url = response.url().clone();
        let (parts, body) = http::Response::<reqwest::Body>::from(response).into_parts();
        let body = reqwest::Body::wrap(Impatient { body, idle: self.idle, timer: None });
        Ok(rebuild(parts, body, url))
    }
}

/// A time that ran out, as an error on the way to the server.
pub(crate) fn ran_out(what: &str, limit: Duration) -> Error {
    Error::middleware(LayerError::new(late(what, limit)).unreachable())
}

fn late(what: &str, limit: Duration) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, format!("{what} within {limit:?}"))
}

/// A body that ends in an error where it stands still.
struct Impatient {
    body: reqwest::Body,
    idle: Duration,
    /// Runs while a read waits; most reads never do.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Body for Impatient {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            self.timer = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let idle = self.idle;
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(idle)));
        timer.as_mut().poll(context).map(|()| Some(Err(late("no byte of the answer came", idle).into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
