//! The deployment that a URL belongs to: an origin, and the path prefix that its API and its proxies share.

use percent_encoding::{percent_decode, percent_decode_str};
use url::{Host, Origin, Url};

/// The path under which deployed servers mount the API, according to every published client and the contract.
pub const DEFAULT_BASE_PATH: &str = "/api/v1";

/// An origin and the path before `/api/v1`.
///
/// Paths are compared decoded, because `/tenant%2Da` and `/tenant-a` name the same resource, and in every way in which
/// a server or a gateway may interpret them: a URL that leaves the prefix under any interpretation is outside the
/// deployment.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Deployment {
    origin: Origin,
    /// Without a trailing slash.
    prefix: String,
}

impl Deployment {
    /// The deployment whose API is at a URL that ends in a base path. If the base path is empty, the URL may still end
    /// in `/api/v1`.
    pub(crate) fn new(url: &Url, base_path: &str) -> Self {
        let path = url.path().trim_end_matches('/');
        let base_path = if base_path.is_empty() { DEFAULT_BASE_PATH } else { base_path };
        Self { origin: url.origin(), prefix: path.strip_suffix(base_path).unwrap_or(path).to_owned() }
    }

    /// Whether both are the same origin and prefix.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.origin == other.origin && segments(&self.prefix) == segments(&other.prefix)
    }

    /// Whether a URL is at or below the prefix, however its path is read.
    pub(crate) fn contains(&self, url: &Url) -> bool {
        self.is_origin_of(url) && (self.prefix.is_empty() || self.contains_path(url.path()))
    }

    /// Whether a URL has this origin. Compared by its parts, so that nothing is allocated.
    fn is_origin_of(&self, url: &Url) -> bool {
        let Origin::Tuple(scheme, host, port) = &self.origin else { return self.origin == url.origin() };
        let is_host = match (url.host(), host) {
            (Some(Host::Domain(one)), Host::Domain(other)) => one == other,
            (Some(Host::Ipv4(one)), Host::Ipv4(other)) => one == *other,
            (Some(Host::Ipv6(one)), Host::Ipv6(other)) => one == *other,
            _ => false,
        };
        is_host && url.scheme() == scheme && url.port_or_known_default() == Some(*port)
    }

    fn contains_path(&self, path: &str) -> bool {
        if !self.prefix.contains(AMBIGUOUS) && !path.contains(AMBIGUOUS) {
            return path.strip_prefix(&self.prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        }
        if !segments(path).starts_with(&segments(&self.prefix)) {
            return false;
        }
        let (mut path, mut prefix) = (path.as_bytes().to_vec(), self.prefix.as_bytes().to_vec());
        loop {
            if !resolved(&path).starts_with(&resolved(&prefix)) {
                return false;
            }
            // Some gateways decode more than once. Each round shortens the path.
            let decoded = decoded(&path);
            if decoded == path {
                return true;
            }
            (path, prefix) = (decoded, self::decoded(&prefix));
        }
    }
}

/// The characters that servers and gateways interpret differently. The parser of the URL standard has resolved dot
/// segments already.
const AMBIGUOUS: [char; 3] = ['%', ';', '\\'];

/// The segments of a path as RFC 3986 defines them, each decoded.
fn segments(path: &str) -> Vec<Vec<u8>> {
    path.split('/').map(|segment| percent_decode_str(segment).collect()).collect()
}

/// The segments of a path in the most lenient interpretation: a backslash is a slash, the part after a semicolon is a
/// parameter, slashes are merged, and `..` goes up.
fn resolved(path: &[u8]) -> Vec<Vec<u8>> {
    let mut segments = Vec::new();
    for segment in path.split(|byte| matches!(byte, b'/' | b'\\')) {
        match segment.split(|byte| *byte == b';').next().unwrap_or_default() {
            b"" | b"." => {}
            b".." => drop(segments.pop()),
            name => segments.push(decoded(name)),
        }
    }
    segments
}

