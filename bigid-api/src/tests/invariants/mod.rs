//! Invariants of every address, path and JSON text, checked by fuzz targets and property tests.

mod decoder;
pub use decoder::{Counts, decoder};

use percent_encoding::percent_decode_str;
use url::Url;

use crate::base_url::BaseUrl;
use crate::deployment::DEFAULT_BASE_PATH;

/// The input has four lines: an address, a base path, a path to resolve, a name. Missing lines are empty.
pub fn base_url(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut lines = text.splitn(4, '\n');
    let mut line = || lines.next().unwrap_or_default();
    let (address, base_path, path, name) = (line(), line(), line(), line());
    for base_path in [DEFAULT_BASE_PATH, base_path] {
        if let Some(base) = an_address(address, base_path) {
            a_path(&base, path);
            a_name(&base, name);
        }
    }
}

/// An accepted address is an origin and a path, and parsing it again gives the same.
fn an_address(text: &str, base_path: &str) -> Option<BaseUrl> {
    let base = BaseUrl::with_base_path(text, base_path).ok()?;
    assert!(!base.as_str().ends_with('/'), "{text:?} became {base}");
    let url = parsed(base.as_str());
    assert!(is_bare(&url) && url.query().is_none(), "{text:?} became {base}");
    assert!(base.is_origin_of(&url) && base.is_origin_of(&parsed(text.trim())), "{text:?} became {base}");
    assert_eq!(base.is_https(), text.trim().to_ascii_lowercase().starts_with("https://"));
    assert!(stays(url.path()), "{text:?} became {base}");
    let again = BaseUrl::with_base_path(base.as_str(), base_path);
    assert_eq!(again.as_ref(), Ok(&base), "{text:?} under {base_path:?}, read again");
    Some(base)
}

/// An accepted path stays below the base, and an accepted URL in its deployment; neither contains `..`, and neither
/// loses a character.
fn a_path(base: &BaseUrl, path: &str) {
    let Ok(url) = base.resolve(path) else { return };
    assert!(base.is_deployment_of(&url) && is_bare(&url), "{path:?} became {url}");
    assert!(stays(url.path()), "{path:?} became {url}");
    let (resource, query) = path.split_once('?').map_or((path, None), |(resource, query)| (resource, Some(query)));
    assert_eq!(url.query().is_some(), query.is_some(), "{path:?} became {url}");
    let full = ["http://", "https://"].iter().any(|scheme| resource.to_ascii_lowercase().starts_with(scheme));
    if !full {
        let base = parsed(base.as_str());
        let below = url.path().strip_prefix(base.path().trim_end_matches('/')).and_then(|path| path.strip_prefix('/'));
        let resource = resource.strip_prefix('/').unwrap_or(resource);
        assert_eq!(below.map(decoded), Some(decoded(resource)), "{path:?} became {url}");
    }
    assert_eq!(base.resolve(url.as_str()).as_ref(), Ok(&url), "{path:?}, resolved again");
}

/// A name becomes one segment, which decodes to the name.
fn a_name(base: &BaseUrl, name: &str) {
    let url = base.operation("/things/{}/parts", &[("name", name)]);
    assert_eq!(url.is_err(), matches!(name, "" | "." | ".."), "{name:?}");
    let Ok(url) = url else { return };
    assert_eq!(parsed(url.as_str()), url, "{name:?}");
    assert!(base.is_origin_of(&url) && is_bare(&url) && url.query().is_none(), "{name:?} became {url}");
    let below = url.as_str().strip_prefix(base.as_str()).unwrap_or_default();
    let segments: Vec<&str> = below.split('/').collect();
    let [_, "things", segment, "parts"] = segments[..] else { panic!("{name:?} became {url}") };
    assert_eq!(decoded(segment), name.as_bytes());
}

fn parsed(text: &str) -> Url {
    Url::parse(text).unwrap_or_else(|error| panic!("{text:?} is not a URL: {error}"))
}

fn is_bare(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none() && url.fragment().is_none() && url.has_host()
}

/// No segment is empty, `.` or `..`, even if percent-decoded before splitting.
fn stays(path: &str) -> bool {
    let inner = path.strip_prefix('/').unwrap_or(path);
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    let decoded = decoded(inner);
    !decoded.split(|byte| matches!(byte, b'/' | b'\\')).any(|segment| matches!(segment, b"." | b".."))
        && (path == "/" || inner.split('/').all(|segment| !segment.is_empty()))
}

fn decoded(text: &str) -> Vec<u8> {
    percent_decode_str(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Parts of addresses and paths, valid and invalid.
    const FRAGMENTS: [&str; 40] = [
        "https://",
        "http://",
        "HTTPS://",
        "h",
        "t.bigid.cloud",
        "evil.com",
        "[::1]",
        "127.1",
        ":443",
        ":8443",
        "/",
        "//",
        "api",
        "/api/v1",
        "/p",
        ".",
        "..",
        "%2e",
        "%2E",
        "%2f",
        "%5c",
        "%25",
        "%",
        "?",
        "#",
        "@",
        ":",
        "\\",
        " ",
        "\t",
        "\u{feff}",
        "é",
        "\u{3000}",
        "{}",
        "|",
        "^",
        "'",
        ";",
        "://",
        "\u{ad}",
    ];

    fn pieces(most: usize) -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            6 => proptest::sample::select(&FRAGMENTS[..]).prop_map(str::to_owned),
            1 => any::<char>().prop_map(String::from),
            1 => "[a-z0-9]{1,4}",
        ];
        proptest::collection::vec(piece, 0..most).prop_map(|pieces| pieces.concat())
    }

    fn address() -> impl Strategy<Value = String> {
        let host = proptest::sample::select(&["h", "h:8443", "t.bigid.cloud", "[::1]", "127.0.0.1:80"][..]);
        let scheme = proptest::sample::select(&["https://", "http://", " HTTPS://"][..]);
        prop_oneof![
            3 => (scheme, host, pieces(5)).prop_map(|(scheme, host, path)| format!("{scheme}{host}{path}")),
            1 => pieces(8),
        ]
    }

    fn path() -> impl Strategy<Value = String> {
        prop_oneof![3 => pieces(8), 1 => pieces(6).prop_map(|rest| format!("https://h{rest}")),
            1 => pieces(6).prop_map(|rest| format!("https:h{rest}"))]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_address_is_refused_or_reads_the_same_again(address in address(), base_path in pieces(4)) {
            an_address(&address, &base_path);
            an_address(&address, DEFAULT_BASE_PATH);
        }

        #[test]
        fn any_path_is_refused_or_stays_where_it_belongs(path in path(), name in any::<String>()) {
            for base in ["https://h", "https://h/p", "https://h:8443"] {
                base_url(format!("{base}\n\n{path}\n{name}").as_bytes());
            }
        }
    }
}
