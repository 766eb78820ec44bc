//! Writing many files so that a stop half-way leaves each of them whole.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use similar::TextDiff;

/// A file to be, relative to the checkout.
pub(super) struct File {
    pub(super) name: String,
    pub(super) text: String,
}

/// How many lines of a diff a person reads before running the command that it ends with.
const DIFF_LINES: usize = 80;

/// Writes the files that differ, all beside their places first, then each into its place in the order given.
pub(super) fn write(root: &Path, files: &[File]) -> anyhow::Result<Vec<String>> {
    let changed: Vec<&File> = files.iter().filter(|file| current(root, file).as_deref() != Some(&file.text)).collect();
    let staged = |file: &File| root.join(format!("{}.new", file.name));
    let result = changed.iter().try_for_each(|file| {
        let path = staged(file);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut handle = fs::File::create(&path).with_context(|| format!("cannot write {}", file.name))?;
        handle.write_all(file.text.as_bytes())?;
        handle.sync_all().map_err(anyhow::Error::from)
    });
    let result = result.and_then(|()| {
        changed.iter().try_for_each(|file| {
            fs::rename(staged(file), root.join(&file.name))
                .with_context(|| format!("cannot put {} into its place", file.name))
        })
    });
    if result.is_err() {
        for file in &changed {
            let _ = fs::remove_file(staged(file));
        }
    }
    result.map(|()| changed.iter().map(|file| file.name.clone()).collect())
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
