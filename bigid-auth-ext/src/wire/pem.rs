use std::fmt;
use std::path::{Path, PathBuf};

#[cfg(any(feature = "rustls", feature = "native-tls"))]
use reqwest::Certificate;

use crate::bounded_file::{self, FileFault, PEM, PIPE_TIMEOUT};

/// PEM certificates, any number of them, from a file or from memory.
///
/// A file is read when the client is built.
///
/// ```no_run
/// use bigid_auth_ext::{BigIdClient, Pem};
///
/// let client = BigIdClient::builder("https://bigid.corp.example")
///     .user_token("...")
///     .add_root_certificates(Pem::file("/etc/ssl/corp-ca.pem"))
///     .build()?;
/// # Ok::<(), bigid_auth_ext::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Pem(PemSource);

#[derive(Clone)]
enum PemSource {
    File(PathBuf),
    Bytes(Vec<u8>),
}

/// The size limit of a CA bundle. The largest in use, of all public authorities, has a quarter of a megabyte.
const MAX_FILE: u64 = 4 * 1024 * 1024;

impl Pem {
    /// The certificates in a file.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(PemSource::File(path.into()))
    }

    /// The certificates in a text.
    #[must_use]
    pub fn bytes(pem: impl Into<Vec<u8>>) -> Self {
        Self(PemSource::Bytes(pem.into()))
    }

    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub(crate) fn certificates(&self) -> Result<Vec<Certificate>, PemError> {
        let failed = |kind| PemError { source: self.clone(), kind };
        let certificates = Certificate::from_pem_bundle(&self.read()?).map_err(|_| failed(PemErrorKind::Malformed))?;
        if certificates.is_empty() { Err(failed(PemErrorKind::Empty)) } else { Ok(certificates) }
    }

    /// Whether the path is PEM text given by mistake, which may contain a private key and is never shown.
    fn is_text_for_path(path: &Path) -> bool {
        path.to_string_lossy().contains(PEM)
    }

    /// The text itself. A build without TLS checks nothing else.
    pub(crate) fn read(&self) -> Result<Vec<u8>, PemError> {
        let read = match &self.0 {
            PemSource::Bytes(pem) if pem.len() as u64 > MAX_FILE => Err(FileFault::TooLarge(MAX_FILE)),
            PemSource::Bytes(pem) => Ok(pem.clone()),
            PemSource::File(path) => bounded_file::read(path, MAX_FILE, PIPE_TIMEOUT, &mut None),
        };
        read.map_err(|fault| PemError { source: self.clone(), kind: PemErrorKind::File(fault) })
    }
}

impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            PemSource::File(path) if Self::is_text_for_path(path) => f.write_str("Pem(..)"),
            PemSource::File(path) => f.debug_tuple("Pem").field(path).finish(),
            PemSource::Bytes(pem) => write!(f, "Pem({} bytes)", pem.len()),
        }
    }
}

/// Why certificates cannot be used. The message names the file.
#[derive(Debug, Clone)]
pub struct PemError {
    source: Pem,
    kind: PemErrorKind,
}

#[derive(Debug, Clone)]
#[cfg_attr(
    not(any(feature = "rustls", feature = "native-tls")),
    allow(dead_code, reason = "nothing is parsed without TLS")
)]
enum PemErrorKind {
    File(FileFault),
    Malformed,
    Empty,
}

impl fmt::Display for PemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source.0 {
            PemSource::File(path) if Pem::is_text_for_path(path) => {
                return f.write_str("the path of root certificates is PEM text; `Pem::bytes` takes the text itself");
            }
            PemSource::File(path) => write!(f, "the file of root certificates {} ", path.display())?,
            PemSource::Bytes(_) => f.write_str("the text of root certificates ")?,
        }
        match &self.kind {
            PemErrorKind::File(fault) => fault.fmt(f),
            PemErrorKind::Malformed => f.write_str("is not valid PEM"),
            PemErrorKind::Empty => f.write_str("contains no certificates"),
        }
    }
}

impl std::error::Error for PemError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_of_the_system_is_shown_and_text_in_place_of_a_path_is_not() {
        let error = Pem::file("/no/such/file").read().unwrap_err().to_string();
        let expected = std::fs::read("/no/such/file").unwrap_err();
        assert_eq!(error, format!("the file of root certificates /no/such/file cannot be read: {expected}"));
        let error = Pem::file("-----BEGIN PRIVATE KEY-----\nhunter2").read().unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("`Pem::bytes`") && !shown.contains("hunter2"), "{shown}");
    }
}
