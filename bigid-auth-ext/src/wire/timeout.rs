//! Per-attempt timeouts: time to the response headers, and progress of the body.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bigid_api::LayerError;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use reqwest::Response;
use reqwest_middleware::Error;
use tokio::time::{Instant, Sleep};

use bigid_api::CallOptions;

/// The timeouts of one attempt. reqwest has one limit for both, but a report that takes minutes to prepare must not let
/// its body stall for as long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AttemptTimeout {
    pub(crate) headers: Duration,
    pub(crate) idle: Duration,
}

impl AttemptTimeout {
    /// The response, if its headers come in time.
    pub(crate) async fn headers<F>(
        &self,
        options: Option<CallOptions>,
        response: F,
    ) -> reqwest_middleware::Result<Response>
    where
        F: Future<Output = reqwest_middleware::Result<Response>>,
    {
        let limit = options.and_then(|options| options.headers_timeout).unwrap_or(self.headers);
        match tokio::time::timeout(limit, response).await {
            Ok(outcome) => outcome,
            Err(_) => Err(timed_out("no response headers", limit)),
        }
    }

    /// A body that fails if it stalls.
    pub(crate) fn body(&self, body: reqwest::Body) -> IdleTimeoutBody {
        IdleTimeoutBody { body, idle: self.idle, left: self.idle, got: 0, timer: None }
    }
}

/// A timeout, as a connection-level error.
pub(crate) fn timed_out(what: &str, limit: Duration) -> Error {
    Error::middleware(LayerError::new(late(what, limit)).unreachable())
}

fn late(what: &str, limit: Duration) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, format!("{what} within {limit:?}"))
}

/// The number of bytes of a body that must arrive within each read timeout spent waiting. The slowest usable link
/// delivers them in a second; without this, a peer that sends a byte now and then would block the call forever.
pub const MIN_PROGRESS: usize = 1024;

/// A body that fails when it stalls or makes too little progress. Time in which it is not read does not count.
pub(crate) struct IdleTimeoutBody {
    body: reqwest::Body,
    idle: Duration,
    /// The time left for the next [`MIN_PROGRESS`] bytes, and how many of them have arrived.
    left: Duration,
    got: usize,
    /// Runs while a read waits; most reads never wait.
    timer: Option<Pin<Box<Sleep>>>,
}

impl IdleTimeoutBody {
    fn came(&mut self, length: usize) {
        self.got += length;
        let timer = self.timer.take();
        if self.got >= MIN_PROGRESS {
            (self.left, self.got) = (self.idle, 0);
        } else if let Some(timer) = timer {
            self.left = timer.deadline().saturating_duration_since(Instant::now());
        }
    }

    fn late(&self) -> io::Error {
        match self.got {
            0 => late("no byte of the response body arrived", self.idle),
            got => late(&format!("only {got} of {MIN_PROGRESS} bytes of the response body arrived"), self.idle),
        }
    }
}

impl Body for IdleTimeoutBody {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            let length = frame.iter().flatten().filter_map(Frame::data_ref).map(Bytes::len).sum();
            self.came(length);
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let left = self.left;
        let timer = self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(left)));
        ready!(timer.as_mut().poll(context));
        Poll::Ready(Some(Err(self.late().into())))
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

    use super::*;

    const TIMEOUT: AttemptTimeout = AttemptTimeout { headers: Duration::from_secs(60), idle: Duration::from_secs(10) };

    async fn headers(after: u64, options: Option<CallOptions>) -> Result<Response, Error> {
        let response = async {
            tokio::time::sleep(Duration::from_secs(after)).await;
            Ok(http::Response::new("").into())
        };
        TIMEOUT.headers(options, response).await
    }

    #[tokio::test(start_paused = true)]
    async fn headers_are_waited_for_as_long_as_is_said_and_no_longer() {
        assert!(headers(59, None).await.is_ok());
        let Err(Error::Middleware(error)) = headers(61, None).await else { panic!("the headers came late") };
        let layer = error.downcast_ref::<LayerError>().unwrap();
        assert!(layer.is_unreachable() && layer.to_string() == "no response headers within 60s", "{layer}");
        let patient = CallOptions::new().headers_timeout(Duration::from_secs(600));
        assert!(headers(599, Some(patient)).await.is_ok());
    }

    /// A body of a number of pieces of one length, each after a pause.
    struct Drips {
        pieces: usize,
        length: usize,
        pause: Duration,
        timer: Option<Pin<Box<Sleep>>>,
    }

    impl Body for Drips {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, std::convert::Infallible>>> {
            if self.pieces == 0 {
                return Poll::Ready(None);
            }
            let pause = self.pause;
            ready!(self.timer.get_or_insert_with(|| Box::pin(tokio::time::sleep(pause))).as_mut().poll(context));
            self.timer = None;
            self.pieces -= 1;
            Poll::Ready(Some(Ok(Frame::data(vec![b'a'; self.length].into()))))
        }
    }

    /// The bytes read, the seconds taken, and the error that ended the body early.
    async fn read(pieces: usize, length: usize, pause: f64, rest: u64) -> (usize, u64, Option<String>) {
        let drips = Drips { pieces, length, pause: Duration::from_secs_f64(pause), timer: None };
        let mut body = TIMEOUT.body(reqwest::Body::wrap(drips));
        let (begun, mut read) = (Instant::now(), 0);
        loop {
            let outcome = body.frame().await;
            let seconds = begun.elapsed().as_secs();
            match outcome {
                Some(Ok(frame)) => read += frame.into_data().unwrap().len(),
                Some(Err(error)) => {
                    assert_eq!(error.downcast_ref::<io::Error>().unwrap().kind(), io::ErrorKind::TimedOut);
                    return (read, seconds, Some(error.to_string()));
                }
                None => return (read, seconds, None),
            }
            tokio::time::sleep(Duration::from_secs(rest)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stands_still_ends_in_an_error_of_time() {
        assert_eq!(
            read(1, 1, 11.0, 0).await,
            (0, 10, Some("no byte of the response body arrived within 10s".to_owned()))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_drips_ends_however_often_a_byte_comes() {
        for pause in [9.0, 1.0, 0.1] {
            let (read, seconds, error) = read(1_000_000, 1, pause, 0).await;
            assert!(seconds == 10 && read > 0 && read <= 100, "a byte each {pause} s: {read} in {seconds} s");
            assert!(error.unwrap().contains("of 1024 bytes of the response body arrived within 10s"));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_moves_is_read_to_its_end_however_long_that_takes() {
        assert_eq!(read(1_000, MIN_PROGRESS, 9.9, 0).await, (1_000 * MIN_PROGRESS, 9_900, None));
        // A small body may arrive in few pieces, and a slow reader does not count against it.
        assert_eq!(read(3, 1, 3.0, 100).await, (3, 309, None));
    }
}
