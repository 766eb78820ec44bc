// This file is long because half of it is the table of addresses that the tests try.
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Host, Url};

use crate::deployment::{DEFAULT_BASE_PATH, Deployment};
use crate::operations::SERVERS;

/// The base URL of a BigID deployment's API in normal form: no trailing slash, the base path included.
///
/// Several forms of an address are accepted; all of these are equal:
///
/// ```
/// use bigid_api::BaseUrl;
///
/// for text in [
///     "https://acme.bigid.cloud",
///     "https://acme.bigid.cloud/",
///     "https://acme.bigid.cloud:443/api/v1",
///     " https://ACME.bigid.cloud/api/v1/ ",
/// ] {
///     assert_eq!(BaseUrl::parse(text)?.as_str(), "https://acme.bigid.cloud/api/v1");
/// }
/// // Behind a proxy that adds a prefix:
/// assert_eq!(BaseUrl::parse("https://proxy.corp/bigid/api/v1")?.as_str(), "https://proxy.corp/bigid/api/v1");
/// # Ok::<(), bigid_api::InvalidUrl>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl {
    text: String,
    url: Url,
    deployment: Deployment,
}

/// All except the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

impl BaseUrl {
    /// Parses a deployment's address, with or without `/api/v1`.
    ///
    /// # Errors
    /// The text is not just `http` or `https`, a host, a port and a path: it has user info, a query, a fragment, an
    /// unfilled `{placeholder}`, or a path that contains `..` or continues below `/api/v1`. The message never shows the
    /// text, which may contain a secret.
    pub fn parse(text: &str) -> Result<Self, InvalidUrl> {
        Self::with_base_path(text, DEFAULT_BASE_PATH)
    }

    /// Parses the address of a server that mounts the API under another path, or at the root if `base_path` is empty.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), or if the base path is not empty and does not start with a slash.
    pub fn with_base_path(text: &str, base_path: &str) -> Result<Self, InvalidUrl> {
        let mut url = read(text.trim())?;
        let base_path = base_path.trim_end_matches('/');
        if !base_path.is_empty() {
            check_text(base_path)?;
            check_path(base_path)?;
            if !base_path.starts_with('/') {
                return Err(InvalidUrl("the base path does not start with `/`"));
            }
            if base_path.contains(['?', '#']) {
                return Err(InvalidUrl("a base path has neither a query nor a fragment"));
            }
        }
        let path = url.path().trim_end_matches('/').to_owned();
        // In normalized form, so that an address that already includes it is recognized.
        url.set_path(base_path);
        let base_path = url.path().trim_end_matches('/').to_owned();
        let base_path = base_path.as_str();
        let prefix = path.strip_suffix(base_path).unwrap_or(&path);
        if base_path == DEFAULT_BASE_PATH && (prefix.ends_with("/api") || prefix.contains("/api/")) {
            return Err(InvalidUrl(
                "the path has `/api` in it but does not end in `/api/v1`; end it there, or omit it: scheme and host suffice",
            ));
        }
        url.set_path(&format!("{prefix}{base_path}"));
        let text = url.as_str().trim_end_matches('/').to_owned();
        let deployment = Deployment::new(&url, base_path);
        Ok(Self { text, url, deployment })
    }

