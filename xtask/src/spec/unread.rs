//! Reports unused files below `spec/`, so that none is ignored silently.

use std::fs;
use std::path::Path;

use super::{CONTRACT, Diagnostic, Diagnostics};

/// The folders that hold documents.
const FOLDERS: [&str; 3] = ["upstream", "domains", "overlays"];

/// The other entries of `spec/`.
const OTHERS: [&str; 2] = ["README.md", "coverage.json"];

/// Lists the unused files.
pub(super) fn find(root: &Path, found: &mut Diagnostics) {
    let spec = root.join("spec");
    for (name, is_folder) in entries(&spec) {
        // `regen` takes care of the contract, and of the leftovers of a stopped run next to it.
        let known = if is_folder { FOLDERS.contains(&name.as_str()) } else { OTHERS.contains(&name.as_str()) };
        if !known && !name.starts_with(CONTRACT) {
            found.push(unread(&format!("spec/{name}"), is_folder));
        }
    }
    for folder in FOLDERS {
        for (name, is_folder) in entries(&spec.join(folder)) {
            if is_folder || !(name.ends_with(".yaml") || name.ends_with(".json")) {
                found.push(unread(&format!("spec/{folder}/{name}"), is_folder));
            }
        }
    }
}

fn unread(name: &str, is_folder: bool) -> Diagnostic {
    let what = if is_folder { "a folder" } else { "a file" };
    Diagnostic::new(format!("{what} that is not read")).file(name).line(Some(1)).help(
        "documents are files that end in .yaml or .json, directly below spec/upstream, spec/domains or spec/overlays",
    )
}

/// The names in a folder, and whether each is a folder; hidden files are not documents.
fn entries(folder: &Path) -> Vec<(String, bool)> {
    let all = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut entries: Vec<(String, bool)> =
        all.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path().is_dir())).collect();
    entries.retain(|(name, _)| !name.starts_with('.'));
    entries.sort();
    entries
}
