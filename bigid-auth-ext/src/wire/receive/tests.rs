use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use http_body::{Body, Frame};
use reqwest::ResponseBuilderExt as _;

use super::*;
use crate::clock::ManualClock;

/// A piece of a body, whose end never comes.
struct Endless(Option<Bytes>);

impl Body for Endless {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.take().map_or(Poll::Pending, |piece| Poll::Ready(Some(Ok(Frame::data(piece)))))
    }
}

/// Whether a response is passed on after its first piece.
fn is_passed_on(status: StatusCode, expected: ExpectedBody, piece: Bytes) -> bool {
    let timeout = AttemptTimeout { headers: Duration::MAX, idle: Duration::MAX };
    let receive = Receive::new(timeout, Redactor::default(), Arc::new(ManualClock::default()));
    let url = reqwest::Url::parse("https://t.bigid.cloud/x").unwrap();
    let response = http::Response::builder().status(status).url(url);
    let response = response.body(reqwest::Body::wrap(Endless(Some(piece)))).unwrap();
    let call =
        Call { is_described: true, expected, authorization: AuthorizedBy::Session, is_head: false, decodes: false };
    let received = pin!(receive.receive(response.into(), call));
    received.poll(&mut Context::from_waker(Waker::noop())).is_ready()
}

#[tokio::test(start_paused = true)]
async fn a_body_is_read_within_the_deadline_of_its_call_unless_it_is_a_file_or_too_long() {
    for expected in [ExpectedBody::Json, ExpectedBody::Text, ExpectedBody::File, ExpectedBody::Unknown] {
        for status in (200..600).filter(|status| ![204, 304].contains(status)) {
            let status = StatusCode::from_u16(status).unwrap();
            let is_file = status.is_success() && expected != ExpectedBody::Json;
            assert_eq!(is_passed_on(status, expected, Bytes::from_static(b"a")), is_file, "{status}, {expected:?}");
        }
        let long = Bytes::from(vec![b'a'; MAX_HELD_BODY + 1]);
        for status in [200, 307, 400, 503] {
            let status = StatusCode::from_u16(status).unwrap();
            let is_decoded = status.is_success() && expected == ExpectedBody::Json;
            assert_eq!(is_passed_on(status, expected, long.clone()), !is_decoded, "{status}, {expected:?}");
        }
    }
}
