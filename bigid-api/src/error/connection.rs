//! Why a connection failed although the network works: TLS, a proxy, or the host name.

use std::error::Error as StdError;
use std::fmt;
use std::io;

/// Why there is no response, if the reason is known.
///
/// Returned by [`Error::connection_fault`](crate::Error::connection_fault). Its `Display` says what is wrong and which
/// setting to check. Anything not recognised as one of these counts as a network that is down: transient, and without a
/// fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConnectionFault {
    /// The server's certificate is signed by an authority that this client does not trust. Permanent.
    UnknownIssuer,
    /// The server's certificate is for other host names. Permanent.
    WrongHostName,
    /// The server's certificate has expired. Permanent.
    CertificateExpired,
    /// The server's certificate is not valid yet. Permanent.
    CertificateNotYetValid,
    /// The server's certificate is revoked, malformed, or for another purpose. Permanent.
    BadCertificate,
    /// The TLS handshake failed for another reason, such as no version in common or a client certificate that is asked
    /// for. Permanent.
    TlsHandshake,
    /// What the server sent is not TLS. Permanent.
    NotTls,
    /// This build has no TLS, and the URL is `https`. Permanent.
    TlsNotCompiledIn,
    /// The proxy responded with 407: it requires credentials, or other ones. Permanent.
    ProxyAuthentication,
    /// The proxy did not open a tunnel to the server. Transient.
    ProxyTunnel,
    /// The host name does not exist in DNS. Permanent.
    HostNotFound,
    /// DNS did not respond. Transient.
    DnsUnavailable,
}

impl ConnectionFault {
    /// The fault in a chain of errors, such as a [`reqwest::Error`].
    #[must_use]
    pub fn of(error: &(dyn StdError + 'static)) -> Option<Self> {
        let mut is_dns = false;
        let mut fault = None;
        for error in chain(error) {
            is_dns |= error.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_dns);
            fault = fault.or_else(|| structural(error));
        }
        if let Some(fault) = fault {
            return Some(fault);
        }
        if is_dns {
            let is_temporary = chain(error).any(|error| error.to_string().contains("emporary failure"));
            return Some(if is_temporary { Self::DnsUnavailable } else { Self::HostNotFound });
        }
        chain(error).find_map(|error| textual(&error.to_string()))
    }

    /// Whether retries will fail until a setting is changed, here or on the server.
    #[must_use]
    pub fn is_permanent(self) -> bool {
        !matches!(self, Self::ProxyTunnel | Self::DnsUnavailable)
    }
}

impl fmt::Display for ConnectionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownIssuer => {
                "its certificate is signed by an authority that this client does not trust; add that authority's certificate \
                 (BIGID_CA_BUNDLE, or `add_root_certificates`)"
            }
            Self::WrongHostName => {
                "its certificate is for another host name; check the host name in the base URL (BIGID_BASE_URL): it must be one that \
                 the certificate names"
            }
            Self::CertificateExpired => {
                "its certificate has expired; have it renewed on the server, and check this machine's clock"
            }
            Self::CertificateNotYetValid => "its certificate is not valid yet; check this machine's clock",
            Self::BadCertificate => {
                "its certificate is not acceptable (revoked, malformed, or for another purpose); have it replaced on the server"
            }
            Self::TlsHandshake => {
                "the TLS handshake failed; check which TLS versions the server accepts and whether it asks for a client certificate"
            }
            Self::NotTls => "it does not speak TLS there; check the scheme and the port of the base URL (BIGID_BASE_URL)",
            Self::TlsNotCompiledIn => {
                "this build has no TLS; enable the feature `rustls` or `native-tls` of bigid-auth-ext"
            }
            Self::ProxyAuthentication => {
                "the proxy asks for credentials (407); put them into the proxy's URL, as in \
                 HTTPS_PROXY=http://user:password@proxy:3128, or into `proxy`"
            }
            Self::ProxyTunnel => {
                "the proxy did not open a tunnel to it; check that the proxy allows this host and port, or list the host in NO_PROXY"
            }
            Self::HostNotFound => {
                "the host name does not exist in DNS; check the spelling of the base URL (BIGID_BASE_URL) and of the proxy"
            }
            Self::DnsUnavailable => "DNS did not respond; check the network and this machine's name servers",
        })
    }
}

