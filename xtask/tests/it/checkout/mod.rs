//! A separate checkout for each test, with nothing in it but what the pipeline reads and writes.
#![allow(dead_code, reason = "each test uses its part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot write its files has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::referred::referred;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../");
pub(crate) const DOMAIN: &str = "spec/domains/data-sources.yaml";
pub(crate) const MANIFEST: &str = "bigid-api/src/generated/manifest.txt";
const CONTRACT: &str = "spec/bigid.openapi.json";

/// The folders that the pipeline reads.
const INPUTS: [&str; 3] = ["spec/upstream", "spec/domains", "spec/overlays"];

/// Removed when dropped.
pub(crate) struct Checkout(TempDir);

impl Checkout {
    /// All files of this checkout.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for part in INPUTS {
            fs::create_dir_all(folder.path().join(part)).unwrap();
            for entry in fs::read_dir(Path::new(ROOT).join(part)).unwrap() {
                let entry = entry.unwrap();
                fs::copy(entry.path(), folder.path().join(part).join(entry.file_name())).unwrap();
            }
        }
        let checkout = Self(folder);
        // It lists the sources of all evidence.
        for name in generated(Path::new(ROOT)).iter().map(String::as_str).chain(["spec/README.md"]) {
            fs::create_dir_all(checkout.path().join(name).parent().unwrap()).unwrap();
            checkout.write(name, &fs::read_to_string(Path::new(ROOT).join(name)).unwrap());
        }
        checkout
    }

    /// The domain of data sources and those that it refers to, for what does not depend on the whole contract: each
    /// generation takes seconds there.
    pub(crate) fn few() -> Self {
        let checkout = Self::new();
        let folder = checkout.path().join("spec/domains");
        for (name, is_needed) in referred(&folder, &["authentication.yaml", "data-sources.yaml", "shared.yaml"]) {
            if !is_needed {
                fs::remove_file(folder.join(name)).unwrap();
            }
        }
        checkout
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no `{from}`");
        self.write(name, &text.replacen(from, to, 1));
    }

    /// The program on this checkout, not yet started.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(words).arg("--root").arg(self.path()).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// The names of the generated files.
    pub(crate) fn generated_names(&self) -> Vec<String> {
        generated(self.path())
    }

    /// The text of each generated file.
    pub(crate) fn generated(&self) -> Vec<String> {
        self.generated_names().iter().map(|name| self.read(name)).collect()
    }

    /// Everything below the checkout, by name, except `target/`, where the lock is.
    pub(crate) fn files(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut open = vec![self.path().to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(self.path()).unwrap().to_string_lossy().into_owned();
                if path.is_dir() {
                    // An empty folder is something left over as well.
                    if fs::read_dir(&path).unwrap().next().is_none() {
                        found.insert(format!("{name}/"), String::new());
                    }
                    if name != "target" {
                        open.push(path);
                    }
                } else {
                    found.insert(name, fs::read_to_string(path).unwrap());
                }
            }
        }
        found
    }
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The generated files that the manifest of a checkout lists, and the manifest.
fn generated(root: &Path) -> Vec<String> {
    let manifest = fs::read_to_string(root.join(MANIFEST)).unwrap();
    let lines = manifest.lines().filter(|line| !line.starts_with('#'));
    let listed = lines.filter_map(|line| line.split_once(' ')).map(|(_, name)| name);
    let is_generated = |name: &&str| name.contains('/') && (!name.starts_with("spec/") || *name == CONTRACT);
    listed.filter(is_generated).chain([MANIFEST]).map(str::to_owned).collect()
}
