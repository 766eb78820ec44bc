//! The details of a response that every error keeps.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::LOCATION;
use http::{HeaderMap, StatusCode};

use super::words::{Words, line};
use crate::layer::{Attempts, Cause, Redact, Sent};
use crate::retry_after::{ReceivedAt, retry_after, system_wall};

/// The maximum size of an error body that is read: 1 MiB. The rest of a longer one is ignored.
pub(crate) const MAX_ERROR_BODY: usize = 1 << 20;

/// The head of a response, and what layers and the server say about it.
#[derive(Clone)]
pub(crate) struct Details {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) words: Words,
    /// The origin that a redirect names, without what a path or a query may hold.
    pub(crate) redirect_origin: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) attempts: u32,
    pub(crate) sent: Option<Sent>,
    pub(crate) cause: Option<Cause>,
}

impl Details {
    /// The details of a response whose body is empty, or has not been read.
    pub(crate) fn of(response: &reqwest::Response) -> Self {
        let (headers, extensions) = (response.headers().clone(), response.extensions());
        let wall = || extensions.get::<ReceivedAt>().map_or_else(system_wall, |at| at.0);
        Self {
            status: response.status(),
            redirect_origin: redirect_origin(response.status(), &headers, extensions.get()),
            retry_after: retry_after(&headers, wall),
            headers,
            words: Words::default(),
            attempts: Attempts::of(response),
            sent: extensions.get().copied(),
            cause: extensions.get().cloned(),
        }
    }

    /// Whether a layer found a web page with a success status.
    pub(crate) fn is_web_page(&self) -> bool {
        self.sent.is_some_and(|sent| sent.is_page && sent.status.is_success())
    }

    /// Reads the body of an error, up to [`MAX_ERROR_BODY`]. If the body is cut off, the received part is kept, because
    /// the status matters more.
    pub(crate) async fn read(mut response: reqwest::Response) -> (Self, ErrorBody) {
        let mut details = Self::of(&response);
        let redact = response.extensions().get::<Redact>().cloned();
        let (mut body, mut is_whole) = (BytesMut::new(), false);
        loop {
            match response.chunk().await {
                Ok(Some(piece)) if body.len() + piece.len() > MAX_ERROR_BODY => {
                    body.extend_from_slice(piece.get(..MAX_ERROR_BODY - body.len()).unwrap_or_default());
                    break;
                }
                Ok(Some(piece)) => body.extend_from_slice(&piece),
                Ok(None) => {
                    is_whole = true;
                    break;
                }
                Err(_) => break,
            }
        }
        let bytes = body.freeze();
        let bytes = redact.as_ref().map_or_else(|| bytes.clone(), |redact| redact.apply(bytes.clone()));
        details.words = Words::read(&bytes, is_whole, redact.as_ref());
        (details, ErrorBody { bytes, is_whole })
    }
}

fn redirect_origin(status: StatusCode, headers: &HeaderMap, redact: Option<&Redact>) -> Option<String> {
    let target = headers.get(LOCATION).filter(|_| status.is_redirection())?.to_str().ok()?;
    let origin = reqwest::Url::parse(target).ok()?.origin();
    let name = origin.is_tuple().then(|| origin.ascii_serialization())?;
    let kept = line(&name, redact)?;
    // The name of a host may repeat a credential, and in lower case it may not be recognized.
    let path = target.match_indices(['/', '?', '#']).nth(2).map_or(target.len(), |(at, _)| at);
    let sent = target.get(..path)?.rsplit('@').next()?;
    (kept != name || line(sent, redact) == line(sent, None)).then_some(kept)
}

/// The body of an error, without secrets.
pub(crate) struct ErrorBody {
    pub(crate) bytes: Bytes,
    /// Whether it is complete.
    pub(crate) is_whole: bool,
}
