//! A user token in a file.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bigid_api::Secret;

use crate::bounded_file::{self, FileFault, PIPE_TIMEOUT, Pipe};
use crate::credential::Credential;
use crate::credential::provider::{CredentialProvider, ProviderError};

/// Reads a user token from a file each time it is asked, as a mounted secret or a rotating agent writes it.
///
/// White space around the token is ignored. The last good token stays in force until there is a better one: while the file is missing,
/// empty, unreadable, or holds something that is not a token. A file that can be read only once (`<(..)`, `/dev/stdin`, a named pipe)
/// is read until it gave a token, and never again.
///
/// Any file that this process can read is accepted, because clusters decide its mode, its owner and its links. If every user of the
/// machine can read it, that is logged as a warning, once; see [`others_may_read`](Self::others_may_read).
///
/// Reading never blocks a worker thread of the runtime, and takes ten seconds at most.
#[derive(Clone)]
pub struct FileCredential {
    file: Arc<TokenFile>,
    /// Held for as long as a read truly takes, so that a file system that hangs holds one thread and not one for each exchange.
    turn: Arc<tokio::sync::Mutex<()>>,
}

struct TokenFile {
    path: PathBuf,
    others_may_read: bool,
    /// How long a pipe is waited for.
    patience: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    last_good: Option<Credential>,
    /// A pipe that was not written in time.
    pipe: Option<Pipe>,
    warned: bool,
}

/// More than any token; a larger file is the wrong file.
const MAX_FILE: u64 = 64 * 1024;

/// How long an exchange waits for the file, so that the last good token serves before a provider has to answer.
const READ_TIMEOUT: Duration = Duration::from_secs(8);

impl FileCredential {
    /// The token in a file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self::with(path.into(), false, PIPE_TIMEOUT)
    }

    fn with(path: PathBuf, others_may_read: bool, patience: Duration) -> Self {
        let file = TokenFile { path, others_may_read, patience, state: Mutex::default() };
        Self { file: Arc::new(file), turn: Arc::default() }
    }

    /// Accepts without a warning that other users of the machine can read the file, as the secrets that Kubernetes mounts can by
    /// default.
    #[must_use]
    pub fn others_may_read(self) -> Self {
        Self::with(self.file.path.clone(), true, self.file.patience)
    }

    /// Reads the file, so that what is wrong with it is known at once, and keeps the token. Blocks the thread.
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
            read.await
                .unwrap_or_else(|_| Err(self.file.failed(What::File(FileFault::Unreadable(io::ErrorKind::Other)))))
        };
        match tokio::time::timeout(READ_TIMEOUT, read).await {
            Ok(token) => Ok(token?),
            Err(_) => match self.file.state().last_good.clone() {
                Some(token) => Ok(token),
                None => Err(FileError { path: Known::None, what: What::Hangs }.into()),
            },
        }
    }
}

impl TokenFile {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token that is in the file now, or else the last good one.
    fn token(&self) -> Result<Credential, FileError> {
        let last_good = self.state().last_good.clone();
        match last_good {
            Some(token) if bounded_file::is_read_once(&self.path) => Ok(token),
            Some(token) => match self.read() {
                Ok(token) => Ok(token),
                Err(error) => {
                    tracing::warn!(%error, "the last good user token stays in force");
                    Ok(token)
                }
            },
            None => self.read(),
        }
    }

    fn read(&self) -> Result<Credential, FileError> {
        let mut pipe = self.state().pipe.take();
        let bytes = bounded_file::read(&self.path, MAX_FILE, self.patience, &mut pipe);
        self.state().pipe = pipe;
        let bytes = bytes.map_err(|fault| self.failed(What::File(fault)))?;
        let text = Secret::from(String::from_utf8(bytes).map_err(|_| self.failed(What::NotText))?);
        let token = text.expose().trim_start_matches('\u{feff}').trim();
        if token.is_empty() {
            return Err(self.failed(What::Empty));
        }
        let credential = Credential::user_token(token);
        if let Some(fault) = credential.fault() {
            return Err(self.failed(What::NotAToken(fault)));
        }
        let mut state = self.state();
        if !self.others_may_read && !state.warned && others_can_read(&self.path) {
            state.warned = true;
            tracing::warn!(
                path = %self.path.display(),
                "every user of this machine can read the user token's file; mode 0440 with a group of its own is enough"
            );
        }
        state.last_good = Some(credential.clone());
        Ok(credential)
    }

