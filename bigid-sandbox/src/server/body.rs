//! The body of a response: whole, or generated as the client reads it.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Response;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use super::shared::Shared;
use crate::api::Rest;
use crate::console::ConsoleBody;

/// The body of a response.
pub(super) enum ResponseBody {
    Other(ConsoleBody),
    Export(ExportBody),
}

/// A file that is generated as it is read. hyper polls for a piece when it has sent the earlier ones, and drops the
/// body with its connection.
pub(super) struct ExportBody {
    first: Bytes,
    rest: Option<Rest>,
    shared: Arc<Shared>,
    /// Whether the last poll returned a piece: then other tasks on this thread go first.
    has_run: bool,
}

impl ResponseBody {
    /// The response with its body, including the rest of a file in its extensions.
    pub(super) fn of(mut response: Response<Bytes>, shared: &Arc<Shared>) -> Response<Self> {
        match response.extensions_mut().remove::<Rest>() {
            None => response.map(|bytes| Self::Other(bytes.into())),
            Some(rest) => response.map(|first| {
                Self::Export(ExportBody { first, rest: Some(rest), shared: shared.clone(), has_run: false })
            }),
        }
    }
}

impl HttpBody for ResponseBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Self::Other(body) => Pin::new(body).poll_frame(context),
            Self::Export(export) => export.poll(context).map(|piece| piece.map(|piece| Ok(Frame::data(piece)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Other(body) => body.is_end_stream(),
            Self::Export(export) => export.first.is_empty() && export.rest.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Other(body) => body.size_hint(),
            Self::Export(_) => SizeHint::default(),
        }
    }
}

impl ExportBody {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if !self.first.is_empty() {
            return Poll::Ready(Some(std::mem::take(&mut self.first)));
        }
        let Some(rest) = &self.rest else { return Poll::Ready(None) };
        if !std::mem::replace(&mut self.has_run, false) {
            let (piece, has_more) = rest.next(&self.shared.state());
            if !has_more {
                self.rest = None;
            }
            if !piece.is_empty() {
                self.has_run = true;
                return Poll::Ready(Some(piece));
            }
        }
        // Yields to other tasks; the next poll continues.
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
