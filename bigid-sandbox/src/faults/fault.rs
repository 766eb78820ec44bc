//! Faults: what can go wrong with a request.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};

use super::gate::Gate;
use crate::auth::Rejection;
use crate::calendar;
use crate::profile::{HTML, Profile};
use crate::wire::{ResponseTemplate, auth_failure, problem};

/// A fault of a request; scripted with [`Sandbox::on`](crate::Sandbox::on).
///
/// [`Latency`](Self::Latency), [`Hold`](Self::Hold), the clock's and [`RevokeSessions`](Self::RevokeSessions) combine
/// with other faults: all of them that are due apply to a request. The others determine the response, and only the
/// first that is due applies.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// The response is delayed by this time.
    Latency(Duration),
    /// The response is computed, then held until the gate releases it.
    Hold(Gate),
    /// The server's clock is ahead by this time, in a token that it issues for the request and in `Date`.
    ClockAhead(Duration),
    /// The server's clock is behind by this time. The server itself accepts the token for its full lifetime.
    ClockBehind(Duration),
    /// Every session is revoked as the request arrives, including its own.
    RevokeSessions,

    /// The token is rejected, in the form of the profile, even if it is valid.
    RejectToken,
    /// This status with a matching body: a gateway's page for 502, 503 and 504, otherwise `{"message": ..}`.
    Status(StatusCode),
    /// This status, with a `Retry-After`, as for 429 and 503.
    RetryAfter(StatusCode, RetryAfter),
    /// A gateway's page that says 502, with status 200.
    GatewayPageUnder200,
    /// A redirect with this status to this address. If the text is not a valid header value, `Location` is omitted.
    Redirect(StatusCode, String),
    /// A wrong body, with status 200.
    Body(BadBody),
    /// Any other response.
    Response(ResponseTemplate),

    /// The connection is reset once the request has been read. Nothing is done, and no response is sent.
    Reset,
    /// The connection is closed in an orderly way instead of a response. Nothing is done.
    Close,
    /// The request is carried out, but the connection is closed in the middle of the response body.
    CutBody {
        /// The number of bytes of the body that are sent.
        after: usize,
    },
    /// The request is carried out, but the connection is reset in the middle of the response body.
    ResetBody {
        /// The number of bytes of the body that are sent.
        after: usize,
    },
    /// The request is carried out, and the body arrives in pieces.
    SlowBody {
        /// The length of a piece, in bytes; 0 counts as 1.
        piece: usize,
        /// The pause before each piece.
        pause: Duration,
    },
    /// The request is carried out, and the whole body arrives in chunked encoding, without a `Content-Length`.
    ChunkedBody {
        /// The length of a chunk, in bytes; 0 counts as 1.
        chunk: usize,
    },
    /// The request is carried out, and the whole body arrives without a length: the end of the connection ends it.
    UntilClose,
    /// The request is carried out, and `Content-Length` is wrong by this many bytes, positive or negative.
    WrongContentLength(i64),
}

/// A wrong body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadBody {
    /// JSON that stops in the middle, although every announced byte arrives.
    Malformed,
    /// No byte at all.
    Empty,
    /// JSON of at least this many bytes, with a `Content-Length`.
    Huge {
        /// The length, in bytes.
        bytes: u64,
    },
    /// The same, chunked, without a `Content-Length`.
    HugeUnannounced {
        /// The length, in bytes.
        bytes: u64,
    },
    /// Arrays within arrays.
    Nested {
        /// How many.
        depth: usize,
    },
    /// JSON, except for one string that is not UTF-8.
    NotUtf8,
}

/// The forms of a `Retry-After` header.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u64),
    /// A date this long after the sandbox's current time.
    Date(Duration),
    /// Any text. If it is not a valid header value, the header is omitted.
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
            Self::Response(_) => "response",
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

    /// The name in words, with the number of the fault if it has one.
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
    pub(crate) fn response(&self, profile: Profile, unix_seconds: i64) -> Option<ResponseTemplate> {
        Some(match self {
            Self::RejectToken => auth_failure(profile, Rejection::Failed),
            Self::Status(status) => failure(*status),
            Self::RetryAfter(status, after) => {
                with_text(failure(*status), header::RETRY_AFTER, &after.text(unix_seconds))
            }
            Self::GatewayPageUnder200 => gateway_page("502 Bad Gateway"),
            Self::Redirect(status, to) => with_text(ResponseTemplate::empty(*status), header::LOCATION, to),
            Self::Body(body) => body.response(),
            Self::Response(response) => response.clone(),
            _ => return None,
        })
    }
}

impl BadBody {
    fn response(self) -> ResponseTemplate {
        ResponseTemplate::json_bytes(match self {
            Self::Malformed => Bytes::from_static(br#"{"success":true,"data":{"ds_connections":[{"name":"#),
            Self::Nested { depth } => ("[".repeat(depth) + &"]".repeat(depth)).into(),
            Self::NotUtf8 => Bytes::from_static(b"{\"success\":true,\"message\":\"\xff\xfe\"}"),
            // The huge ones are written piece by piece and are never in memory; see the server's raw responses.
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

fn with_text(response: ResponseTemplate, name: header::HeaderName, text: &str) -> ResponseTemplate {
    match HeaderValue::from_str(text) {
        Ok(value) => response.header(name, value),
        Err(_) => response,
    }
}
