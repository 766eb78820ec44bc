use std::fmt;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use bigid_api::Secret;

use crate::credential::Credential;
use crate::credential::environment;

/// Whatever a provider fails with. Keep secrets out of it: it becomes the source of an [`AuthError`](crate::AuthError).
pub type ProviderError = Box<dyn std::error::Error + Send + Sync>;

/// Where credentials come from.
///
/// It is asked before every exchange, and once more when a credential is refused, so that a rotated credential heals by itself. A
/// [`Credential`] is a provider of itself; [`EnvironmentCredential`] and [`FileCredential`] read theirs. Your own takes two lines:
///
/// ```
/// use bigid_auth_ext::{BigIdClient, Credential, CredentialProvider, ProviderError, async_trait};
///
/// #[derive(Debug)]
/// struct Vault;
///
/// # async fn read_from_vault() -> Result<String, ProviderError> { Ok("a-user-token".into()) }
/// #[async_trait]
/// impl CredentialProvider for Vault {
///     async fn credential(&self) -> Result<Credential, ProviderError> {
///         Ok(Credential::user_token(read_from_vault().await?))
///     }
/// }
///
/// let client = BigIdClient::builder("https://acme.bigid.cloud").credential_provider(Vault).build()?;
/// # Ok::<(), bigid_auth_ext::ConfigError>(())
/// ```
#[async_trait]
pub trait CredentialProvider: fmt::Debug + Send + Sync + 'static {
    /// The credential as it is now.
    ///
    /// # Errors
    /// Why there is none. The exchange fails with it, and the next call asks again.
    async fn credential(&self) -> Result<Credential, ProviderError>;
}

#[async_trait]
impl CredentialProvider for Credential {
    async fn credential(&self) -> Result<Credential, ProviderError> {
        Ok(self.clone())
    }
}

/// Reads `BIGID_USER_TOKEN`, or `BIGID_USERNAME` and `BIGID_PASSWORD`, each time it is asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct EnvironmentCredential;

#[async_trait]
impl CredentialProvider for EnvironmentCredential {
    async fn credential(&self) -> Result<Credential, ProviderError> {
        Ok(environment::credential(std::env::vars_os())?)
    }
}

/// Reads a user token out of a file each time it is asked, as a mounted secret or a rotating agent writes it.
///
/// White space around the token is ignored. A file that vanishes or empties, as some agents let it while they write, leaves the last
/// good token in force. The read blocks for as long as a local file takes.
pub struct FileCredential {
    path: PathBuf,
    others_may_read: bool,
    last_good: Mutex<Option<Credential>>,
}

/// More than any token; a larger file is the wrong file.
const MAX_FILE: u64 = 64 * 1024;

impl FileCredential {
    /// A token in a file that only its owner can read, as `chmod 600` makes it.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), others_may_read: false, last_good: Mutex::default() }
    }

    /// Takes the file although other users of the machine can read it, as the secrets that Kubernetes mounts can by default.
    #[must_use]
    pub fn others_may_read(mut self) -> Self {
        self.others_may_read = true;
        self
    }

    /// Reads the file, so that what is wrong with it is known at once.
    pub(crate) fn check(&self) -> Result<(), ProviderError> {
        self.read().map(drop).map_err(Into::into)
    }

    fn read(&self) -> Result<Credential, FileError> {
        let failed = |what| FileError { path: self.path.clone(), what };
        let file = fs::File::open(&self.path).map_err(|error| failed(What::Unreadable(error.kind())))?;
        let metadata = file.metadata().map_err(|error| failed(What::Unreadable(error.kind())))?;
        if !self.others_may_read && others_can_read(&metadata) {
            return Err(failed(What::Exposed));
        }
        let mut text = String::new();
        file.take(MAX_FILE + 1).read_to_string(&mut text).map_err(|error| failed(What::Unreadable(error.kind())))?;
        let token = Secret::from(text);
        match token.expose().trim() {
            "" => Err(failed(What::Empty)),
            token if token.len() as u64 > MAX_FILE => Err(failed(What::TooLarge)),
            token => Ok(Credential::user_token(token)),
        }
    }
}

#[cfg(unix)]
fn others_can_read(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    metadata.mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn others_can_read(_: &fs::Metadata) -> bool {
    false
}

#[async_trait]
impl CredentialProvider for FileCredential {
    async fn credential(&self) -> Result<Credential, ProviderError> {
        let read = self.read();
        let mut last_good = self.last_good.lock().unwrap_or_else(PoisonError::into_inner);
        match (read, &*last_good) {
            (Ok(credential), _) => {
                *last_good = Some(credential.clone());
                Ok(credential)
            }
            (Err(error), Some(last)) if error.may_pass() => Ok(last.clone()),
            (Err(error), _) => Err(error.into()),
        }
    }
}

impl fmt::Debug for FileCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileCredential").field("path", &self.path).finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct FileError {
    path: PathBuf,
    what: What,
}

#[derive(Debug)]
enum What {
    Unreadable(std::io::ErrorKind),
    Empty,
    TooLarge,
    Exposed,
}

impl FileError {
    /// Whether it is what a rotation looks like from outside.
    fn may_pass(&self) -> bool {
        matches!(self.what, What::Empty | What::Unreadable(std::io::ErrorKind::NotFound))
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path: &Path = &self.path;
        write!(f, "the user token's file {} ", path.display())?;
        match self.what {
            What::Unreadable(kind) => write!(f, "cannot be read: {kind}"),
            What::Empty => f.write_str("is empty"),
            What::TooLarge => f.write_str("is too large to be a token"),
            What::Exposed => f.write_str("can be read by other users: chmod 600, or say `others_may_read`"),
        }
    }
}

impl std::error::Error for FileError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(folder: &tempfile::TempDir, text: &str) -> PathBuf {
        let path = folder.path().join("token");
        fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        path
    }

    #[tokio::test]
    async fn a_file_is_read_each_time_and_the_last_good_token_outlives_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(&folder, " first\n");
        let provider = FileCredential::new(&path);
        assert_eq!(provider.credential().await.unwrap(), Credential::user_token("first"));
        written(&folder, "second");
        assert_eq!(provider.credential().await.unwrap(), Credential::user_token("second"));
        written(&folder, "");
        assert_eq!(provider.credential().await.unwrap(), Credential::user_token("second"));
        fs::remove_file(&path).unwrap();
        assert_eq!(provider.credential().await.unwrap(), Credential::user_token("second"));
        assert!(
            FileCredential::new(&path).credential().await.unwrap_err().to_string().contains("token cannot be read")
        );
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_file_that_others_can_read_is_refused_unless_it_may_be() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = written(&folder, "hunter2");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let error = FileCredential::new(&path).credential().await.unwrap_err();
        assert!(error.to_string().contains("chmod 600") && !format!("{error:?}").contains("hunter2"));
        assert!(FileCredential::new(&path).others_may_read().credential().await.is_ok());
    }

    #[tokio::test]
    async fn what_is_no_token_is_named_by_its_path_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(&folder, &"x".repeat(70_000));
        let error = FileCredential::new(&path).credential().await.unwrap_err();
        assert!(error.to_string().contains("too large"));
        fs::write(&path, b"\xff\xfe").unwrap();
        assert!(FileCredential::new(&path).credential().await.is_err());
    }
}