fn decoded(path: &[u8]) -> Vec<u8> {
    percent_decode(path).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::BaseUrl;

    use super::*;

    /// Base URLs, the authority and the prefix of their deployments.
    const DEPLOYMENTS: [(&str, &str, &str); 5] = [
        ("https://h.example/tenant-a", "h.example", "/tenant-a"),
        ("https://h.example:8443/a/b.c/api/v1", "h.example:8443", "/a/b.c"),
        ("https://h.example/a;v=1", "h.example", "/a;v=1"),
        ("https://h.example/100%25/x", "h.example", "/100%25/x"),
        ("https://h.example", "h.example", ""),
    ];

    /// One of several spellings of a path that mean the same: by `bits`, letters and dots of names are percent-encoded.
    fn spelled(path: &str, bits: u64) -> String {
        let mut text = String::new();
        for (index, character) in path.char_indices() {
            match (character, bits >> (index % 32) & 1, bits >> (32 + index % 32) & 1) {
                ('a'..='z' | '-', 1, 0) => text += &format!("%{:02x}", u32::from(character)),
                ('a'..='z' | '-', 1, _) => text += &format!("%{:02X}", u32::from(character)),
                _ => text.push(character),
            }
        }
        text
    }

    /// One of several spellings of an authority that mean the same.
    fn authority(host: &str, bits: u64) -> String {
        let host = if bits & 1 == 1 { host.to_ascii_uppercase() } else { host.to_owned() };
        if bits & 2 == 2 && !host.contains(':') { format!("{host}:443") } else { host }
    }

    fn scheme(bits: u64) -> &'static str {
        if bits & 4 == 4 { "HTTPS" } else { "https" }
    }

    /// Whether the session would be sent to a requested URL, or to one that a middleware puts in its place.
    fn goes_to(base: &BaseUrl, url: &str) -> (bool, bool) {
        (base.resolve(url).is_ok(), Url::parse(url).is_ok_and(|url| base.is_deployment_of(&url)))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_spelling_of_a_url_of_the_deployment_is_taken(
            which in 0..DEPLOYMENTS.len(),
            bits in any::<u64>(),
            rest in "(/(api/v1/x|proxy/tpa/api/7|[a-z0-9][a-z0-9_.~@:;=é-]{0,6}))?(/[a-z]{1,4}){0,2}/?(\\?q=[a-z/.]{0,9})?",
        ) {
            let (base, host, prefix) = DEPLOYMENTS[which];
            let base = BaseUrl::parse(base).unwrap();
            let url = format!("{}://{}{}{rest}", scheme(bits), authority(host, bits), spelled(prefix, bits));
            prop_assert_eq!(goes_to(&base, &url), (true, true), "{}", url);
        }

        #[test]
        fn no_url_of_another_deployment_is_taken_in_any_spelling(
            which in 0..DEPLOYMENTS.len() - 1,
            bits in any::<u64>(),
            other in "/(tenant-b|tenant-ab|Tenant-a|tenant|a/b|a/bxc|a/b%2fc|a;v=2|a|100/x|100%2525/x|api/v1|)",
            rest in "(/api/v1)?(/[a-z0-9]{1,4}){0,2}",
        ) {
            let (base, host, prefix) = DEPLOYMENTS[which];
            prop_assume!(other != prefix);
            let base = BaseUrl::parse(base).unwrap();
            let url = format!("{}://{}{}{rest}", scheme(bits), authority(host, bits), spelled(&other, bits));
            prop_assert_eq!(goes_to(&base, &url), (false, false), "{}", url);
        }

        #[test]
        fn no_climb_leaves_the_deployment_in_any_spelling(
            which in 0..DEPLOYMENTS.len() - 1,
            below in "(/[a-z]{1,4}){0,2}",
            slash in proptest::sample::select(&["/", "%2f", "%2F", "\\", "%5c", "%5C", "%252f", "%255C", "%25252f"][..]),
            dots in proptest::sample::select(
                &["..", "%2e.", ".%2E", "%2e%2e", "..;", "..;x=1", "%252e%252e", "%2e%2e%3b", "%25252e%25252e"][..]
            ),
            rest in "(/[a-z0-9]{1,4}){0,2}",
        ) {
            let (base, host, prefix) = DEPLOYMENTS[which];
            let base = BaseUrl::parse(base).unwrap();
            let climbs = format!("{slash}{dots}").repeat(prefix.matches('/').count() + below.matches('/').count());
            let url = format!("https://{host}{prefix}{below}{climbs}{slash}tenant-b{rest}");
            prop_assert_eq!(goes_to(&base, &url), (false, false), "{}", url);
        }

        #[test]
        fn no_url_of_another_origin_is_taken(
            which in 0..DEPLOYMENTS.len(),
            origin in proptest::sample::select(&[
                "http://h.example", "https://h.example:444", "https://h.example.evil.example", "https://evil.example",
                "https://h.example@evil.example", "https://h.example:443@evil.example", "https://xh.example",
                "https://h.example%2eevil.example", "https://h.example.", "wss://h.example", "https://[::1]",
            ][..]),
            rest in "(/[a-z0-9]{1,4}){0,2}",
        ) {
            let (base, _, prefix) = DEPLOYMENTS[which];
            let base = BaseUrl::parse(base).unwrap();
            let url = format!("{origin}{prefix}{rest}");
            prop_assert_eq!(goes_to(&base, &url), (false, false), "{}", url);
        }
    }

    #[test]
    fn base_urls_are_of_one_deployment_by_origin_and_prefix() {
        let of = |text: &str, path: &str| BaseUrl::with_base_path(text, path).unwrap();
        let base = of("https://h/tenant-a", "/api/v1");
        for (text, path, same) in [
            ("HTTPS://H:443/tenant-a/api/v1/", "/api/v1", true),
            ("https://h/tenant%2Da", "/api/v1", true),
            ("https://h/tenant-a", "/api/v2", true),
            ("https://h/tenant-a/api/v1", "", true),
            ("https://h/tenant-b", "/api/v1", false),
            ("https://h/Tenant-a", "/api/v1", false),
            ("https://h/tenant-a/x", "/api/v1", false),
            ("https://h", "/api/v1", false),
            ("https://h:8443/tenant-a", "/api/v1", false),
            ("http://h/tenant-a", "/api/v1", false),
        ] {
            assert_eq!(base.is_same_deployment(&of(text, path)), same, "{text} {path}");
        }
    }
}
