//! Writes many files atomically: all of them, or none.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use similar::TextDiff;

use crate::spec::Diagnostic;

/// A file to write, relative to the checkout.
pub(super) struct File {
    pub(super) name: String,
    pub(super) text: String,
}

/// The folder where new files are staged: on the same file system as their targets, and not read by anything.
pub(super) const STAGING_FOLDER: &str = "bigid-api";

/// The prefix of a staging folder's name; the rest is different in each run.
pub(super) const STAGING: &str = ".regen-";

/// How many lines of a diff are printed.
const DIFF_LINES: usize = 80;

/// Writes the files that differ: first all of them into a staging folder, then each into its place, in the given order.
///
/// # Errors
/// A file could not be written. All files are then the old ones.
pub(super) fn write(root: &Path, files: &[File]) -> Result<Vec<String>, Diagnostic> {
    let changed: Vec<&File> = files.iter().filter(|file| current(root, file).as_deref() != Some(&file.text)).collect();
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let folder = tempfile::Builder::new().prefix(STAGING).tempdir_in(root.join(STAGING_FOLDER));
    let folder = folder.map_err(|error| {
        Diagnostic::new(format!("cannot create a folder for the new files: {error}")).file(STAGING_FOLDER)
    })?;
    let staged = Staged { root, folder: folder.path(), files: &changed };
    staged.fill()?;
    staged.install()?;
    Ok(changed.iter().map(|file| file.name.clone()).collect())
}

/// The new files, and copies of the old ones that they replace, by number.
struct Staged<'a> {
    root: &'a Path,
    folder: &'a Path,
    files: &'a [&'a File],
}

impl Staged<'_> {
    fn staged(&self, number: usize) -> PathBuf {
        self.folder.join(format!("{number}.new"))
    }

    fn old(&self, number: usize) -> PathBuf {
        self.folder.join(format!("{number}.old"))
    }

    fn place(&self, number: usize) -> PathBuf {
        self.root.join(&self.files[number].name)
    }

    fn fill(&self) -> Result<(), Diagnostic> {
        for (number, file) in self.files.iter().enumerate() {
            self.stage(number, file).map_err(|error| unwritten(file, &error).help("no file was changed"))?;
        }
        Ok(())
    }

    fn stage(&self, number: usize, file: &File) -> io::Result<()> {
        let mut new = fs::File::create(self.staged(number))?;
        new.write_all(file.text.as_bytes())?;
        // Some file systems report only now that they are full or over quota.
        new.sync_all()?;
        let (place, old) = (self.place(number), self.old(number));
        match fs::hard_link(&place, &old) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            // Not every file system supports links.
            Err(_) => fs::copy(&place, &old).map(drop),
            Ok(()) => Ok(()),
        }
    }

    fn install(&self) -> Result<(), Diagnostic> {
        for (number, file) in self.files.iter().enumerate() {
            let Err(error) = self.put(number) else { continue };
            let help = match self.undo(number) {
                Ok(()) => "all files are the old ones".to_owned(),
                Err(undone) => format!(
                    "the old files could not all be put back ({undone}); no build accepts the mixture: run `cargo xtask regen` again"
                ),
            };
            return Err(unwritten(file, &error).help(help));
        }
        Ok(())
    }

    fn put(&self, number: usize) -> io::Result<()> {
        let place = self.place(number);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::rename(self.staged(number), place)
    }

    /// Restores the files that were already replaced.
    fn undo(&self, count: usize) -> io::Result<()> {
        for number in (0..count).rev() {
            let (place, old) = (self.place(number), self.old(number));
            if old.exists() { fs::rename(old, place)? } else { fs::remove_file(place)? }
        }
        Ok(())
    }
}

fn unwritten(file: &File, error: &io::Error) -> Diagnostic {
    Diagnostic::new(format!("cannot write the file: {error}")).file(file.name.as_str())
}

/// What [`write()`] would change, as a unified diff.
pub(super) fn diff(root: &Path, files: &[File]) -> anyhow::Result<String> {
    let mut text = String::new();
    for file in files {
        let before = current(root, file).unwrap_or_default();
        if before == file.text {
            continue;
        }
        let diff = TextDiff::from_lines(&before, &file.text);
        let diff = diff
            .unified_diff()
            .context_radius(2)
            .header(&format!("a/{}", file.name), &format!("b/{}", file.name))
            .to_string();
        for line in diff.lines().take(DIFF_LINES) {
            writeln!(text, "{line}")?;
        }
        let more = diff.lines().count().saturating_sub(DIFF_LINES);
        if more > 0 {
            writeln!(text, "... and {more} lines more of {}", file.name)?;
        }
    }
    Ok(text)
}

fn current(root: &Path, file: &File) -> Option<String> {
    fs::read_to_string(root.join(&file.name)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> File {
        File { name: name.into(), text: text.into() }
    }

    /// All files below a folder, with their text.
    fn tree(root: &Path) -> Vec<(PathBuf, String)> {
        let mut found = Vec::new();
        let mut open = vec![root.to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    found.push((path.clone(), fs::read_to_string(path).unwrap()));
                }
            }
        }
        found.sort();
        found
    }

    #[test]
    fn whichever_file_cannot_be_put_into_its_place_all_are_the_old_ones() {
        let names = ["a", "b/new", "c", "d"];
        let files: Vec<File> = names.iter().map(|name| file(name, "new")).collect();
        let files: Vec<&File> = files.iter().collect();
        for (bad, name) in names.iter().enumerate() {
            let root = tempfile::tempdir().unwrap();
            let folder = tempfile::tempdir_in(root.path()).unwrap();
            for old in ["a", "c", "d"] {
                fs::write(root.path().join(old), "old").unwrap();
            }
            let before = tree(root.path());
            let staged = Staged { root: root.path(), folder: folder.path(), files: &files };
            staged.fill().unwrap();
            fs::remove_file(staged.staged(bad)).unwrap();
            let error = staged.install().unwrap_err().to_string();
            assert!(error.contains(name) && error.contains("all files are the old ones"), "{error}");
            drop(folder);
            assert_eq!(tree(root.path()), before, "{bad}");
        }
    }

    #[test]
    fn a_folder_in_the_place_of_a_file_is_an_error_that_changes_nothing() {
        for bad in ["a", "b"] {
            let root = tempfile::tempdir().unwrap();
            fs::create_dir(root.path().join(STAGING_FOLDER)).unwrap();
            fs::create_dir(root.path().join(bad)).unwrap();
            fs::write(root.path().join(bad).join("kept"), "kept").unwrap();
            let before = tree(root.path());
            let error = write(root.path(), &[file("a", "new"), file("b", "new")]).unwrap_err().to_string();
            assert!(error.contains(&format!("--> {bad}")), "{error}");
            assert_eq!(tree(root.path()), before);
            assert_eq!(fs::read_dir(root.path().join(STAGING_FOLDER)).unwrap().count(), 0);
        }
    }
}
