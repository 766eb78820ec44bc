//! Sessions in files: one folder for one user of one machine.
//!
//! | file | |
//! |---|---|
//! | `NAME.session` | the entry: a line that says what it is, its generation, the sealed session |
//! | `NAME.lease` | locked by the process that exchanges |
//! | `NAME.lock` | locked by a process that replaces the entry, for as long as that takes |
//! | `NAME.new` | the next entry, before it takes the place of the last one |
//!
//! Locks are held in the kernel and end with their process. Their files are never removed: otherwise two processes
//! could lock two files with one name.

mod entry;

mod folder;

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use fs4::{FileExt, TryLockError};

use super::{Entry, EntryName, Lease, NewEntry, Saved, SessionStore, StoreError};

use entry::Unread;

/// Shares sessions between the processes of one user on one machine.
///
/// Only the owner can read the folder and its files, whatever the umask; a file or folder that another user owns or can
/// write is not used. An entry is replaced by a file that is complete and on disk, so a killed process leaves either
/// the old or the new one, and readers never wait. Locks are held in the kernel: they end with their process, and no
/// other user can take them.
///
/// On a file system without locks, or one that is full or read-only, each process exchanges by itself, but stored
/// entries are still read.
#[derive(Clone)]
pub struct FileStore {
    folder: Arc<PathBuf>,
    /// Held for the actual duration of an operation, so that a file system that hangs blocks only one thread.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl FileStore {
    /// The default folder of this user:
    ///
    /// | | |
    /// |---|---|
    /// | Linux and other Unix systems | `.cache/bigid/sessions` in the home folder |
    /// | macOS | `Library/Caches/bigid/sessions` in the home folder |
    /// | Windows | `AppData\Local\bigid\sessions` in the profile |
    ///
    /// On Unix, the home folder is the one of the user database. `HOME`, `XDG_CACHE_HOME` and `TMPDIR` may differ
    /// between processes of one user and are not read. A user without a home folder, as in many containers, gets
    /// `/tmp/bigid-sessions-UID`.
    ///
    /// # Errors
    /// No folder is known for this user.
    pub fn new() -> Result<Self, StoreError> {
        Ok(Self::at(folder::default()?))
    }

    /// Uses this folder, which is created, accessible only to its owner, if it does not exist. Use a separate folder
    /// for each user.
    #[must_use]
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: Arc::new(folder.into()), turn: Arc::default() }
    }

    /// The folder of the sessions.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs an operation on a thread for blocking work.
    async fn run<T: Send + 'static>(
        &self,
        name: &EntryName,
        operation: impl FnOnce(&Files) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let turn = self.turn.clone().lock_owned().await;
        let files = Files { folder: self.folder.clone(), name: name.as_str().to_owned() };
        let done = tokio::task::spawn_blocking(move || {
            let result = operation(&files);
            drop(turn);
            result
        });
        done.await.unwrap_or_else(|_| Err(StoreError::new("the session store's file operation was cancelled")))
    }
}

#[async_trait]
impl SessionStore for FileStore {
    async fn load(&self, name: &EntryName) -> Result<Option<Entry>, StoreError> {
        self.run(name, Files::load).await
    }

    async fn save(&self, name: &EntryName, entry: NewEntry<'_>) -> Result<Saved, StoreError> {
        let (replaces, sealed) = (entry.replaces, entry.sealed.to_vec());
        self.run(name, move |files| files.save(replaces, &sealed)).await
    }

