//! Content encodings: none is requested, and none is decoded.

use std::fmt;

use http::HeaderMap;
use http::header::{CONTENT_ENCODING, TRANSFER_ENCODING};

/// The response has a content encoding that was not requested, such as `gzip`.
///
/// Requests say `Accept-Encoding: identity`. A caller that sets this header, directly or in a layer, must decode the
/// response itself. An encoding that reqwest decodes, with its features such as `gzip`, is not an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsupportedEncoding(String);

impl UnsupportedEncoding {
    /// The encoding of a response, if it is not `identity`: of its content, or of its transfer, where `chunked` is
    /// removed from what is received and nothing else is.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let codings = |header, plain: &'static [&'static str]| {
            let lists = headers.get_all(header).into_iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
            let codings: Vec<&str> =
                lists.flat_map(|list| list.split(',').filter_map(known).collect::<Vec<_>>()).collect();
            codings.into_iter().filter(move |name| !plain.contains(name))
        };
        let mut all: Vec<&str> = Vec::new();
        let transfer = codings(TRANSFER_ENCODING, &["identity", "chunked"]);
        for name in codings(CONTENT_ENCODING, &["identity"]).chain(transfer) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
        (!all.is_empty()).then(|| Self(all.join(", ")))
    }

    /// The name of the encoding; several are separated by commas. One that is not registered is `unknown`, because a
    /// server may send anything.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// The name of one that is not known.
const UNKNOWN: &str = "unknown";

/// The registered names of encodings, and two that are common.
const KNOWN: [&str; 16] = [
    "aes128gcm",
    "br",
    "chunked",
    "compress",
    "dcb",
    "dcz",
    "deflate",
    "exi",
    "gzip",
    "identity",
    "lz4",
    "pack200-gzip",
    "snappy",
    "x-compress",
    "x-gzip",
    "zstd",
];

/// The name of a coding, without its parameters; `None` for an empty element of a list.
fn known(coding: &str) -> Option<&'static str> {
    let name = coding.split(';').next().unwrap_or_default().trim();
    let is = |known: &&str| known.eq_ignore_ascii_case(name);
    (!coding.trim().is_empty()).then(|| KNOWN.into_iter().find(is).unwrap_or(UNKNOWN))
}

impl fmt::Display for UnsupportedEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            UNKNOWN => f.write_str("the response body has an unknown encoding")?,
            name => write!(f, "the response body is encoded with `{name}`")?,
        }
        f.write_str(
            ", which the request did not ask for and this client does not decode; look for a proxy that compresses",
        )
    }
}

impl std::error::Error for UnsupportedEncoding {}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    /// Every header is given once in one line, and once in several.
    fn of(lists: &[(HeaderName, &[&str])]) -> Vec<Option<String>> {
        let forms = [true, false].map(|joined| {
            let mut headers = HeaderMap::new();
            for (header, values) in lists {
                let joined =
                    if joined { vec![values.join(", ")] } else { values.iter().map(|&it| it.into()).collect() };
                for value in joined {
                    headers.append(header, http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
                }
            }
            UnsupportedEncoding::of(&headers).map(|encoding| encoding.name().to_owned())
        });
        forms.into()
    }

    #[test]
    fn only_an_encoding_that_changes_the_body_is_one_and_only_a_known_name_is_kept() {
        let secret = "Session-Token-0123";
        for (values, name) in [
            (&[][..], None),
            (&[""], None),
            (&["identity"], None),
            (&["Identity ", " IDENTITY", "", "identity"], None),
            (&["gzip"], Some("gzip")),
            (&["identity", "GZIP"], Some("gzip")),
            (&["identity", "br", "identity", "zstd"], Some("br, zstd")),
            (&["x\u{fc}"], Some("unknown")),
            (&[secret], Some("unknown")),
            (&[secret, "gzip", secret], Some("unknown, gzip")),
            (&["gzip;q=Session-Token-0123"], Some("gzip")),
        ] {
            let name = name.map(str::to_owned);
            for header in [CONTENT_ENCODING, TRANSFER_ENCODING] {
                assert_eq!(of(&[(header, values)]), [name.clone(), name.clone()], "{values:?}");
            }
            let chunked = [values, &["chunked"]].concat();
            assert_eq!(of(&[(TRANSFER_ENCODING, &chunked)]), [name.clone(), name.clone()], "{values:?}");
            let both = of(&[(CONTENT_ENCODING, values), (TRANSFER_ENCODING, &["Chunked"])]);
            assert_eq!(both, [name.clone(), name], "{values:?}");
        }
        assert_eq!(of(&[(CONTENT_ENCODING, &["chunked"])])[0].as_deref(), Some("chunked"));
        assert_eq!(
            of(&[(CONTENT_ENCODING, &["br"]), (TRANSFER_ENCODING, &["gzip", "chunked"])])[0].as_deref(),
            Some("br, gzip")
        );
    }
}