    /// The address of a deployment in the contract's form: `https://{deployment}.bigid.com/api/v1`.
    ///
    /// Known tenants are under `bigid.cloud` and `mybigid.com`; pass their full address to [`parse`](Self::parse).
    ///
    /// # Errors
    /// The name is not a single label of a host name.
    pub fn deployment(name: &str) -> Result<Self, InvalidUrl> {
        let label = !name.is_empty() && name.len() <= 63 && !name.starts_with('-') && !name.ends_with('-');
        if !label || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(InvalidUrl("a deployment is one label of a host name: letters, digits and hyphens"));
        }
        let template = SERVERS.iter().find(|server| server.contains("{deployment}"));
        let template = template.ok_or(InvalidUrl("the contract has no server with a {deployment}"))?;
        Self::parse(&template.replace("{deployment}", name))
    }

    /// The address as text, without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Whether a URL has the same scheme, host and port.
    #[must_use]
    pub fn is_origin_of(&self, url: &Url) -> bool {
        self.url.origin() == url.origin()
    }

    /// Whether a URL belongs to this deployment, the only one that receives its credentials: the same scheme, host and
    /// port, and a path at or below the part of this one before `/api/v1`. Equivalent spellings of a path are equal; a
    /// path that a server or gateway might interpret as leaving the deployment, such as `/tenant-a/..%2ftenant-b`, does
    /// not belong to it.
    ///
    /// ```
    /// use bigid_api::{BaseUrl, reqwest::Url};
    ///
    /// let base = BaseUrl::parse("https://proxy.corp/tenant-a/api/v1")?;
    /// assert!(base.is_deployment_of(&Url::parse("https://proxy.corp/tenant-a/proxy/tpa")?));
    /// assert!(!base.is_deployment_of(&Url::parse("https://proxy.corp/tenant-b/api/v1")?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn is_deployment_of(&self, url: &Url) -> bool {
        self.deployment.contains(url)
    }

    /// Whether two base URLs are of the same deployment: the same scheme, host, port, and path before `/api/v1`.
    #[must_use]
    pub fn is_same_deployment(&self, other: &Self) -> bool {
        self.deployment.is_same(&other.deployment)
    }

    /// Whether the server is on this machine: `localhost`, `127.0.0.0/8`, or `[::1]`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match self.url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// Whether the connection is encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The URL of a path template whose parameters (`{name}`) are filled in from left to right, each as one segment.
    pub(crate) fn operation(&self, template: &str, parameters: &[(&str, &str)]) -> Result<Url, String> {
        let base_path = self.url.path().trim_end_matches('/');
        let mut path = String::with_capacity(base_path.len() + template.len());
        path.push_str(base_path);
        let mut pieces = template.split('{').map(|piece| piece.split_once('}').map_or(piece, |(_, fixed)| fixed));
        path.extend(pieces.next());
        for (piece, (name, value)) in pieces.zip(parameters) {
            if matches!(*value, "" | "." | "..") {
                return Err(format!("the path parameter `{name}` is `{value}`, which would name another resource"));
            }
            path.extend(utf8_percent_encode(value, SEGMENT));
            path.push_str(piece);
        }
        // The authority was already parsed.
        let mut url = self.url.clone();
        url.set_path(&path);
        Ok(url)
    }

    /// The URL of a path below the base URL, or a full URL of this deployment, unchanged.
    pub(crate) fn resolve(&self, path: &str) -> Result<Url, InvalidUrl> {
        let (resource, query) = path.split_once('?').map_or((path, None), |(resource, query)| (resource, Some(query)));
        check_text(path)?;
        if path.contains('#') {
            return Err(InvalidUrl("a request URL cannot have a fragment"));
        }
        let url = if let Some((scheme, rest)) = resource.split_once("://").filter(|(scheme, _)| !scheme.contains('/')) {
            check_start(scheme, rest)?;
            let url = Url::parse(path).map_err(|_| InvalidUrl("not a URL"))?;
            check_authority(&url)?;
            let below = rest.split_once('/').map_or("", |(_, below)| below);
            check_path(&format!("/{below}"))?;
            url
        } else {
            let resource = resource.strip_prefix('/').unwrap_or(resource);
            check_path(&format!("/{resource}"))?;
            let mut url = self.url.clone();
            url.set_path(&format!("{}/{resource}", self.url.path().trim_end_matches('/')));
            url.set_query(query);
            url
        };
        if !self.is_deployment_of(&url) {
            return Err(InvalidUrl(
                "the URL is outside the client's deployment: its origin, or its path before `/api/v1`, is not that of the base URL",
            ));
        }
        Ok(url)
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BaseUrl").field(&self.text).finish()
    }
}

/// A base URL or path that cannot be used. The message says why, and never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidUrl(&'static str);

impl fmt::Display for InvalidUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for InvalidUrl {}

fn read(text: &str) -> Result<Url, InvalidUrl> {
    if text.is_empty() {
        return Err(InvalidUrl("the URL is empty"));
    }
    if text.contains(['{', '}', '<', '>']) {
        return Err(InvalidUrl("the URL contains a placeholder; replace it with your deployment's name"));
    }
    check_text(text)?;
    let (scheme, rest) = text.split_once("://").ok_or(InvalidUrl("the URL does not start with `https://`"))?;
    check_start(scheme, rest)?;
    if rest.contains('#') {
        return Err(InvalidUrl(
            "this is the address of a page in the browser; paste only the part before the `#`: scheme and host, as in \
             `https://acme.bigid.cloud`",
        ));
    }
    if rest.contains('?') {
        return Err(InvalidUrl(
            "a base URL has no query; paste only the part before the `?`: scheme and host, as in `https://acme.bigid.cloud`",
        ));
    }
    let url = Url::parse(text).map_err(|_| InvalidUrl("the URL's host or port cannot be read"))?;
    check_authority(&url)?;
    if let Some((_, path)) = rest.split_once('/') {
        check_path(&format!("/{}", path.trim_end_matches('/')))?;
    }
    Ok(url)
}

