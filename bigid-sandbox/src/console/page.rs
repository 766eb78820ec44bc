//! The files of the page, and the headers of every response of the console.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};

/// A file of the page: its path below `/console`, its type, its text.
type File = (&'static str, &'static str, &'static str);

const FILES: [File; 4] = [
    ("", "text/html; charset=utf-8", include_str!("page/console.html")),
    ("/console.css", "text/css; charset=utf-8", include_str!("page/console.css")),
    ("/console.js", "text/javascript; charset=utf-8", include_str!("page/console.js")),
    ("/icon.svg", "image/svg+xml", include_str!("page/icon.svg")),
];

/// The page runs only its own script and style, connects only to its own origin, and cannot be framed. Text from a
/// request cannot become markup: the server writes none into the page, and the browser refuses to parse any.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
                      trusted-types 'none'";

const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The file at a path below `/console`.
pub(super) fn file(path: &str) -> Option<Response<Bytes>> {
    let path = if path == "/" { "" } else { path };
    let (_, content_type, text) = FILES.into_iter().find(|(name, ..)| *name == path)?;
    Some(response(StatusCode::OK, content_type, Bytes::from_static(text.as_bytes())))
}

/// Any response of the console.
pub(super) fn response(status: StatusCode, content_type: &'static str, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_small_and_names_no_other_place() {
        let bytes: usize = FILES.iter().map(|(.., text)| text.len()).sum();
        // As README says; the limit is 200 KiB.
        assert!(bytes < 50_000, "{bytes} bytes");
        for (name, _, text) in FILES {
            // The namespace of an SVG is a name, which is never fetched.
            let text = text.replace("http://www.w3.org/2000/svg", "");
            for elsewhere in ["http:", "https:", "ws://", "wss://", "\"//", "'//", "url(", "@import"] {
                assert!(!text.contains(elsewhere), "{name} has {elsewhere}");
            }
        }
    }

    #[test]
    fn the_script_makes_text_and_never_markup() {
        for (name, _, text) in FILES {
            for sink in
                ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "DOMParser"]
            {
                assert!(!text.contains(sink), "{name} has {sink}");
            }
            for inline in [" style=", " onclick=", "<style", "javascript:"] {
                assert!(!text.contains(inline), "{name} has {inline}, which the policy refuses");
            }
        }
    }
}
