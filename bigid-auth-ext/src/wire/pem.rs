use std::fmt;
use std::fs;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;

#[cfg(any(feature = "rustls", feature = "native-tls"))]
use reqwest::Certificate;

/// Certificates in PEM: any number of them, out of a file or out of memory.
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
pub struct Pem(Source);

#[derive(Clone)]
enum Source {
    File(PathBuf),
    Bytes(Vec<u8>),
}

/// More is no bundle of root certificates: the largest in use, of all public authorities, has a quarter of a megabyte.
const MAX_FILE: u64 = 4 * 1024 * 1024;

impl Pem {
    /// The certificates in a file.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Source::File(path.into()))
    }

    /// The certificates in a text.
    #[must_use]
    pub fn bytes(pem: impl Into<Vec<u8>>) -> Self {
        Self(Source::Bytes(pem.into()))
    }

    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub(crate) fn certificates(&self) -> Result<Vec<Certificate>, PemError> {
        let failed = |what| PemError { source: self.clone(), what };
        let certificates =
            Certificate::from_pem_bundle(&self.read()?).map_err(|error| failed(What::Malformed(Arc::new(error))))?;
        if certificates.is_empty() { Err(failed(What::Empty)) } else { Ok(certificates) }
    }

    /// The text itself, which is all that a build without TLS looks at.
    pub(crate) fn read(&self) -> Result<Vec<u8>, PemError> {
        let failed = |what| PemError { source: self.clone(), what };
        let pem = match &self.0 {
            Source::Bytes(pem) => pem.clone(),
            Source::File(path) => {
                let file = fs::File::open(path).map_err(|error| failed(What::Unreadable(error.kind())))?;
                let mut pem = Vec::new();
                file.take(MAX_FILE + 1)
                    .read_to_end(&mut pem)
                    .map_err(|error| failed(What::Unreadable(error.kind())))?;
                pem
            }
        };
        if pem.len() as u64 > MAX_FILE {
            return Err(failed(What::TooLarge));
        }
        Ok(pem)
    }
}

impl fmt::Debug for Pem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::File(path) => f.debug_tuple("Pem").field(path).finish(),
            Source::Bytes(pem) => write!(f, "Pem({} bytes)", pem.len()),
        }
    }
}

/// Why certificates cannot be used. The message names the file.
#[derive(Debug, Clone)]
pub struct PemError {
    source: Pem,
    what: What,
}

#[derive(Debug, Clone)]
#[cfg_attr(
    not(any(feature = "rustls", feature = "native-tls")),
    allow(dead_code, reason = "nothing is parsed without TLS")
)]
enum What {
    Unreadable(std::io::ErrorKind),
    TooLarge,
    Malformed(Arc<reqwest::Error>),
    Empty,
}

impl fmt::Display for PemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source.0 {
            Source::File(path) => write!(f, "the root certificates in {} ", path.display())?,
            Source::Bytes(_) => f.write_str("the root certificates ")?,
        }
        match &self.what {
            What::Unreadable(kind) => write!(f, "cannot be read: {kind}"),
            What::TooLarge => f.write_str("are too many: they may have 4 MiB"),
            What::Malformed(_) => f.write_str("are no PEM"),
            What::Empty => f.write_str("are none: there is no CERTIFICATE in the PEM"),
        }
    }
}

impl std::error::Error for PemError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.what {
            What::Malformed(error) => Some(&**error),
            _ => None,
        }
    }
}
