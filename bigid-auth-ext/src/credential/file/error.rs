//! Errors about the file of a user token.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::READ_TIMEOUT;
use crate::bounded_file::FileFault;

/// The part of a path that exists. The rest may be the token itself, given in place of a path.
#[derive(Debug)]
pub(super) enum KnownPath {
    All(PathBuf),
    Part(PathBuf),
    None,
}

impl KnownPath {
    pub(super) fn of(path: &Path) -> Self {
        match path.ancestors().find(|part| fs::symlink_metadata(part).is_ok()) {
            Some(all) if all == path => Self::All(all.to_owned()),
            Some(part) if part.file_name().is_some() => Self::Part(part.to_owned()),
            _ => Self::None,
        }
    }
}

/// An error about the file. Of the path, it contains only the part that exists.
#[derive(Debug)]
pub(super) struct FileError {
    pub(super) path: KnownPath,
    pub(super) kind: FileErrorKind,
}

#[derive(Debug)]
pub(super) enum FileErrorKind {
    File(FileFault),
    Empty,
    NotText,
    NotAToken(&'static str),
    Hangs,
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.path, &self.kind) {
            (KnownPath::All(path), _) => write!(f, "the user token's file {} ", path.display())?,
            (KnownPath::Part(path), _) => {
                return write!(f, "the user token's file cannot be read: of its path, only {} exists", path.display());
            }
            (KnownPath::None, FileErrorKind::File(FileFault::Unreadable(_))) => {
                return f.write_str("not a file; did you mean BIGID_USER_TOKEN?");
            }
            (KnownPath::None, _) => f.write_str("the user token's file ")?,
        }
        match &self.kind {
            FileErrorKind::File(fault) => fault.fmt(f),
            FileErrorKind::Empty => f.write_str("is empty"),
            FileErrorKind::NotText => f.write_str("is not text"),
            FileErrorKind::NotAToken(fault) => write!(f, "does not hold a token: {fault}"),
            FileErrorKind::Hangs => write!(f, "could not be read within {READ_TIMEOUT:?}"),
        }
    }
}

impl std::error::Error for FileError {}
