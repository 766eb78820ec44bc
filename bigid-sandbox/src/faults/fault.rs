//! Faults: what can go wrong with a request.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};

use super::gate::Gate;
use crate::auth::Rejection;
use crate::calendar;
use crate::profile::{HTML, Profile};
use crate::wire::{ResponseTemplate, auth_failure, problem};

/// One thing that goes wrong with a request; scripted with [`Sandbox::on`](crate::Sandbox::on).
///
/// [`Latency`](Self::Latency), [`Hold`](Self::Hold), the clock's and [`RevokeSessions`](Self::RevokeSessions) go along
/// with others: a request meets all of them that are due. The rest decide the response, and the first that is due does.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// The response waits for this long.
    Latency(Duration),
    /// The response is computed, and then held until the gate releases it.
    Hold(Gate),
    /// The times in a token that this request is issued, and the `Date`, are this much later than the true ones.
    ClockAhead(Duration),
    /// The same, earlier. The server itself goes on accepting the token for its lifetime.
    ClockBehind(Duration),
    /// Every session ends as the request arrives, the one that it carries included.
    RevokeSessions,

    /// The token is refused, in the profile's form, though it may be good.
    RejectToken,
    /// This status with a body that fits: a gateway's page for 502, 503 and 504, otherwise `{"message": ..}`.
    Status(StatusCode),
    /// This status, with a `Retry-After`: 429 and 503 carry one.
    RetryAfter(StatusCode, RetryAfter),
    /// A gateway's page that says 502, under the status 200.
    GatewayPageUnder200,
    /// A redirect with this status to this address. Text that is not a valid header value leaves `Location` out.
    Redirect(StatusCode, String),
    /// A body that is not the requested one, under the status 200.
    Body(BadBody),
    /// Any other response.
    Response(ResponseTemplate),

    /// The connection is reset once the request has been read. Nothing is done, and no response is sent.
    Reset,
    /// The connection is closed in an orderly way instead of a response. Nothing is done.
    Close,
    /// The request is carried out, but only so many bytes of the response's body arrive before the connection closes.
    CutBody {
        /// How many bytes of the body are sent.
        after: usize,
    },
    /// The request is carried out, but only so many bytes of the response's body arrive before the connection is reset.
    ResetBody {
        /// How many bytes of the body are sent.
        after: usize,
    },
    /// The request is carried out, and the body arrives in pieces.
    SlowBody {
        /// The length of a piece, in bytes; 0 counts as 1.
        piece: usize,
        /// How long to wait before each piece.
        pause: Duration,
    },
    /// The request is carried out, and the body arrives whole in chunks of the chunked encoding, without a `Content-Length`.
    ChunkedBody {
        /// The length of a chunk, in bytes; 0 counts as 1.
        chunk: usize,
    },
    /// The request is carried out, and the body arrives whole without a length: the end of the connection ends it.
    UntilClose,
    /// The request is carried out, and `Content-Length` is wrong by so many bytes: more than there are, or fewer.
    WrongContentLength(i64),
}

/// A body that is not the requested one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadBody {
    /// JSON that stops in the middle, though every announced byte is there.
    Malformed,
    /// No byte at all.
    Empty,
    /// JSON of at least this many bytes, with a `Content-Length`.
    Huge {
        /// The length, in bytes.
        bytes: u64,
    },
    /// The same, in chunks, without saying how long it will be.
    HugeUnannounced {
        /// The length, in bytes.
        bytes: u64,
    },
    /// Arrays within arrays.
    Nested {
        /// How many.
        depth: usize,
    },
    /// JSON but for one text that is not UTF-8.
    NotUtf8,
}

/// The forms of a `Retry-After` header.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u64),
    /// A date, this long after the sandbox's present time.
    Date(Duration),
    /// Any text. One that is not a valid header value leaves the header out.
    Text(String),
}

