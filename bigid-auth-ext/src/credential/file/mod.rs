//! A user token in a file.

mod error;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use bigid_api::Secret;

use crate::bounded_file::{self, FileFault, PIPE_TIMEOUT, Pipe};
use crate::credential::Credential;
use crate::credential::provider::{CredentialProvider, ProviderError};
use crate::lock::lock;

use error::{FileError, FileErrorKind, KnownPath};

/// Reads a user token from a file before each exchange, so that a mounted secret or an agent can rotate it.
///
/// White space around the token is ignored. The last good token is used while the file is missing, empty, unreadable,
/// or contains something other than a token. A file that can be read only once (`<(..)`, `/dev/stdin`, a named pipe) is
/// read until it has yielded a token, and never again.
///
/// Any readable file is accepted, because clusters choose its mode, its owner and its links. If every user of the
/// machine can read it, a warning is logged once; see
/// [`allow_group_or_world_readable`](Self::allow_group_or_world_readable).
///
/// Reading never blocks a worker thread of the runtime, and takes at most ten seconds.
#[derive(Clone)]
pub struct FileCredential {
    file: Arc<TokenFile>,
    /// Held for the actual duration of a read, so that a file system that hangs blocks one thread and not one for each
    /// exchange.
    turn: Arc<tokio::sync::Mutex<()>>,
}

struct TokenFile {
    path: PathBuf,
    allow_group_or_world_readable: bool,
    /// The time limit for a pipe.
    pipe_timeout: Duration,
    state: Mutex<FileState>,
}

#[derive(Default)]
struct FileState {
    last_good: Option<Credential>,
    /// A pipe that was not written within the time limit.
    pipe: Option<Pipe>,
    warned: bool,
}

/// The size limit of the file. Tokens are far smaller.
const MAX_FILE: u64 = 64 * 1024;

/// How long an exchange waits for the file: less than the timeout of providers, so that the last good token can be
/// used.
const READ_TIMEOUT: Duration = Duration::from_secs(8);

impl FileCredential {
    /// The token in a file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self::with(path.into(), false, PIPE_TIMEOUT)
    }

    fn with(path: PathBuf, allow_group_or_world_readable: bool, pipe_timeout: Duration) -> Self {
        let file = TokenFile { path, allow_group_or_world_readable, pipe_timeout, state: Mutex::default() };
        Self { file: Arc::new(file), turn: Arc::default() }
    }

    /// Accepts a file that is readable by group or others without a warning. Kubernetes mounts secrets that way by
    /// default.
    #[must_use]
    pub fn allow_group_or_world_readable(self) -> Self {
        Self::with(self.file.path.clone(), true, self.file.pipe_timeout)
    }

    /// Reads the file and keeps the token, so that errors are reported at once. Blocks the thread.
    pub(crate) fn check(&self) -> Result<(), ProviderError> {
        self.file.token().map(drop).map_err(Into::into)
    }
}

#[async_trait]
impl CredentialProvider for FileCredential {
    async fn credential(&self) -> Result<Credential, ProviderError> {
        let read = async {
            let turn = self.turn.clone().lock_owned().await;
            let file = self.file.clone();
            let read = tokio::task::spawn_blocking(move || {
                let token = file.token();
                drop(turn);
                token
            });
            read.await.unwrap_or_else(|_| Err(self.file.failed(FileErrorKind::File(FileFault::unfinished()))))
        };
        match tokio::time::timeout(READ_TIMEOUT, read).await {
            Ok(token) => Ok(token?),
            Err(_) => match self.file.state().last_good.clone() {
                Some(token) => Ok(token),
                None => Err(FileError { path: KnownPath::None, kind: FileErrorKind::Hangs }.into()),
            },
        }
    }
}

impl TokenFile {
    fn state(&self) -> MutexGuard<'_, FileState> {
        lock(&self.state)
    }

    /// The token in the file, or else the last good one.
    fn token(&self) -> Result<Credential, FileError> {
        let last_good = self.state().last_good.clone();
        match last_good {
            Some(token) if bounded_file::is_read_once(&self.path) => Ok(token),
            Some(token) => match self.read() {
                Ok(token) => Ok(token),
                Err(error) => {
                    tracing::warn!(%error, "the last good user token is still used");
                    Ok(token)
                }
            },
            None => self.read(),
        }
    }

    fn read(&self) -> Result<Credential, FileError> {
        let mut pipe = self.state().pipe.take();
        let bytes = bounded_file::read(&self.path, MAX_FILE, self.pipe_timeout, &mut pipe);
        self.state().pipe = pipe;
        let bytes = bytes.map_err(|fault| self.failed(FileErrorKind::File(fault)))?;
        let text = Secret::from(String::from_utf8(bytes).map_err(|_| self.failed(FileErrorKind::NotText))?);
        let token = text.expose().trim_start_matches('\u{feff}').trim();
        if token.is_empty() {
            return Err(self.failed(FileErrorKind::Empty));
        }
        let credential = Credential::user_token(token);
        if let Some(fault) = credential.fault() {
            return Err(self.failed(FileErrorKind::NotAToken(fault)));
        }
        let mut state = self.state();
        if !self.allow_group_or_world_readable && !state.warned && others_can_read(&self.path) {
            state.warned = true;
            tracing::warn!(
                path = %self.path.display(),
                "every user of this machine can read the user token's file; mode 0440 with a dedicated group is enough"
            );
        }
        state.last_good = Some(credential.clone());
        Ok(credential)
    }

    fn failed(&self, kind: FileErrorKind) -> FileError {
        FileError { path: KnownPath::of(&self.path), kind }
    }
}

#[cfg(unix)]
fn others_can_read(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.mode() & 0o007 != 0)
}

#[cfg(not(unix))]
fn others_can_read(_: &Path) -> bool {
    false
}

impl fmt::Debug for FileCredential {
    /// The path is shown only after a token was read from it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("FileCredential");
        if self.file.state().last_good.is_some() {
            shown.field("path", &self.file.path);
        }
        shown.finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