/// An error and all its causes. An [`io::Error`] does not return the error inside it from `source`.
pub(crate) fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> + use<'a> {
    std::iter::successors(Some(error), |error| below(*error))
}

fn below<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

#[cfg(feature = "rustls")]
fn structural(error: &(dyn StdError + 'static)) -> Option<ConnectionFault> {
    use rustls::{CertificateError, Error};

    Some(match error.downcast_ref::<Error>()? {
        Error::InvalidCertificate(certificate) => match certificate {
            CertificateError::UnknownIssuer => ConnectionFault::UnknownIssuer,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                ConnectionFault::WrongHostName
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => ConnectionFault::CertificateExpired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                ConnectionFault::CertificateNotYetValid
            }
            // The verifiers of operating systems use this variant.
            other => textual(&other.to_string()).unwrap_or(ConnectionFault::BadCertificate),
        },
        Error::InvalidMessage(_) => ConnectionFault::NotTls,
        _ => ConnectionFault::TlsHandshake,
    })
}

#[cfg(not(feature = "rustls"))]
fn structural(_: &(dyn StdError + 'static)) -> Option<ConnectionFault> {
    None
}

/// The fault according to a message, for error types that are private (hyper-util) or belong to a library of the
/// operating system (native-tls). Most specific first.
fn textual(text: &str) -> Option<ConnectionFault> {
    const KNOWN: [(&str, ConnectionFault); 25] = [
        // hyper-util
        ("proxy authorization required", ConnectionFault::ProxyAuthentication),
        ("tunnel error", ConnectionFault::ProxyTunnel),
        ("scheme is not http", ConnectionFault::TlsNotCompiledIn),
        // rustls, if its version differs from the one that `structural` knows
        ("UnknownIssuer", ConnectionFault::UnknownIssuer),
        ("NotValidForName", ConnectionFault::WrongHostName),
        ("certificate not valid for name", ConnectionFault::WrongHostName),
        ("invalid peer certificate: Expired", ConnectionFault::CertificateExpired),
        ("certificate expired", ConnectionFault::CertificateExpired),
        ("certificate not valid yet", ConnectionFault::CertificateNotYetValid),
        ("invalid peer certificate", ConnectionFault::BadCertificate),
        ("corrupt message of type", ConnectionFault::NotTls),
        // OpenSSL
        ("unable to get local issuer certificate", ConnectionFault::UnknownIssuer),
        ("unable to get issuer certificate", ConnectionFault::UnknownIssuer),
        ("self-signed certificate", ConnectionFault::UnknownIssuer),
        ("self signed certificate", ConnectionFault::UnknownIssuer),
        ("hostname mismatch", ConnectionFault::WrongHostName),
        ("Hostname mismatch", ConnectionFault::WrongHostName),
        ("IP address mismatch", ConnectionFault::WrongHostName),
        ("certificate has expired", ConnectionFault::CertificateExpired),
        ("certificate is not yet valid", ConnectionFault::CertificateNotYetValid),
        ("certificate verify failed", ConnectionFault::BadCertificate),
        ("wrong version number", ConnectionFault::NotTls),
        ("packet length too long", ConnectionFault::NotTls),
        // macOS and Windows
        ("certificate is not trusted", ConnectionFault::UnknownIssuer),
        ("certificate chain was issued by an authority that is not trusted", ConnectionFault::UnknownIssuer),
    ];
    KNOWN.into_iter().find(|(known, _)| text.contains(known)).map(|(_, fault)| fault)
}
