//! Rewrites responses whose status contradicts their body: the layers above see only standard HTTP.
//!
//! Deployed servers respond to a rejected token with HTTP 200 and `"success": false`, broken gateways with HTTP 200 and
//! an HTML page, and nearly everything with `text/html` as content type. So the body decides and the content type is
//! ignored:
//!
//! | response | becomes |
//! |---|---|
//! | any status, a JSON object whose `message` begins with a recorded rejection, if it is accepted there (below) | 401, same body |
//! | 2xx, an object whose `success` is false | the `statusCode` in the body if that is an error, else 400, same body |
//! | 2xx, an object without `success` whose `statusCode` is an error, or an envelope whose `status` is `error`; described calls | the same |
//! | 2xx, any object where CSV or text is documented | 400, same body |
//! | 2xx, an HTML page, except an attachment, or a page without an error for an undescribed call | the status that its title names, else 502, JSON with the start of the page's text |
//! | 4xx or 5xx whose body is not a JSON object | same status, JSON with the start of the text |
//!
//! | authorized by | accepted rejection messages |
//! |---|---|
//! | a session (data calls) | `Failed to authenticate token` as a separate sentence |
//! | a user token (the exchange) | `Failed to authenticate token`, `Refresh token not valid` |
//! | a password (`POST /sessions`) | `Authentication failed` |
//!
//! JSON is whatever [`bigid_api::from_json`] reads. Everything else is passed on unchanged.

use bigid_api::{ExpectedBody, from_json, json_start};
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Map, Value};

use crate::credential::redactor::Redactor;
use crate::wire::envelope::{AuthorizedBy, Envelope};
use crate::wire::message::{message, or_reason, plain};
use crate::wire::page::Page;

/// What is known about a call and its response when the verdict is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Evidence<'a> {
    pub(crate) is_described: bool,
    pub(crate) expected: ExpectedBody,
    pub(crate) authorization: AuthorizedBy,
    /// The received status.
    pub(crate) status: StatusCode,
    pub(crate) is_attachment: bool,
    /// The body, or the part of it that is read before it is passed on.
    pub(crate) start: &'a [u8],
    pub(crate) is_whole: bool,
}

/// The verdict on a response whose status is wrong.
#[derive(Debug, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) status: StatusCode,
    /// Whether the body is a page that reports no error.
    pub(crate) is_page: bool,
    /// A body that replaces the received one.
    pub(crate) body: Option<Bytes>,
}

impl Verdict {
    fn same_body(status: StatusCode) -> Self {
        Self { status, is_page: false, body: None }
    }
}

/// Judges a response; `None` if its status is right.
pub(crate) fn judge(evidence: &Evidence<'_>, redactor: &Redactor) -> Option<Verdict> {
    let text = json_start(evidence.start);
    let status = evidence.status;
    if text.starts_with(b"{") {
        if evidence.is_whole
            && may_mean_another(evidence, text)
            && let Some(means) = meaning(evidence, text)
        {
            return Some(Verdict::same_body(means));
        }
        if status.is_success() {
            // An object longer than the preview says nothing about the outcome, and is not text either.
            let is_misplaced = !evidence.is_whole && evidence.expected == ExpectedBody::Text;
            return is_misplaced.then(|| Verdict {
                body: Some(message("a JSON object in place of the file")),
                ..Verdict::same_body(StatusCode::BAD_REQUEST)
            });
        }
        if !evidence.is_whole || from_json::<Map<String, Value>>(text).is_ok() {
            return None;
        }
    }
    let page = Page::read(text, redactor);
    if status.is_success() {
        let page = page.filter(|page| match evidence.expected {
            ExpectedBody::Json => true,
            ExpectedBody::Text | ExpectedBody::File => !evidence.is_attachment,
            // An undescribed call may have requested a page, unless the page reports an error.
            _ => page.status.is_some() && !evidence.is_attachment,
        })?;
        return Some(Verdict {
            status: page.status.unwrap_or(StatusCode::BAD_GATEWAY),
            is_page: page.status.is_none(),
            body: Some(message(&page.text)),
        });
    }
    let kept = page.map_or_else(|| plain(text, evidence.is_whole, redactor), |page| page.text);
    Some(Verdict { status, is_page: false, body: Some(message(or_reason(&kept, status))) })
}

/// Whether an object must be parsed to know its meaning. Pages of records are long and rarely report a failure, so they
/// are only scanned.
fn may_mean_another(evidence: &Evidence<'_>, text: &[u8]) -> bool {
    let is_scanned = matches!(evidence.expected, ExpectedBody::Json | ExpectedBody::Unknown);
    !evidence.status.is_success() || !is_scanned || scan::may_be_failure(text, evidence.authorization)
}

/// The status that an object reports, if it differs from the received one.
fn meaning(evidence: &Evidence<'_>, text: &[u8]) -> Option<StatusCode> {
    let envelope = Envelope::read(text)?;
    let means = envelope.means(evidence.status, evidence.expected, evidence.is_described, evidence.authorization)?;
    (means != evidence.status).then_some(means)
}

mod scan;

#[cfg(test)]
mod tests;