    async fn try_lease(&self, name: &EntryName) -> Result<Option<Box<dyn Lease>>, StoreError> {
        let lease = self.run(name, Files::try_lease).await?;
        Ok(lease.map(|file| Box::new(FileLease { _file: file }) as Box<dyn Lease>))
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// The open file is the lock, which ends when the file is closed.
#[derive(Debug)]
struct FileLease {
    _file: File,
}

#[async_trait]
impl Lease for FileLease {
    async fn release(self: Box<Self>) {}
}

/// How long a writer waits for another one, which holds the lock only while it writes one small file.
const LOCK_WAIT: Duration = Duration::from_secs(1);
const LOCK_PAUSE: Duration = Duration::from_millis(2);

/// The files of one entry.
struct Files {
    folder: Arc<PathBuf>,
    name: String,
}

impl Files {
    fn path(&self, kind: &str) -> PathBuf {
        self.folder.join(format!("{}.{kind}", self.name))
    }

    fn load(&self) -> Result<Option<Entry>, StoreError> {
        match folder::check(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            checked => checked.map_err(|error| self.failed("cannot be used", &error))?,
        }
        let path = self.path("session");
        match entry::read(&path) {
            Ok(entry) => Ok(entry),
            Err(Unread::Io(error)) => Err(failed(&path, "cannot be read", &error)),
            Err(Unread::Unusable(why)) => {
                Err(StoreError::unusable_entry(format!("{} {why}; it is ignored and replaced", path.display())))
            }
        }
    }

    fn try_lease(&self) -> Result<Option<File>, StoreError> {
        let path = self.path("lease");
        folder::create(&self.folder).map_err(|error| self.failed("cannot be used", &error))?;
        lock(&path).map_err(|error| failed(&path, "cannot be locked", &error))
    }

    fn save(&self, replaces: u64, sealed: &[u8]) -> Result<Saved, StoreError> {
        let path = self.path("session");
        let failed = |error: io::Error| failed(&path, "cannot be written", &error);
        folder::create(&self.folder).map_err(failed)?;
        let Some(_lock) = self.wait_for_lock().map_err(failed)? else {
            return Err(StoreError::new(format!(
                "{} is being written by a process that does not finish",
                path.display()
            )));
        };
        let generation = match entry::read(&path) {
            Ok(entry) => entry.map_or(0, |entry| entry.generation),
            Err(Unread::Unusable(_)) => 0,
            Err(Unread::Io(error)) => return Err(failed(error)),
        };
        if generation != replaces {
            return Ok(Saved::Superseded);
        }
        let entry = Entry::new(generation.saturating_add(1), sealed.to_vec());
        self.replace(&path, &entry).map_err(failed)?;
        Ok(Saved::Stored)
    }

    /// The writers' lock; `None` if another process keeps holding it.
    fn wait_for_lock(&self) -> io::Result<Option<File>> {
        let path = self.path("lock");
        for _ in 0..LOCK_WAIT.as_millis() / LOCK_PAUSE.as_millis() {
            if let Some(lock) = lock(&path)? {
                return Ok(Some(lock));
            }
            #[allow(clippy::disallowed_methods, reason = "this thread is for blocking work")]
            std::thread::sleep(LOCK_PAUSE);
        }
        Ok(None)
    }

    fn replace(&self, path: &Path, entry: &Entry) -> io::Result<()> {
        let new = self.path("new");
        // Removes what a killed process left behind: the holder of the lock is the only writer.
        remove(&new)?;
        let written = (|| {
            let mut file = folder::owners_alone().write(true).create_new(true).open(&new)?;
            file.write_all(&entry::encode(entry))?;
            file.sync_all()?;
            fs::rename(&new, path)
        })();
        if written.is_err() {
            let _ = remove(&new);
        }
        written?;
        folder::sync(&self.folder);
        Ok(())
    }

    fn failed(&self, what: &str, error: &io::Error) -> StoreError {
        failed(&self.folder, what, error)
    }
}

fn failed(path: &Path, what: &str, error: &io::Error) -> StoreError {
    StoreError::new(format!("{} {what}: {error}", path.display()))
}

/// The locked file; `None` while another process, or another client in this process, holds the lock.
fn lock(path: &Path) -> io::Result<Option<File>> {
    let file = folder::owners_alone().write(true).create(true).truncate(false).open(path)?;
    match FileExt::try_lock(&file) {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(all(test, unix))]
mod tests;
