//! Allows only one `regen` at a time in a checkout, from the first file that it reads to the last that it writes.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

use fs4::{FileExt, TryLockError};

use crate::spec::Diagnostic;

/// Stays after a run, like cargo's own lock in the same folder: two processes could hold a lock file that is removed.
const FILE: &str = "target/.regen.lock";

/// The operating system releases the lock when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock(#[allow(dead_code, reason = "held, not read")] File);

impl Lock {
    /// Acquires the lock; waits while another process holds it.
    ///
    /// # Errors
    /// A file that cannot be created or locked.
    pub(super) fn acquire(root: &Path) -> Result<Self, Diagnostic> {
        lock(root).map_err(refused)
    }

    /// The same, without a lock in a read-only checkout.
    ///
    /// # Errors
    /// As [`Self::acquire`].
    pub(super) fn acquire_if_writable(root: &Path) -> Result<Option<Self>, Diagnostic> {
        match lock(root) {
            Ok(lock) => Ok(Some(lock)),
            Err(error) => match error.kind() {
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Ok(None),
                _ => Err(refused(error)),
            },
        }
    }
}

fn lock(root: &Path) -> io::Result<Lock> {
    let path = root.join(FILE);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
    match FileExt::try_lock(&file) {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            eprintln!("waiting for another `cargo xtask regen` in this checkout");
            FileExt::lock(&file)?;
        }
        Err(TryLockError::Error(error)) => return Err(error),
    }
    Ok(Lock(file))
}

fn refused(error: io::Error) -> Diagnostic {
    Diagnostic::new(format!("cannot lock the checkout: {error}")).file(FILE)
}
