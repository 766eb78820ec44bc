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

use crate::call_options::CallOptions;
use crate::wire::body::rebuild;

/// The layer next to the network. reqwest has one limit for both, and a report that is made for minutes must not let its body stall
/// for as long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AttemptTimeout {
    pub(crate) headers: Duration,
    pub(crate) idle: Duration,
}

#[async_trait]
impl Middleware for AttemptTimeout {
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
        let body = reqwest::Body::wrap(IdleTimeoutBody { body, idle: self.idle, timer: None });
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
struct IdleTimeoutBody {
    body: reqwest::Body,
    idle: Duration,
    /// Runs while a read waits; most reads never do.
    timer: Option<Pin<Box<Sleep>>>,
}

impl Body for IdleTimeoutBody {
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

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;
    use reqwest_middleware::ClientBuilder;

    use super::*;

    /// Answers after a while, with a body that stops after its first piece.
    struct Slow(Duration);

    #[async_trait]
    impl Middleware for Slow {
        async fn handle(&self, _: Request, _: &mut Extensions, _: Next<'_>) -> reqwest_middleware::Result<Response> {
            tokio::time::sleep(self.0).await;
            Ok(http::Response::new(reqwest::Body::wrap(StopsAfterAPiece(false))).into())
        }
    }

    struct StopsAfterAPiece(bool);

    impl Body for StopsAfterAPiece {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, std::convert::Infallible>>> {
            if std::mem::replace(&mut self.0, true) {
                return Poll::Pending;
            }
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"piece")))))
        }
    }

    async fn get(after: u64, options: Option<CallOptions>) -> Result<Response, Error> {
        let patience = AttemptTimeout { headers: Duration::from_secs(60), idle: Duration::from_secs(10) };
        let http = reqwest::Client::builder().build().unwrap();
        let client = ClientBuilder::new(http.clone()).with(patience).with(Slow(Duration::from_secs(after))).build();
        let mut extensions = Extensions::new();
        options.map(|options| extensions.insert(options));
        let request = http.get("https://t.bigid.cloud/x").build().unwrap();
        client.execute_with_extensions(request, &mut extensions).await
    }

    #[tokio::test(start_paused = true)]
    async fn headers_are_waited_for_as_long_as_is_said_and_no_longer() {
        assert!(get(59, None).await.is_ok());
        let Err(Error::Middleware(error)) = get(61, None).await else { panic!("the headers came late") };
        let layer = error.downcast_ref::<LayerError>().unwrap();
        assert!(layer.is_unreachable() && layer.to_string() == "no answer began within 60s", "{layer}");
        let patient = CallOptions::new().headers_timeout(Duration::from_secs(600));
        assert!(get(599, Some(patient)).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stands_still_ends_in_an_error_of_time() {
        let response = get(0, None).await.unwrap();
        let begun = tokio::time::Instant::now();
        let mut body = reqwest::Body::from(response);
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "piece");
        assert!(body.frame().await.unwrap().unwrap_err().is_timeout());
        assert_eq!(begun.elapsed(), Duration::from_secs(10));
    }
}