impl Fault {
    /// The name in snake case: `latency`, `status`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Latency(_) => "latency",
            Self::Hold(_) => "hold",
            Self::ClockAhead(_) => "clock_ahead",
            Self::ClockBehind(_) => "clock_behind",
            Self::RevokeSessions => "revoke_sessions",
            Self::RejectToken => "reject_token",
            Self::Status(_) => "status",
            Self::RetryAfter(..) => "retry_after",
            Self::GatewayPageUnder200 => "gateway_page_under_200",
            Self::Redirect(..) => "redirect",
            Self::Body(_) => "body",
            Self::Response(_) => "answer",
            Self::Reset => "reset",
            Self::Close => "close",
            Self::CutBody { .. } => "cut_body",
            Self::ResetBody { .. } => "reset_body",
            Self::SlowBody { .. } => "slow_body",
            Self::ChunkedBody { .. } => "chunked_body",
            Self::UntilClose => "until_close",
            Self::WrongContentLength(_) => "wrong_content_length",
        }
    }

    /// The name in words, with the one number that most faults have.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Status(status) | Self::RetryAfter(status, _) => format!("{} {status}", self.words()),
            Self::Latency(time) => format!("latency of {} ms", time.as_millis()),
            Self::CutBody { after } | Self::ResetBody { after } => format!("{} after {after} bytes", self.words()),
            _ => self.words(),
        }
    }

    fn words(&self) -> String {
        self.name().replace('_', " ")
    }

    /// The response that a fault sends in place of the real one.
    pub(crate) fn answer(&self, profile: Profile, unix_seconds: i64) -> Option<ResponseTemplate> {
        Some(match self {
            Self::RejectToken => auth_failure(profile, Rejection::Failed),
            Self::Status(status) => failure(*status),
            Self::RetryAfter(status, after) => {
                with_text(failure(*status), header::RETRY_AFTER, &after.text(unix_seconds))
            }
            Self::GatewayPageUnder200 => gateway_page("502 Bad Gateway"),
            Self::Redirect(status, to) => with_text(ResponseTemplate::empty(*status), header::LOCATION, to),
            Self::Body(body) => body.answer(),
            Self::Response(answer) => answer.clone(),
            _ => return None,
        })
    }
}

impl BadBody {
    fn answer(self) -> ResponseTemplate {
        ResponseTemplate::json_bytes(match self {
            Self::Malformed => Bytes::from_static(br#"{"success":true,"data":{"ds_connections":[{"name":"#),
            Self::Nested { depth } => ("[".repeat(depth) + &"]".repeat(depth)).into(),
            Self::NotUtf8 => Bytes::from_static(b"{\"success\":true,\"message\":\"\xff\xfe\"}"),
            // The huge ones are written piece by piece, without ever being in memory; see the server's raw responses.
            Self::Empty | Self::Huge { .. } | Self::HugeUnannounced { .. } => Bytes::new(),
        })
    }
}

impl RetryAfter {
    fn text(&self, unix_seconds: i64) -> String {
        match self {
            Self::Seconds(seconds) => seconds.to_string(),
            Self::Date(after) => {
                let after = i64::try_from(after.as_secs()).unwrap_or(i64::MAX);
                calendar::http_date(unix_seconds.saturating_add(after))
            }
            Self::Text(text) => text.clone(),
        }
    }
}

fn failure(status: StatusCode) -> ResponseTemplate {
    let reason = status.canonical_reason().unwrap_or("Failure");
    match status {
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
            gateway_page(&format!("{} {reason}", status.as_str())).status(status)
        }
        _ => problem(status, reason),
    }
}

fn gateway_page(title: &str) -> ResponseTemplate {
    let page = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    );
    ResponseTemplate::typed(HTML, page.into())
}

fn with_text(answer: ResponseTemplate, name: header::HeaderName, text: &str) -> ResponseTemplate {
    match HeaderValue::from_str(text) {
        Ok(value) => answer.header(name, value),
        Err(_) => answer,
    }
}
