//! `--dry-run`: prints the request as it would be sent, without reading a credential.

use std::io::Write as _;

use bigid_auth_ext::bigid_api::RawJson;

use crate::escape;
use crate::failure::Outcome;
use crate::output::{Sink, masked, pretty};

/// Prints a request.
pub(crate) fn print(method: &str, url: &str, has_session: bool, body: Option<RawJson>, secrets: &[&str]) -> Outcome {
    let mut out = Sink::stdout();
    writeln!(out, "{}", escape::line(&format!("{method} {url}")))?;
    if has_session {
        writeln!(out, "Authorization: (session)")?;
    }
    if let Some(body) = body {
        let text = pretty(masked(body, secrets).as_str(), "");
        writeln!(out, "Content-Type: application/json\n\n{}", escape::json(&text))?;
    }
    out.finish()
}