    fn failed(&self, what: What) -> FileError {
        FileError { path: Known::of(&self.path), what }
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

/// As much of a path as exists: what does not exist may be the token itself, given in place of its file.
#[derive(Debug)]
enum Known {
    All(PathBuf),
    Part(PathBuf),
    None,
}

impl Known {
    fn of(path: &Path) -> Self {
        match path.ancestors().find(|part| fs::symlink_metadata(part).is_ok()) {
            Some(all) if all == path => Self::All(all.to_owned()),
            Some(part) if part.file_name().is_some() => Self::Part(part.to_owned()),
            _ => Self::None,
        }
    }
}

impl fmt::Debug for FileCredential {
    /// The path is shown once it was that of a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("FileCredential");
        if self.file.state().last_good.is_some() {
            shown.field("path", &self.file.path);
        }
        shown.finish_non_exhaustive()
    }
}

/// What is wrong with the file. Of its path, it holds what exists.
#[derive(Debug)]
struct FileError {
    path: Known,
    what: What,
}

#[derive(Debug)]
enum What {
    File(FileFault),
    Empty,
    NotText,
    NotAToken(&'static str),
    Hangs,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.path, &self.what) {
            (Known::All(path), _) => write!(f, "the user token's file {} ", path.display())?,
            (Known::Part(path), _) => {
                return write!(f, "the user token's file cannot be read: of its path, only {} exists", path.display());
            }
            (Known::None, What::File(FileFault::Unreadable(_))) => {
                return f.write_str("not a file; did you mean BIGID_USER_TOKEN?");
            }
            (Known::None, _) => f.write_str("the user token's file ")?,
        }
        match &self.what {
            What::File(fault) => fault.fmt(f),
            What::Empty => f.write_str("is empty"),
            What::NotText => f.write_str("is not text"),
            What::NotAToken(fault) => write!(f, "does not hold a token: {fault}"),
            What::Hangs => write!(f, "could not be read within {READ_TIMEOUT:?}"),
        }
    }
}

