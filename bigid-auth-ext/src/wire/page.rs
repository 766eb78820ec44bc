//! HTML pages, which gateways and sign-in servers send instead of an API response.

use http::StatusCode;

use crate::credential::redactor::Redactor;
use crate::wire::message::plain;

/// How much of a page is searched for its title.
const SEARCHED: usize = 64 * 1024;

/// The possible beginnings of an HTML page, after white space, comments and an XML declaration.
const TAGS: [&[u8]; 6] = [b"html", b"!doctype html", b"head", b"title", b"body", b"script"];

/// An HTML page.
pub(crate) struct Page {
    /// The error status that its title names.
    pub(crate) status: Option<StatusCode>,
    pub(crate) text: String,
}

impl Page {
    /// Reads the beginning of a page; `None` if it is not a page.
    pub(crate) fn read(body: &[u8], redactor: &Redactor) -> Option<Self> {
        if is_page(body) != Some(true) {
            return None;
        }
        let page = redactor.redact(body.get(..SEARCHED).unwrap_or(body));
        let page = String::from_utf8_lossy(&page);
        let lower = page.to_ascii_lowercase();
        let title = lower.find("<title").and_then(|start| {
            let start = start + lower.get(start..)?.find('>')? + 1;
            let end = lower.get(start..)?.find("</title")? + start;
            page.get(start..end)
        });
        let title = plain(title.unwrap_or_default().as_bytes(), true, redactor);
        let status = title.split(|character: char| !character.is_ascii_digit()).next();
        let status = status
            .and_then(|code| StatusCode::from_bytes(code.as_bytes()).ok())
            .filter(|status| status.is_client_error() || status.is_server_error());
        Some(Self { status, text: if title.is_empty() { "a page of HTML".to_owned() } else { title } })
    }
}

/// The maximum length of text before the first tag. It is searched again with each piece, so it must be short.
const PREAMBLE: usize = 4 * 1024;

/// Whether a text begins like an HTML page; `None` if it ends too early to tell.
pub(crate) fn is_page(text: &[u8]) -> Option<bool> {
    let text = text.trim_ascii_start();
    match begins_page(text.get(..PREAMBLE).unwrap_or(text)) {
        // Only a page begins with a long comment.
        None if text.len() > PREAMBLE => Some(text.starts_with(b"<!--")),
        begins => begins,
    }
}

fn begins_page(text: &[u8]) -> Option<bool> {
    let mut text = text;
    loop {
        text = text.trim_ascii_start();
        let skipped = [(&b"<!--"[..], &b"-->"[..]), (b"<?", b"?>")].into_iter().find_map(|(open, close)| {
            let rest = text.strip_prefix(open)?;
            Some(
                rest.windows(close.len())
                    .position(|window| window == close)
                    .and_then(|end| rest.get(end + close.len()..)),
            )
        });
        match skipped {
            Some(Some(rest)) => text = rest,
            Some(None) => return None,
            None => break,
        }
    }
    let Some(tag) = text.strip_prefix(b"<") else { return if text.is_empty() { None } else { Some(false) } };
    let begins = |known: &[u8]| {
        let length = known.len().min(tag.len());
        tag.get(..length).is_some_and(|tag| tag.eq_ignore_ascii_case(&known[..length]))
    };
    let goes_on = |known: &[u8]| tag.get(known.len()).map(|next| !next.is_ascii_alphanumeric() && *next != b'-');
    let open = TAGS.iter().chain(&[&b"!--"[..], b"?"]).any(|known| begins(known) && goes_on(known).is_none());
    if TAGS.iter().any(|known| begins(known) && goes_on(known) == Some(true)) {
        return Some(true);
    }
    if open { None } else { Some(false) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_told_from_other_text_as_soon_as_it_can_be() {
        for (text, page) in [
            ("<html>", Some(true)),
            ("<HTML lang=en>", Some(true)),
            (" \r\n<!DOCTYPE html>", Some(true)),
            ("<!doctype HTML PUBLIC \"x\">", Some(true)),
            ("<!-- a > b -->\n<html\n>", Some(true)),
            ("<?xml version=\"1.0\"?><!DOCTYPE html >", Some(true)),
            ("<head><title>x", Some(true)),
            ("<body/>", Some(true)),
            ("", None),
            ("  ", None),
            ("<", None),
            ("<ht", None),
            ("<html", None),
            ("<!doctype", None),
            ("<!-- a", None),
            ("<!-- a -->", None),
            ("<?xml", None),
            ("<htmlx>", Some(false)),
            ("<html-report>", Some(false)),
            ("<report>", Some(false)),
            ("<?xml version=\"1.0\"?><report>", Some(false)),
            ("<!doctype svg>", Some(false)),
            ("html", Some(false)),
        ] {
            assert_eq!(is_page(text.as_bytes()), page, "{text}");
        }
    }
}
