use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// A body that is there already.
pub(super) struct Frames {
    pub(super) frames: VecDeque<Bytes>,
    pub(super) length: Option<usize>,
    pub(super) broken: bool,
}

impl Body for Frames {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let frame = self.frames.pop_front().map(|data| Ok(Frame::data(data)));
        let broken = || std::mem::take(&mut self.broken).then(|| Err(io::ErrorKind::ConnectionReset.into()));
        Poll::Ready(frame.or_else(broken))
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::default, |length| SizeHint::with_exact(length as u64))
    }
}
