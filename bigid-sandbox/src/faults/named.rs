//! Faults by name, for command lines.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http::StatusCode;

use super::fault::{BadBody, Fault, RetryAfter};

/// The text is not a fault; the message lists the possible forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFault(String);

impl fmt::Display for UnknownFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a fault; there are {}", self.0, FORMS.map(|(form, _)| form).join(", "))
    }
}

impl std::error::Error for UnknownFault {}

/// Creates a fault from a number.
type Make = fn(u64) -> Option<Fault>;

/// Every form, with `<n>` for a number, and its fault.
const FORMS: [(&str, Make); 19] = [
    ("<status from 200 to 599>", |code| Some(Fault::Status(status(code)?))),
    ("retry-after-<seconds>", |seconds| {
        Some(Fault::RetryAfter(StatusCode::TOO_MANY_REQUESTS, RetryAfter::Seconds(seconds)))
    }),
    ("latency-<ms>", |ms| Some(Fault::Latency(Duration::from_millis(ms)))),
    ("slow-<ms>", |ms| Some(Fault::SlowBody { piece: 64, pause: Duration::from_millis(ms) })),
    ("cut-<bytes>", |bytes| Some(Fault::CutBody { after: size(bytes) })),
    ("reset-<bytes>", |bytes| Some(Fault::ResetBody { after: size(bytes) })),
    ("chunked-<bytes>", |bytes| Some(Fault::ChunkedBody { chunk: size(bytes) })),
    ("huge-<bytes>", |bytes| Some(Fault::Body(BadBody::Huge { bytes }))),
    ("nested-<depth>", |depth| Some(Fault::Body(BadBody::Nested { depth: size(depth) }))),
    ("reset", |_| Some(Fault::Reset)),
    ("close", |_| Some(Fault::Close)),
    ("until-close", |_| Some(Fault::UntilClose)),
    ("malformed", |_| Some(Fault::Body(BadBody::Malformed))),
    ("empty", |_| Some(Fault::Body(BadBody::Empty))),
    ("not-utf8", |_| Some(Fault::Body(BadBody::NotUtf8))),
    ("gateway-page", |_| Some(Fault::GatewayPageUnder200)),
    ("wrong-length", |_| Some(Fault::WrongContentLength(100))),
    ("reject-token", |_| Some(Fault::RejectToken)),
    ("revoke-sessions", |_| Some(Fault::RevokeSessions)),
];

/// The forms in which a fault is named, with `<n>` for a number.
pub(crate) fn forms() -> impl Iterator<Item = &'static str> {
    FORMS.iter().map(|(form, _)| *form)
}

impl FromStr for Fault {
    type Err = UnknownFault;

    /// A fault as the program's `--fault` takes it: a status such as `503`, or one of `latency-<ms>`, `reset`,
    /// `malformed` and others; the error lists them.
    ///
    /// # Examples
    /// ```
    /// use bigid_sandbox::Fault;
    ///
    /// assert_eq!("503".parse::<Fault>().map(|fault| fault.name()), Ok("status"));
    /// assert_eq!("latency-200".parse::<Fault>().map(|fault| fault.name()), Ok("latency"));
    /// assert!("no such fault".parse::<Fault>().is_err());
    /// ```
    fn from_str(text: &str) -> Result<Self, UnknownFault> {
        let made = FORMS.iter().find_map(|(form, make)| match form.split_once('<') {
            None => (*form == text).then(|| make(0)).flatten(),
            Some((word, _)) => make(text.strip_prefix(word)?.parse().ok()?),
        });
        made.ok_or_else(|| UnknownFault(text.chars().take(64).collect()))
    }
}

fn status(code: u64) -> Option<StatusCode> {
    // A response below 200 is not the last one to its request, and above 599 there is no class of statuses.
    let code = u16::try_from(code).ok().filter(|code| (200..600).contains(code))?;
    StatusCode::from_u16(code).ok()
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_nothing_else() {
        for (form, _) in FORMS {
            let text = match form.split_once('<') {
                Some((word, _)) => format!("{word}503"),
                None => form.to_owned(),
            };
            assert!(text.parse::<Fault>().is_ok(), "{text}");
        }
        for text in [
            "",
            "600x",
            "99",
            "199",
            "600",
            "999",
            "65736",
            "latency",
            "latency-",
            "latency--1",
            "latency-1.5",
            "RESET",
            "reset-",
            "ü",
        ] {
            let error = text.parse::<Fault>().expect_err(text).to_string();
            assert!(error.contains("<status from 200 to 599>") && error.contains("latency-<ms>"), "{error}");
        }
    }
}
