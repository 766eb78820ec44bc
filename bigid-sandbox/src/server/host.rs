//! The `Host` headers that a sandbox on loopback accepts.

use std::net::IpAddr;

/// Whether a `Host` value, with or without a port, names this machine.
///
/// A web page can make a browser send requests to loopback, through its own host name that resolves there (DNS
/// rebinding). Such requests carry that name, and are rejected.
pub(super) fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        for host in ["127.0.0.1", "127.0.0.1:9090", "127.8.8.8:1", "localhost", "LOCALHOST:80", "[::1]:9090", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in
            ["", "example.com", "example.com:9090", "127.0.0.1.example.com", "10.0.0.1", "localhost.example", "0.0.0.0"]
        {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