impl std::error::Error for FileError {}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    /// What a caller may see of an error.
    fn all_of(error: &ProviderError) -> String {
        format!("{error} {error:?}")
    }

    #[tokio::test]
    async fn a_file_is_read_each_time_and_the_last_good_token_serves_until_there_is_a_better_one() {
        let folder = folder();
        let path = folder.path().join("token");
        fs::write(&path, "\u{feff} first\r\n").unwrap();
        let provider = FileCredential::new(&path);
        assert_eq!(provider.credential().await.unwrap(), Credential::user_token("first"));
        let large = "x".repeat(70_000);
        let bad: [Option<&[u8]>; 6] =
            [None, Some(b""), Some(b" \n"), Some(b"\xff\xfe"), Some(b"<html>not found"), Some(large.as_bytes())];
        let mut good = "first".to_owned();
        for (index, content) in bad.into_iter().enumerate() {
            match content {
                Some(content) => fs::write(&path, content).unwrap(),
                None => fs::remove_file(&path).unwrap(),
            }
            assert_eq!(provider.credential().await.unwrap(), Credential::user_token(&*good), "{content:?}");
            assert!(FileCredential::new(&path).credential().await.is_err(), "{content:?}");
            good = format!("token-{index}");
            fs::write(&path, &good).unwrap();
            assert_eq!(provider.credential().await.unwrap(), Credential::user_token(&*good));
        }
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(provider.credential().await.unwrap(), Credential::user_token(&*good), "a folder");
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_file_is_named_with_its_path_and_without_its_content() {
        let folder = folder();
        let path = folder.path().join("token");
        for (content, expected) in [
            (&b""[..], "is empty"),
            (b"\xffhunter2", "is not text"),
            (b"two hunter2", "does not hold a token: the user token holds white space"),
            (&[b'x'; 70_000], "is larger than 64 KiB"),
        ] {
            fs::write(&path, content).unwrap();
            let error = FileCredential::new(&path).credential().await.unwrap_err();
            let expected = format!("{} {expected}", path.display());
            assert!(error.to_string().contains(&expected), "{error}");
            assert!(!all_of(&error).contains("hunter2") && !all_of(&error).contains("xxx"), "{error:?}");
        }
        fs::remove_file(&path).unwrap();
        let error = FileCredential::new(&path).credential().await.unwrap_err().to_string();
        assert!(
            error.ends_with(&format!("cannot be read: of its path, only {} exists", folder.path().display())),
            "{error}"
        );
    }

    #[tokio::test]
    async fn a_token_in_place_of_a_path_is_never_shown() {
        for token in [
            "eyJhbGciOiJIUzI1NiJ9.eyJpZCI6Imh1bnRlcjIifQ.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg".to_owned(),
            "0b7a6f0e-4d1c-4f0e-9a3b-5c6d7e8f9a0b".to_owned(),
            "/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/AbCdEfGh=".to_owned(),
            "AbCdEfGhIj/KlMnOpQrStUvWxYz0123456789+AbCdEfGh=".to_owned(),
            "../AbCdEfGhIjKlMnOpQrStUvWxYz0123456789".to_owned(),
            "a token with spaces in it".to_owned(),
            "AbCdEfGhIjKlMnOp".repeat(1_000),
        ] {
            let provider = FileCredential::new(&token);
            let error = provider.credential().await.unwrap_err();
            assert_eq!(error.to_string(), "not a file; did you mean BIGID_USER_TOKEN?");
            let checked = provider.check().unwrap_err();
            let shown = [all_of(&error), all_of(&checked), format!("{provider:?}")].concat();
            for run in token.as_bytes().windows(8) {
                assert!(!shown.contains(std::str::from_utf8(run).unwrap()), "{token}: {shown}");
            }
        }
    }

    #[cfg(unix)]
    mod unix {
        use std::io::Write as _;
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        use std::process::Command;

        use super::*;

        /// A secret as Kubernetes mounts it: the file is a link into a folder that is swapped as a whole.
        fn mount(folder: &Path, version: &str, token: &str, mode: u32) {
            fs::create_dir(folder.join(version)).unwrap();
            fs::write(folder.join(version).join("token"), token).unwrap();
            fs::set_permissions(folder.join(version).join("token"), fs::Permissions::from_mode(mode)).unwrap();
            symlink(version, folder.join("..data_tmp")).unwrap();
            fs::rename(folder.join("..data_tmp"), folder.join("..data")).unwrap();
            if !folder.join("token").is_symlink() {
                symlink("..data/token", folder.join("token")).unwrap();
            }
        }

        #[tokio::test]
        async fn a_secret_is_read_as_a_cluster_mounts_it_in_every_mode() {
            for mode in [0o644, 0o444, 0o440, 0o640, 0o400, 0o600, 0o777] {
                let folder = folder();
                mount(folder.path(), "..2026_11_26_18_00_00.1", "first", mode);
                let provider = FileCredential::new(folder.path().join("token"));
                provider.check().unwrap();
                mount(folder.path(), "..2026_11_26_19_00_00.2", "second", mode);
                fs::remove_dir_all(folder.path().join("..2026_11_26_18_00_00.1")).unwrap();
                assert_eq!(provider.credential().await.unwrap(), Credential::user_token("second"), "{mode:o}");
            }
        }

        #[derive(Clone, Default)]
        struct Log(Arc<Mutex<Vec<u8>>>);

        impl io::Write for Log {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.lock().unwrap().write(bytes)
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }

        #[test]
        fn a_file_that_every_user_can_read_is_a_warning_once() {
            let folder = folder();
            let path = folder.path().join("token");
            fs::write(&path, "hunter2").unwrap();
            for (mode, accepted, warnings) in
                [(0o644, false, 1), (0o604, false, 1), (0o644, true, 0), (0o640, false, 0), (0o600, false, 0)]
            {
                fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
                let log = Log::default();
                let writer = log.clone();
                let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
                tracing::subscriber::with_default(subscriber, || {
                    let provider = FileCredential::new(&path);
                    let provider = if accepted { provider.others_may_read() } else { provider };
                    provider.check().unwrap();
                    provider.check().unwrap();
                });
                let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
                assert_eq!(log.matches("WARN").count(), warnings, "{mode:o}: {log}");
                assert!(!log.contains("hunter2"), "{log}");
            }
        }

        fn pipe(folder: &tempfile::TempDir) -> PathBuf {
            let path = folder.path().join("pipe");
            assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
            path
        }

        fn write(path: &Path, text: &'static str) -> std::thread::JoinHandle<()> {
            let path = path.to_owned();
            std::thread::spawn(move || {
                fs::OpenOptions::new().write(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
            })
        }

        #[tokio::test]
        async fn a_pipe_is_read_once_and_its_token_serves() {
            let folder = folder();
            let path = pipe(&folder);
            let provider = FileCredential::new(&path);
            let writer = write(&path, "first\n");
            provider.check().unwrap();
            writer.join().unwrap();
            // Nobody writes it now: to open it would block forever.
            assert_eq!(provider.credential().await.unwrap(), Credential::user_token("first"));
            fs::remove_file(&path).unwrap();
            assert_eq!(provider.credential().await.unwrap(), Credential::user_token("first"));
            fs::write(&path, "second").unwrap();
            assert_eq!(provider.credential().await.unwrap(), Credential::user_token("second"));
        }

        #[tokio::test]
        async fn a_pipe_that_nobody_writes_blocks_neither_a_worker_nor_a_build() {
            let folder = folder();
            let path = pipe(&folder);
            let provider = FileCredential::with(path.clone(), false, Duration::from_millis(1));
            let error = provider.check().unwrap_err().to_string();
            assert!(error.contains("is a pipe that was not written and closed within 1ms"), "{error}");
            assert!(provider.credential().await.is_err());
            // It is written at last, to the reader that has waited since.
            write(&path, "first").join().unwrap();
            while provider.check().is_err() {}
            assert_eq!(provider.credential().await.unwrap(), Credential::user_token("first"));
        }

        #[tokio::test]
        async fn while_a_pipe_is_waited_for_the_runtime_goes_on() {
            let folder = folder();
            let path = pipe(&folder);
            let provider = FileCredential::new(&path);
            let mut reading = provider.credential();
            assert!((&mut reading).now_or_never().is_none(), "it was waited for on the worker");
            tokio::task::yield_now().await;
            let writer = write(&path, "first");
            assert_eq!(reading.await.unwrap(), Credential::user_token("first"));
            writer.join().unwrap();
        }

        #[tokio::test]
        async fn a_file_without_an_end_is_read_to_the_limit_alone() {
            let error = FileCredential::new("/dev/zero").credential().await.unwrap_err();
            assert!(error.to_string().contains("/dev/zero is larger than 64 KiB"), "{error}");
        }
    }
}
