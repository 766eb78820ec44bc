//! The body of a response: how much of it is read before the verdict, and how it is passed on.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::response::Parts;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt as _;
use reqwest::{Response, ResponseBuilderExt as _, Url};

use crate::wire::preview::Preview;

pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

/// How much of a body is read.
#[derive(Debug)]
pub(crate) enum Until {
    /// All of it.
    End,
    /// Enough to identify it; see [`Preview`].
    Decided(Preview),
}

/// The beginning of a body, and what comes after it.
pub(crate) struct Start<B> {
    pub(crate) bytes: Bytes,
    pub(crate) rest: Tail<B>,
}

/// What comes after the beginning of a body.
pub(crate) enum Tail<B> {
    /// Nothing: it is the whole body.
    Nothing,
    /// It is known to be a file.
    File(B),
    /// It is longer than the limit.
    Long(B),
    /// It was cut off.
    Broken(BoxError),
}

/// Reads the beginning of a body, at most `limit` bytes and one piece. A body that arrives in one piece is not copied,
/// and small pieces cost no more than their bytes.
pub(crate) async fn read<B>(mut body: B, mut until: Until, limit: usize) -> Start<B>
where
    B: Body<Data = Bytes, Error = BoxError> + Unpin,
{
    let declared = body.size_hint().exact().and_then(|length| usize::try_from(length).ok());
    let (mut first, mut more) = (Bytes::new(), Vec::new());
    let rest = loop {
        let data = match body.frame().await.map(|frame| frame.map(Frame::into_data)) {
            None => break Tail::Nothing,
            Some(Err(error)) => break Tail::Broken(error),
            // Trailers say nothing about how a call went.
            Some(Ok(Err(_))) => continue,
            Some(Ok(Ok(data))) => data,
        };
        if first.is_empty() && more.is_empty() {
            first = data;
        } else {
            append(&mut more, &std::mem::take(&mut first), declared);
            append(&mut more, &data, declared);
        }
        let start = if more.is_empty() { &first[..] } else { &more[..] };
        if let Until::Decided(preview) = &mut until
            && preview.decides(start)
        {
            break Tail::File(body);
        }
        if start.len() > limit {
            break Tail::Long(body);
        }
    };
    Start { bytes: if more.is_empty() { first } else { more.into() }, rest }
}

/// Appends a piece. The buffer doubles when it is full, but not beyond the declared length, which is most of the memory
/// that a long body takes. It is not allocated at once, because a server may declare more than it sends.
fn append(buffer: &mut Vec<u8>, piece: &[u8], declared: Option<usize>) {
    if buffer.capacity() - buffer.len() < piece.len() {
        let left = declared.map_or(usize::MAX, |declared| declared.saturating_sub(buffer.len()));
        buffer.reserve_exact(buffer.len().min(left).max(piece.len()));
    }
    buffer.extend_from_slice(piece);
}

/// The beginning that was read, followed by the rest or the error.
pub(crate) struct PrefixedBody<B> {
    start: Option<Bytes>,
    rest: Tail<B>,
}

impl<B> PrefixedBody<B> {
    pub(crate) fn new(start: Start<B>) -> Self {
        Self { start: Some(start.bytes).filter(|start| !start.is_empty()), rest: start.rest }
    }
}

/// A response forgets its URL on the way through `http`, unless it is put into the extensions under a private key,
/// which only a builder does.
pub(crate) fn with_url(mut parts: Parts, body: reqwest::Body, url: Url) -> Response {
    let mut builder = http::Response::builder();
    if let Some(extensions) = builder.extensions_mut() {
        *extensions = std::mem::take(&mut parts.extensions);
    }
    if let Ok(with_url) = builder.url(url).body(()) {
        parts.extensions = with_url.into_parts().0.extensions;
    }
    http::Response::from_parts(parts, body).into()
}

impl<B: Body<Data = Bytes, Error = BoxError> + Unpin> Body for PrefixedBody<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(start) = self.start.take() {
            return Poll::Ready(Some(Ok(Frame::data(start))));
        }
        match &mut self.rest {
            Tail::File(rest) | Tail::Long(rest) => Pin::new(rest).poll_frame(context),
            Tail::Nothing => Poll::Ready(None),
            Tail::Broken(_) => match std::mem::replace(&mut self.rest, Tail::Nothing) {
                Tail::Broken(error) => Poll::Ready(Some(Err(error))),
                _ => Poll::Ready(None),
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        self.start.is_none()
            && match &self.rest {
                Tail::Nothing => true,
                Tail::File(rest) | Tail::Long(rest) => rest.is_end_stream(),
                Tail::Broken(_) => false,
            }
    }

    fn size_hint(&self) -> SizeHint {
        let read = self.start.as_ref().map_or(0, |start| start.len() as u64);
        let rest = match &self.rest {
            Tail::Nothing => SizeHint::with_exact(0),
            Tail::File(rest) | Tail::Long(rest) => rest.size_hint(),
            Tail::Broken(_) => SizeHint::default(),
        };
        let mut hint = SizeHint::new();
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper.saturating_add(read));
        }
        hint.set_lower(rest.lower().saturating_add(read));
        hint
    }
}

/// A body is longer than the limit.
#[derive(Debug)]
pub(crate) struct TooLong {
    pub(crate) limit: usize,
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the body is longer than {} bytes", self.limit)
    }
}

impl StdError for TooLong {}

#[cfg(test)]
mod tests {
    use super::*;

    /// A body that never ends and counts the bytes read from it.
    struct Endless(usize);

    const PIECE: usize = 1024;

    impl Body for Endless {
        type Data = Bytes;
        type Error = BoxError;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
            self.0 += PIECE;
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b' '; PIECE])))))
        }
    }

    #[test]
    fn a_body_takes_the_room_that_it_declares_and_at_most_twice_its_length_if_that_is_unknown_or_wrong() {
        for length in [1, 2, 3, 4, 5, 63, 64, 65, 1_000] {
            let (exact, wrong) = (Some(length * PIECE), Some(length * PIECE * 1_000));
            for declared in [None, exact, Some(1), wrong, Some(usize::MAX)] {
                let mut buffer = Vec::new();
                for _ in 0..length {
                    append(&mut buffer, &[b' '; PIECE], declared);
                    assert!(buffer.capacity() <= buffer.len() * 2, "{length} {declared:?}");
                }
                assert_eq!(buffer.len(), length * PIECE);
                assert!(declared != exact || buffer.capacity() == buffer.len(), "{length}: {}", buffer.capacity());
            }
        }
    }

    #[tokio::test]
    async fn no_more_than_the_limit_and_one_piece_is_read_of_a_body_without_an_end() {
        for limit in [0, 1, PIECE - 1, PIECE, 10 * PIECE, 10 * PIECE + 1] {
            for until in [Until::End, Until::Decided(Preview::default())] {
                let start = read(Endless(0), until, limit).await;
                let Tail::Long(rest) = start.rest else { panic!("{limit}") };
                assert_eq!((start.bytes.len(), rest.0), (limit / PIECE * PIECE + PIECE, start.bytes.len()), "{limit}");
            }
        }
    }
}
