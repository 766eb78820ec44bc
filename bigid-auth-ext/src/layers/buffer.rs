//! Answers that are decoded as a whole are read as a whole below the retries, so that a body which breaks off is asked for again.

use async_trait::async_trait;
use bigid_api::Operation;
use bytes::{Bytes, BytesMut};
use http::Extensions;
use http_body_util::BodyExt as _;
use reqwest::{Request, Response};
use reqwest_middleware::{Middleware, Next};

use crate::wire::body::{PrefixedBody, rebuild};

/// The longest body that is read whole; a longer one is handed on as it comes. A page of 10,000 recorded records has about 60 MB.
pub const MAX_BUFFERED_BODY: usize = 64 * 1024 * 1024;

/// The layer. It concerns the operations whose documented success is JSON; the generated code reads those whole in any case.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BufferBody;

/// In the extensions of an answer whose body broke off.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Truncated;

#[async_trait]
impl Middleware for BufferBody {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let decoded = extensions.get::<&'static Operation>().is_some_and(|operation| !operation.streams);
        let response = next.run(request, extensions).await?;
        Ok(if decoded { read(response).await } else { response })
    }
}

async fn read(response: Response) -> Response {
    let url = response.url().clone();
    let (mut parts, mut body) = http::Response::<reqwest::Body>::from(response).into_parts();
    let (mut frames, mut length) = (Vec::new(), 0);
    while length <= MAX_BUFFERED_BODY {
        match body.frame().await.map(|frame| frame.map(http_body::Frame::into_data)) {
            None => return rebuild(parts, joined(frames).into(), url),
            Some(Ok(Ok(data))) => {
                length += data.len();
                frames.push(data);
            }
            Some(Ok(Err(_))) => {}
            Some(Err(error)) => {
                parts.extensions.insert(Truncated);
                return rebuild(parts, PrefixedBody::broken(joined(frames), error).into(), url);
            }
        }
    }
    rebuild(parts, PrefixedBody::new(joined(frames), body).into(), url)
}

/// Most bodies come in one piece, which is not copied.
fn joined(mut frames: Vec<Bytes>) -> Bytes {
    if frames.len() == 1 {
        return frames.pop().unwrap_or_default();
    }
    let mut whole = BytesMut::with_capacity(frames.iter().map(Bytes::len).sum());
    frames.iter().for_each(|frame| whole.extend_from_slice(frame));
    whole.freeze()
}