/// The parser of the URL standard also accepts `https:h` and `https:////h`, whose paths start somewhere unexpected.
fn check_start(scheme: &str, rest: &str) -> Result<(), InvalidUrl> {
    if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Err(InvalidUrl("the URL's scheme is neither `https` nor `http`"));
    }
    if rest.starts_with('/') {
        return Err(InvalidUrl("the URL has no host"));
    }
    Ok(())
}

fn check_authority(url: &Url) -> Result<(), InvalidUrl> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err(InvalidUrl("the URL contains user info; pass credentials separately"));
    }
    match url.host_str() {
        None | Some("") => Err(InvalidUrl("the URL has no host")),
        Some(_) => Ok(()),
    }
}

/// The parser of the URL standard drops tabs and line endings, and reads a backslash as a slash; here they are errors.
fn check_text(text: &str) -> Result<(), InvalidUrl> {
    if text.chars().any(|character| character.is_control() || character.is_whitespace()) {
        return Err(InvalidUrl("the URL contains white space or a control character"));
    }
    if text.contains('\\') {
        return Err(InvalidUrl("the URL contains a backslash"));
    }
    Ok(())
}

/// A path that cannot leave its base: no empty, `.` or `..` segment, in any spelling.
fn check_path(path: &str) -> Result<(), InvalidUrl> {
    let inner = path.strip_prefix('/').unwrap_or(path);
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    for segment in inner.split('/') {
        // Some gateways decode slashes before they look for dots.
        let plain = segment.to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/");
        // Others cut a segment at a semicolon.
        if plain.split('/').any(|part| matches!(part.split(';').next(), Some("." | ".."))) {
            return Err(InvalidUrl("the path leaves the API with `..`"));
        }
        if plain.is_empty() && path != "/" {
            return Err(InvalidUrl("the path has an empty segment"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pasted_form_is_one_url() {
        for (text, expected) in [
            ("https://t.bigid.cloud", "https://t.bigid.cloud/api/v1"),
            ("https://t.bigid.cloud/", "https://t.bigid.cloud/api/v1"),
            ("https://t.bigid.cloud//", "https://t.bigid.cloud/api/v1"),
            ("https://t.bigid.cloud/api/v1", "https://t.bigid.cloud/api/v1"),
            ("https://t.bigid.cloud/api/v1/", "https://t.bigid.cloud/api/v1"),
            ("https://bigid-ui:9090/api/v1", "https://bigid-ui:9090/api/v1"),
            ("HTTPS://T.bigid.cloud:443", "https://t.bigid.cloud/api/v1"),
            ("http://[::1]:80", "http://[::1]/api/v1"),
            ("https://proxy.corp/bigid/api/v1", "https://proxy.corp/bigid/api/v1"),
            ("https://proxy.corp/bigid", "https://proxy.corp/bigid/api/v1"),
            ("https://sandbox.bigid.tools/api/v1", "https://sandbox.bigid.tools/api/v1"),
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap().as_str(), expected, "{text}");
        }
        assert_eq!(BaseUrl::deployment("acme").unwrap().as_str(), "https://acme.bigid.com/api/v1");
    }

    #[test]
    fn a_server_without_a_base_path() {
        let base = BaseUrl::with_base_path("http://127.0.0.1:4010/", "").unwrap();
        assert_eq!(base.as_str(), "http://127.0.0.1:4010");
        assert_eq!(base.operation("/sessions", &[]).unwrap().as_str(), "http://127.0.0.1:4010/sessions");
        assert_eq!(base.resolve("/sessions").unwrap().as_str(), "http://127.0.0.1:4010/sessions");
        assert_eq!(BaseUrl::with_base_path("https://h/x", "/v9/").unwrap().as_str(), "https://h/x/v9");
    }

    #[test]
    fn a_base_path_is_the_same_however_it_is_written() {
        let base = BaseUrl::with_base_path("https://h", "/é/v1").unwrap();
        assert_eq!(base.as_str(), "https://h/%C3%A9/v1");
        assert_eq!(BaseUrl::with_base_path(base.as_str(), "/é/v1"), Ok(base.clone()));
        assert_eq!(BaseUrl::with_base_path("https://h/é/v1", "/%C3%A9/v1"), Ok(base));
        for path in ["/a?b", "/a#b", "a", "/..", "//"] {
            let refused = BaseUrl::with_base_path("https://h", path).is_err();
            assert_eq!(refused, path != "//", "{path}");
        }
    }

    #[test]
    fn anything_else_is_an_error_that_does_not_print_it() {
        for text in [
            "",
            " ",
            "hunter2",
            "hunter2.bigid.cloud/api/v1",
            "ftp://hunter2.example",
            "https://",
            "https:///hunter2",
            "https://user:hunter2@t.bigid.cloud",
            "https://hunter2@t.bigid.cloud",
            "https://t.bigid.cloud?token=hunter2",
            "https://t.bigid.cloud/#hunter2",
            "https://{deployment}.bigid.com/api/v1",
            "https://<hunter2>.bigid.com/api/v1",
            "https://t.bigid.cloud/api/v1/ds-connections",
            "https://t.bigid.cloud/api",
            "https://t.bigid.cloud/api/v2",
            "https://t.bigid.cloud/a/../hunter2",
            "https://t.bigid.cloud/%2E%2e/hunter2",
            "https://t.bigid.cloud/a//hunter2",
            "https:\\\\t.bigid.cloud",
            "https://t.big\nid.cloud",
            "https://t.bigid.cloud:hunter2",
            "https://t.bigid.cloud:99999",
        ] {
            let error = BaseUrl::parse(text).expect_err(text);
            assert!(!error.to_string().contains("hunter2") && !format!("{error:?}").contains("hunter2"), "{text}");
        }
        for name in ["", "a.b", "-a", "a/b", "a@b", "é"] {
            assert!(BaseUrl::deployment(name).is_err(), "{name}");
        }
    }

    #[test]
    fn an_address_from_the_browser_is_refused_with_what_to_paste() {
        for page in
            ["/#/inventory", "#/", "/api/v1#x", "/inventory?id=hunter2#/a", "/#", "/?hunter2", "/login?next=%2Fx", "?"]
        {
            let error = BaseUrl::parse(&format!("https://t.bigid.cloud{page}")).unwrap_err().to_string();
            assert!(
                error.contains("paste only the part before the `") && !error.contains("hunter2"),
                "{page}: {error}"
            );
            assert!(error.contains(if page.contains('#') { "`#`" } else { "`?`" }), "{page}: {error}");
            assert!(error.contains("https://acme.bigid.cloud"), "{page}: {error}");
        }
    }

    #[test]
    fn names_travel_as_one_segment_and_never_climb() {
        let base = BaseUrl::parse("https://h").unwrap();
        let url = |name| base.operation("/ds_connections/{}/scan", &[("name", name)]);
        assert_eq!(url("a b/c%d").unwrap().as_str(), "https://h/api/v1/ds_connections/a%20b%2Fc%25d/scan");
        assert_eq!(url("é.x").unwrap().as_str(), "https://h/api/v1/ds_connections/%C3%A9.x/scan");
        assert_eq!(url("%2e%2e").unwrap().as_str(), "https://h/api/v1/ds_connections/%252e%252e/scan");
        for name in ["", ".", ".."] {
            assert!(url(name).unwrap_err().contains("`name`"));
        }
    }

    #[test]
    fn a_path_stays_below_the_base_and_a_url_in_its_deployment() {
        let base = BaseUrl::parse("https://h:8443/p").unwrap();
        for (path, expected) in [
            ("/ds-connections", "https://h:8443/p/api/v1/ds-connections"),
            ("ds-connections?limit=1", "https://h:8443/p/api/v1/ds-connections?limit=1"),
            ("/lineage/tree/", "https://h:8443/p/api/v1/lineage/tree/"),
            ("/.evil.com/x", "https://h:8443/p/api/v1/.evil.com/x"),
            (".evil.com/x", "https://h:8443/p/api/v1/.evil.com/x"),
            ("@evil.com/x", "https://h:8443/p/api/v1/@evil.com/x"),
            ("/x?u=http://y", "https://h:8443/p/api/v1/x?u=http://y"),
            ("https://h:8443/p/proxy/tpa/api/7/object", "https://h:8443/p/proxy/tpa/api/7/object"),
        ] {
            assert_eq!(base.resolve(path).unwrap().as_str(), expected, "{path}");
        }
        for path in [
            "//evil.com",
            "///evil.com",
            "/..",
            "/../x",
            "/a/%2e%2E/x",
            "/a/./x",
            "/..%2f..%2Fadmin",
            "/a/..%5cx",
            "/a//x",
            "/a\\..\\x",
            "\\\\evil.com",
            "/a\t/x",
            "/a b",
            "/a#b",
            "https://evil.com/api/v1/x",
            "http://h:8443/x",
            "https://h/x",
            "https://h:8443@evil.com/x",
            "https://u:p@h:8443/x",
            "https://h:8443/proxy/tpa",
            "https://h:8443/p/a/../x",
            "https://h:8443/p//x",
            "/a/..;/x",
            "javascript://h:8443/x",
            "//",
            "https:////h:8443/x",
            "https:h:8443/a/..%2f://",
        ] {
            assert!(base.resolve(path).is_err(), "{path}");
        }
    }
}
