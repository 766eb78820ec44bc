//! Malformed responses, which an HTTP server library cannot send, written byte by byte to the connection.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode, header};
use tokio::io::AsyncWriteExt as _;
use tokio::time::sleep;

use super::stream::Stream;
use crate::faults::{BadBody, Fault};

/// The bytes to write, their timing, and how the connection ends.
#[derive(Debug)]
pub(super) struct RawResponse {
    steps: Vec<Step>,
    reset: bool,
}

#[derive(Debug)]
enum Step {
    Write(Bytes),
    Pause(Duration),
    /// A number of letters `a`, optionally in chunked encoding.
    Fill {
        bytes: u64,
        chunked: bool,
    },
}

impl RawResponse {
    /// A fault that ends the connection before any byte of a response.
    pub(super) fn before_response(fault: &Fault) -> Option<Self> {
        match fault {
            Fault::Reset => Some(Self { steps: Vec::new(), reset: true }),
            Fault::Close => Some(Self { steps: Vec::new(), reset: false }),
            _ => None,
        }
    }

    /// A fault that corrupts a correct response.
    pub(super) fn spoiling(fault: &Fault, honest: &Response<Bytes>) -> Option<Self> {
        let body = honest.body();
        let length = body.len() as u64;
        let head = |length| Step::Write(head(honest, Length::Announced(length)));
        Some(match *fault {
            Fault::CutBody { after } => Self::closing(vec![head(length), part(body, after)]),
            Fault::ResetBody { after } => Self { steps: vec![head(length), part(body, after)], reset: true },
            Fault::SlowBody { piece, pause } => {
                let pieces = body.chunks(piece.max(1)).map(|piece| Step::Write(body.slice_ref(piece)));
                let paused = pieces.flat_map(|piece| [Step::Pause(pause), piece]);
                Self::closing(std::iter::once(head(length)).chain(paused).collect())
            }
            Fault::ChunkedBody { chunk } => {
                let head = Step::Write(self::head(honest, Length::Chunked));
                let chunks = body.chunks(chunk.max(1)).flat_map(|chunk| {
                    [
                        Step::Write(format!("{:x}\r\n", chunk.len()).into()),
                        Step::Write(body.slice_ref(chunk)),
                        text("\r\n"),
                    ]
                });
                Self::closing(std::iter::once(head).chain(chunks).chain([text("0\r\n\r\n")]).collect())
            }
            Fault::UntilClose => {
                Self::closing(vec![Step::Write(self::head(honest, Length::UntilClose)), Step::Write(body.clone())])
            }
            Fault::WrongContentLength(by) => {
                Self::closing(vec![head(length.saturating_add_signed(by)), Step::Write(body.clone())])
            }
            Fault::Body(BadBody::Huge { bytes }) => {
                let fill = bytes.saturating_sub((OPENING.len() + CLOSING.len()) as u64);
                let total = fill + (OPENING.len() + CLOSING.len()) as u64;
                let fill = Step::Fill { bytes: fill, chunked: false };
                Self::closing(vec![head(total), text(OPENING), fill, text(CLOSING)])
            }
            Fault::Body(BadBody::HugeUnannounced { bytes }) => {
                let fill = bytes.saturating_sub((OPENING.len() + CLOSING.len()) as u64);
                let opening = format!("{:x}\r\n{OPENING}\r\n", OPENING.len());
                let closing = format!("{:x}\r\n{CLOSING}\r\n0\r\n\r\n", CLOSING.len());
                let fill = Step::Fill { bytes: fill, chunked: true };
                let head = Step::Write(self::head(honest, Length::Chunked));
                Self::closing(vec![head, Step::Write(opening.into()), fill, Step::Write(closing.into())])
            }
            _ => return None,
        })
    }

    fn closing(steps: Vec<Step>) -> Self {
        Self { steps, reset: false }
    }

    /// Writes the response and ends the connection.
    ///
    /// # Errors
    /// The client has closed the connection, which is not an error of the sandbox.
    pub(super) async fn send(self, mut stream: Stream) -> io::Result<()> {
        for step in self.steps {
            match step {
                Step::Write(bytes) => stream.write_all(&bytes).await?,
                Step::Pause(time) => sleep(time).await,
                Step::Fill { bytes, chunked } => fill(&mut stream, bytes, chunked).await?,
            }
        }
        if self.reset {
            // With this, closing sends a reset instead of a FIN.
            return stream.set_zero_linger();
        }
        stream.shutdown().await
    }
}

enum Length {
    Announced(u64),
    Chunked,
    UntilClose,
}

/// The head of a response with the given length. The connection is not reused.
fn head(response: &Response<Bytes>, length: Length) -> Bytes {
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or(StatusCode::OK.as_str());
    let mut head = format!("HTTP/1.1 {} {reason}\r\n", status.as_str()).into_bytes();
    for (name, value) in response.headers().iter().filter(|(name, _)| *name != header::CONTENT_LENGTH) {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    let length = match length {
        Length::Announced(length) => format!("content-length: {length}\r\n"),
        Length::Chunked => "transfer-encoding: chunked\r\n".to_owned(),
        Length::UntilClose => String::new(),
    };
    head.extend_from_slice(format!("{length}connection: close\r\n\r\n").as_bytes());
    head.into()
}

async fn fill(stream: &mut Stream, bytes: u64, chunked: bool) -> io::Result<()> {
    let mut left = bytes;
    while left > 0 {
        let now = left.min(PIECE.len() as u64);
        let piece = &PIECE[..usize::try_from(now).unwrap_or(PIECE.len())];
        if chunked {
            stream.write_all(format!("{now:x}\r\n").as_bytes()).await?;
        }
        stream.write_all(piece).await?;
        if chunked {
            stream.write_all(b"\r\n").await?;
        }
        left -= now;
    }
    Ok(())
}

fn part(body: &Bytes, length: usize) -> Step {
    Step::Write(body.slice(..length.min(body.len())))
}

fn text(text: &'static str) -> Step {
    Step::Write(Bytes::from_static(text.as_bytes()))
}

/// A huge body is a valid response to the exchange, except for its size.
const OPENING: &str = r#"{"success":true,"systemToken":""#;
const CLOSING: &str = r#""}"#;
static PIECE: [u8; 64 * 1024] = [b'a'; 64 * 1024];
