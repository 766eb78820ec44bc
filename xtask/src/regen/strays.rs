//! Stray files: leftovers of a `regen` that was stopped, and files that are no longer generated.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

use super::output::{File, STAGING, STAGING_FOLDER};
use super::{CLI, GENERATED, HARNESS};
use crate::spec::{CONTRACT, Diagnostic};

/// The folders whose every file is generated.
const OWNED: [&str; 3] = [GENERATED, HARNESS, CLI];

/// Leftovers of stopped runs: their staging folders, and files next to the contract with its name and a suffix.
///
/// # Errors
/// A folder that cannot be listed.
pub(super) fn leftovers(root: &Path) -> Result<Vec<String>, Diagnostic> {
    let mut found = names(root, STAGING_FOLDER, |name| name.starts_with(STAGING))?;
    found.extend(names(root, "spec", |name| name.strip_prefix(CONTRACT).is_some_and(|end| !end.is_empty()))?);
    Ok(found)
}

/// Everything in the generated folders that is not one of these files.
///
/// # Errors
/// A folder that cannot be listed.
pub(super) fn strangers(root: &Path, files: &[File]) -> Result<Vec<String>, Diagnostic> {
    let known: BTreeSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let mut found = Vec::new();
    let mut open: Vec<String> = OWNED.iter().map(|folder| (*folder).to_owned()).collect();
    while let Some(folder) = open.pop() {
        for name in names(root, &folder, |_| true)? {
            if known.contains(name.as_str()) {
                continue;
            }
            let holds_known = known.iter().any(|file| file.starts_with(&format!("{name}/")));
            if holds_known { open.push(name) } else { found.push(name) }
        }
    }
    found.sort();
    Ok(found)
}

/// Removes what was found.
///
/// # Errors
/// The names of the files that cannot be removed.
pub(super) fn remove(root: &Path, names: &[String]) -> Result<(), Diagnostic> {
    for name in names {
        let path = root.join(name);
        // A link to a folder is removed as a link.
        let is_folder = path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
        let removed = if is_folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.map_err(|error| {
            Diagnostic::new(format!("cannot remove what should not be there: {error}")).file(name.as_str())
        })?;
    }
    Ok(())
}

/// The selected entries of a folder, by name below the checkout. A missing folder has none.
fn names(root: &Path, folder: &str, wanted: impl Fn(&str) -> bool) -> Result<Vec<String>, Diagnostic> {
    let list = || -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(root.join(folder))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if wanted(&name) {
                found.push(format!("{folder}/{name}"));
            }
        }
        found.sort();
        Ok(found)
    };
    match list() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Diagnostic::new(format!("cannot list the folder: {error}")).file(folder)),
        Ok(found) => Ok(found),
    }
}
