//! The folder and its owner, which differ between platforms.

#[cfg(all(unix, test))]
pub(super) use unix::of_user;
#[cfg(unix)]
pub(super) use unix::{check, check_file, create, default, owners_alone, sync};

#[cfg(not(unix))]
pub(super) use other::{check, check_file, create, default, owners_alone, sync};

#[cfg(unix)]
mod unix {
    use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
    use std::io;
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
    use std::path::{Path, PathBuf};

    use nix::fcntl::OFlag;
    use nix::unistd::{Uid, User};

    use crate::session::store::StoreError;

    /// Below the home folder.
    const BELOW_HOME: &str =
        if cfg!(target_os = "macos") { "Library/Caches/bigid/sessions" } else { ".cache/bigid/sessions" };

    pub(in super::super) fn default() -> Result<PathBuf, StoreError> {
        let user = Uid::effective();
        let home = User::from_uid(user).ok().flatten().map(|user| user.dir);
        Ok(of_user(user, home))
    }

    /// The folder below the home folder, if that exists and is the user's own.
    pub(in super::super) fn of_user(user: Uid, home: Option<PathBuf>) -> PathBuf {
        let is_own = |home: &PathBuf| fs::metadata(home).is_ok_and(|home| home.is_dir() && home.uid() == user.as_raw());
        match home.filter(is_own) {
            Some(home) => home.join(BELOW_HOME),
            None => PathBuf::from(format!("/tmp/bigid-sessions-{user}")),
        }
    }

    /// Opens files that only their owner can access, without following links or blocking on pipes.
    pub(in super::super) fn owners_alone() -> OpenOptions {
        let mut options = OpenOptions::new();
        options.mode(0o600).custom_flags((OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits());
        options
    }

    pub(in super::super) fn check_file(file: &Metadata) -> Result<(), &'static str> {
        if !file.is_file() {
            return Err("is not a regular file");
        }
        if file.uid() != Uid::effective().as_raw() {
            return Err("belongs to another user");
        }
        if file.mode() & 0o077 != 0 {
            return Err("can be read or written by other users");
        }
        Ok(())
    }

    /// Checks that only its owner can change the folder.
    pub(in super::super) fn check(folder: &Path) -> io::Result<()> {
        let found = fs::symlink_metadata(folder)?;
        let fault = if !found.is_dir() {
            "it is not a folder (a symbolic link is not followed)"
        } else if found.uid() != Uid::effective().as_raw() {
            "it belongs to another user"
        } else if found.mode() & 0o022 != 0 {
            "other users can write to it (chmod 700)"
        } else {
            return Ok(());
        };
        Err(io::Error::new(io::ErrorKind::PermissionDenied, fault))
    }

    /// Creates the folder, accessible only to its owner, and missing parents below the home folder.
    pub(in super::super) fn create(folder: &Path) -> io::Result<()> {
        DirBuilder::new().mode(0o700).recursive(true).create(folder)?;
        check(folder)
    }

    /// Makes the rename survive a crash of the machine. A lost rename only costs an exchange, so errors are ignored.
    pub(in super::super) fn sync(folder: &Path) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

/// On other platforms, the access list of a user's profile, which files inherit, excludes other users.
#[cfg(not(unix))]
mod other {
    use std::fs::{self, Metadata, OpenOptions};
    use std::io;
    use std::path::{Path, PathBuf};

    use crate::session::store::StoreError;

    pub(in super::super) fn default() -> Result<PathBuf, StoreError> {
        let home = std::env::home_dir().ok_or_else(|| StoreError::new("this user has no profile folder"))?;
        Ok(home.join("AppData").join("Local").join("bigid").join("sessions"))
    }

    pub(in super::super) fn owners_alone() -> OpenOptions {
        OpenOptions::new()
    }

    pub(in super::super) fn check_file(file: &Metadata) -> Result<(), &'static str> {
        if file.is_file() { Ok(()) } else { Err("is not a regular file") }
    }

    pub(in super::super) fn check(folder: &Path) -> io::Result<()> {
        if fs::metadata(folder)?.is_dir() { Ok(()) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    pub(in super::super) fn create(folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)
    }

    pub(in super::super) fn sync(_: &Path) {}
}
