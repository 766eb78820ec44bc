//! One line of the audit log.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;

use crate::automation::iso;

/// A line of the audit log: the raw bytes and, if it has the known form, its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    bytes: Bytes,
    record: Option<AuditRecord>,
}

/// The fields of a line: `[time][user][address][action][endpoint][resource][agent]`, of which the last three are
/// optional. BigID's add-on for Splunk and its users read this form. Each field is the received text, without NUL.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct AuditRecord {
    /// The time, as received.
    pub time: String,
    /// The time since 1970; `None` if the date has an unknown format.
    pub at: Option<Duration>,
    /// The user.
    pub user: String,
    /// The address of the client.
    pub address: String,
    /// The action.
    pub action: String,
    /// The request.
    pub endpoint: Option<String>,
    /// The resource that was acted on.
    pub resource: Option<String>,
    /// The user agent.
    pub agent: Option<String>,
    /// The text after the fields.
    pub rest: String,
}

impl AuditLine {
    pub(super) fn new(bytes: Bytes) -> Self {
        let record = AuditRecord::parse(&text(&bytes));
        Self { bytes, record }
    }

    /// The fields; `None` for a line of another form.
    #[must_use]
    pub fn record(&self) -> Option<&AuditRecord> {
        self.record.as_ref()
    }

    /// The line as text, without NUL. Invalid UTF-8 is replaced by U+FFFD.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        text(&self.bytes)
    }

    /// The line as received, without its line ending.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    match String::from_utf8_lossy(bytes) {
        text if text.contains('\0') => text.replace('\0', "").into(),
        text => text,
    }
}

impl AuditRecord {
    fn parse(line: &str) -> Option<Self> {
        let mut rest = line.trim();
        let mut fields = Vec::new();
        while fields.len() < FIELDS
            && let Some((field, behind)) = field(rest)
        {
            fields.push(field.to_owned());
            rest = behind;
        }
        let rest = rest.trim().to_owned();
        let mut fields = fields.into_iter();
        let (time, user, address, action) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        let at = iso::parse(&time);
        let (endpoint, resource, agent) = (fields.next(), fields.next(), fields.next());
        Some(Self { time, at, user, address, action, endpoint, resource, agent, rest })
    }
}

const FIELDS: usize = 7;

/// The text between the opening bracket and the one that closes it, and the rest. Brackets within a field come in
/// pairs.
fn field(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('[')?;
    let mut depth = 0_u32;
    for (at, letter) in inner.char_indices() {
        match letter {
            '[' => depth += 1,
            ']' if depth == 0 => return Some((&inner[..at], &inner[at + 1..])),
            ']' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(line: &[u8]) -> Option<AuditRecord> {
        AuditLine::new(Bytes::copy_from_slice(line)).record
    }

    #[test]
    fn a_line_of_the_known_form_is_a_record() {
        let line = b"[2025-06-15T15:06:40.000Z][ada][10.0.0.1][update][PUT /x][Orders [north]][Mozilla/5.0 [en]]";
        let record = record(line).unwrap();
        assert_eq!((record.at, &*record.user), (Some(Duration::from_secs(1_750_000_000)), "ada"));
        assert_eq!((&*record.address, &*record.action), ("10.0.0.1", "update"));
        let rest = [record.endpoint, record.resource, record.agent].map(Option::unwrap);
        assert_eq!(rest, ["PUT /x", "Orders [north]", "Mozilla/5.0 [en]"]);
    }

    #[test]
    fn fields_may_be_missing_or_followed_by_text_and_bytes_may_be_bad() {
        let short = record(b"  [yesterday][ada][10.0.0.1][login] from [the office]\r").unwrap();
        assert_eq!((short.at, short.endpoint, &*short.rest), (None, None, "from [the office]"));
        let bad = record(b"[t\0][a\xffda][10.0.0.1][log\0in][][][][x]").unwrap();
        assert_eq!((&*bad.time, &*bad.user, &*bad.action, &*bad.rest), ("t", "a\u{fffd}da", "login", "[x]"));
    }

    #[test]
    fn a_line_of_another_form_stays_text() {
        for line in [
            &b""[..],
            b"\0\0",
            b"started",
            b"[a][b][c]",
            b"[a][b][c][d",
            b"x [a][b][c][d]",
            b"[a][b [c][d][e]",
            b"\xff",
        ] {
            let line = AuditLine::new(Bytes::copy_from_slice(line));
            assert_eq!(line.record(), None, "{line:?}");
            assert!(!line.text().contains('\0'));
        }
    }
}
