//! The requests that the console accepts: those of the page itself, and of programs on this machine.

use std::net::Ipv4Addr;

use http::request::Parts;
use http::{Method, header};

/// The header that every change requires. A page of another origin cannot send it: the browser would send a preflight
/// request, which the console rejects.
pub(super) const MARK: &str = "x-bigid-console";

/// Why a request is refused, if it is.
///
/// A page of another origin can make a browser send requests here. Under a name of the attacker that resolves to
/// loopback, `Host` shows it; under a loopback name, `Origin` or `Sec-Fetch-Site` does.
pub(super) fn refusal(parts: &Parts, port: u16, scheme: &str) -> Option<&'static str> {
    let header = |name: &str| {
        let mut values = parts.headers.get_all(name).iter();
        let first = values.next().map(|value| value.to_str().unwrap_or_default());
        // If there are two, neither is trusted.
        if values.next().is_some() { Some("") } else { first }
    };
    let host = header(header::HOST.as_str()).unwrap_or_default();
    if parts.uri.authority().is_some() || !is_own(host, port) {
        return Some("the console is served under localhost, 127.0.0.1 or [::1] and its own port only");
    }
    let is_own_origin = |origin: &str| {
        origin
            .strip_prefix(scheme)
            .and_then(|rest| rest.strip_prefix("://"))
            .is_some_and(|at| at.eq_ignore_ascii_case(host))
    };
    if !header(header::ORIGIN.as_str()).is_none_or(is_own_origin) {
        return Some("the console accepts no requests from other origins");
    }
    let is_read = matches!(parts.method, Method::GET | Method::HEAD);
    let is_page = !parts.uri.path().starts_with("/console/api");
    // Any site may link to the page.
    let may_come_from = |site: &str| matches!(site, "same-origin" | "none") || (is_read && is_page);
    if !header("sec-fetch-site").is_none_or(may_come_from) {
        return Some("the console accepts no requests from other sites");
    }
    if !is_read && header(MARK).is_none() {
        return Some("a request that changes something needs the header x-bigid-console");
    }
    None
}

fn is_own(host: &str, port: u16) -> bool {
    let Some((name, sent)) = host.rsplit_once(':') else { return false };
    let is_loopback = name == "[::1]" || name.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    sent == port.to_string() && (is_loopback || name.eq_ignore_ascii_case("localhost"))
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn refused(method: &str, uri: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        refusal(&request.body(()).unwrap().into_parts().0, 9090, "http").is_some()
    }

    #[test]
    fn only_loopback_names_with_the_port_are_served() {
        for host in ["localhost:9090", "LOCALHOST:9090", "127.0.0.1:9090", "127.0.0.2:9090", "[::1]:9090"] {
            assert!(!refused("GET", "/console", &[("host", host)]), "{host}");
        }
        for host in [
            "",
            "localhost",
            "localhost:9091",
            "localhost:09090",
            "localhost.:9090",
            "127.0.0.1.example.com:9090",
            "example.com:9090",
            "127.1:9090",
            "10.0.0.1:9090",
            "0.0.0.0:9090",
            "[::]:9090",
            "user@localhost:9090",
            "localhost:9090:9090",
        ] {
            assert!(refused("GET", "/console", &[("host", host)]), "{host}");
        }
        assert!(refused("GET", "/console", &[]));
        assert!(refused("GET", "/console", &[("host", "localhost:9090"), ("host", "localhost:9090")]));
        assert!(refused("GET", "http://localhost:9090/console", &[("host", "localhost:9090")]), "through a proxy");
    }

    #[test]
    fn only_the_own_origin_is_served() {
        let host = ("host", "localhost:9090");
        for method in ["GET", "POST"] {
            let refused = |header| refused(method, "/console/api/state", &[host, (MARK, "1"), header]);
            assert!(!refused(("origin", "http://localhost:9090")) && !refused(("sec-fetch-site", "same-origin")));
            for origin in [
                "null",
                "",
                "https://localhost:9090",
                "http://localhost:9091",
                "http://127.0.0.1:9090",
                "http://localhost:9090.example.com",
                "http://example.com",
            ] {
                assert!(refused(("origin", origin)), "{method} {origin}");
            }
            for site in ["cross-site", "same-site", ""] {
                assert!(refused(("sec-fetch-site", site)), "{method} {site}");
            }
        }
        assert!(!refused("GET", "/console", &[host, ("sec-fetch-site", "cross-site")]), "a link to the page");
    }

    #[test]
    fn nothing_is_changed_without_the_header() {
        for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            assert!(refused(method, "/console/api/clock", &[("host", "localhost:9090")]), "{method}");
        }
    }
}
