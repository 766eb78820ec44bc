//! Content encodings: none is requested, and none is decoded.

use std::fmt;

use http::HeaderMap;
use http::header::CONTENT_ENCODING;

/// The response has a content encoding that was not requested, such as `gzip`.
///
/// Requests say `Accept-Encoding: identity`. A caller that sets this header, directly or in a layer, must decode the
/// response itself. An encoding that reqwest decodes, with its features such as `gzip`, is not an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsupportedEncoding(String);

impl UnsupportedEncoding {
    /// The encoding of a response, if it is not `identity`.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let values = headers.get_all(CONTENT_ENCODING).into_iter();
        let lists: Vec<String> = values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect();
        let codings = lists.iter().flat_map(|list| list.split(',')).map(str::trim);
        let mut unknown = codings.filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity"));
        let first = unknown.next()?.to_owned();
        let names = unknown.fold(first, |names, coding| names + ", " + coding);
        Some(Self(names.chars().filter(|character| !character.is_control()).take(MAX_NAME).collect()))
    }

    /// The name of the encoding as sent; several are separated by commas.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// The maximum length of a kept name.
const MAX_NAME: usize = 64;

impl fmt::Display for UnsupportedEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the response body is encoded with `{}`, which the request did not ask for and this client does not decode; \
             look for a proxy that compresses",
            self.0
        )
    }
}

impl std::error::Error for UnsupportedEncoding {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_encoding_that_changes_the_body_is_one() {
        for (values, name) in [
            (&[][..], None),
            (&[""], None),
            (&["identity"], None),
            (&["Identity , IDENTITY", "identity"], None),
            (&["gzip"], Some("gzip")),
            (&["identity, GZIP"], Some("GZIP")),
            (&["identity", "br, identity", "zstd"], Some("br, zstd")),
            (&["x\u{fc}"], Some("x\u{fc}")),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
            }
            assert_eq!(UnsupportedEncoding::of(&headers).as_ref().map(UnsupportedEncoding::name), name, "{values:?}");
        }
        let mut headers = HeaderMap::new();
        headers.append(CONTENT_ENCODING, http::HeaderValue::from_str(&"x".repeat(5_000)).unwrap());
        assert_eq!(UnsupportedEncoding::of(&headers).unwrap().name().len(), MAX_NAME);
    }
}
