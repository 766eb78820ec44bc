//! One entry as a file.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::folder;
use crate::session::store::Entry;

/// The first line of an entry. The digit is the version of the layout.
const MAGIC: &[u8] = b"bigid session 1\n";

/// Larger than any sealed session, because its token fits into a header.
const MAX_LEN: u64 = 256 * 1024;

/// Why there is no entry.
pub(super) enum Unread {
    /// A file system error.
    Io(io::Error),
    /// The file is not a valid entry of this user, for this reason.
    Unusable(&'static str),
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

pub(super) fn encode(entry: &Entry) -> Vec<u8> {
    [MAGIC, &entry.generation.to_be_bytes(), &entry.sealed].concat()
}

/// Reads the entry, if there is one. Never blocks, whatever is at its path.
pub(super) fn read(path: &Path) -> Result<Option<Entry>, Unread> {
    let file = match folder::owners_alone().read(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(match path.symlink_metadata() {
                Ok(found) if found.is_symlink() => Unread::Unusable("is a symbolic link"),
                Ok(found) if !found.is_file() => Unread::Unusable("is not a regular file"),
                Ok(_) if error.kind() == io::ErrorKind::PermissionDenied => {
                    Unread::Unusable("is not readable by its user")
                }
                _ => error.into(),
            });
        }
    };
    folder::check_file(&file.metadata()?).map_err(Unread::Unusable)?;
    decode(&contents(file)?).map(Some).ok_or(Unread::Unusable("is cut off, too large, or not a session"))
}

fn contents(file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(MAX_LEN + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn decode(bytes: &[u8]) -> Option<Entry> {
    let rest = bytes.strip_prefix(MAGIC).filter(|_| bytes.len() as u64 <= MAX_LEN)?;
    let (generation, sealed) = rest.split_first_chunk()?;
    Some(Entry::new(u64::from_be_bytes(*generation), sealed.to_vec()))
}
