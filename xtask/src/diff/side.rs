//! One of the two contracts that are compared: a revision, a folder or a file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::revision;
use super::semver::Version;
use crate::model::Model;
use crate::spec::{CONTRACT, Diagnostic, Diagnostics, Layer, Layers, Source, violations};

/// A contract with everything that is compared.
pub(crate) struct Side {
    /// As the caller named it.
    pub(crate) name: String,
    /// The contract with its names in Rust.
    pub(crate) codegen: Value,
    pub(crate) model: Model,
    /// Documents and overlays, where there are any.
    pub(crate) layers: Option<Layers>,
    pub(crate) version: Option<Version>,
    /// What is not compared.
    pub(crate) warnings: Vec<String>,
}

impl Side {
    /// Reads the side that an argument names: a path if it exists, or else a git revision.
    ///
    /// # Errors
    /// A side that cannot be read, or a contract that the generator rejects.
    pub(crate) fn read(root: &Path, word: &str) -> anyhow::Result<Self> {
        let path = Path::new(word);
        if path.is_file() {
            return Self::file(root, word);
        }
        if path.is_dir() {
            return Self::folder(word, path);
        }
        let folder = tempfile::tempdir()?;
        revision::export(root, word, folder.path())?;
        Self::revision(word, folder.path())
    }

    /// A contract that has already been read.
    pub(crate) fn of(name: &str, codegen: Value) -> anyhow::Result<Self> {
        let model = Model::new(&codegen).map_err(|refused| {
            let found: Diagnostics = refused
                .into_iter()
                .map(|one| Diagnostic::new(one.message).file(name).pointer(one.pointer).help(one.help))
                .collect();
            anyhow::Error::new(found)
        })?;
        Ok(Self { name: name.to_owned(), codegen, model, layers: None, version: None, warnings: Vec::new() })
    }

    /// One document, with the Rust names that this checkout gives it.
    fn file(root: &Path, word: &str) -> anyhow::Result<Self> {
        let source = Source::parse(word, fs::read(word)?)?;
        let is_anchor = |key: &str| key.starts_with("x-") && source.is_anchor(key);
        let wrong = violations(&source.value, Layer::Codegen, &is_anchor);
        let wrong: Diagnostics =
            wrong.into_iter().map(|one| source.finding(&one.pointer, one.message).help(one.help)).collect();
        wrong.into_result()?;
        let codegen = match Layers::read(root) {
            Ok(layers) => layers.named(&source.value)?,
            Err(_) => source.value.clone(),
        };
        Self::of(word, codegen)
    }

    /// The contract that `regen` would make from a folder like `spec/`.
    fn folder(word: &str, path: &Path) -> anyhow::Result<Self> {
        let spec = if path.join("spec").is_dir() { path.join("spec") } else { path.to_owned() };
        let spec = spec.canonicalize().with_context(|| format!("{word} cannot be read"))?;
        let parent = spec.parent().map(Path::to_owned).unwrap_or_default();
        let (layers, manifest) = if spec.ends_with("spec") {
            (Layers::read(&parent)?, fs::read_to_string(parent.join("Cargo.toml")).ok())
        } else {
            let copy = tempfile::tempdir()?;
            copy_folder(&spec, &copy.path().join("spec"))?;
            (Layers::read(copy.path())?, None)
        };
        let wrong = violations(&layers.codegen, Layer::Codegen, &|_| false);
        if let Some(first) = wrong.first() {
            bail!("{word}: {} at #{}\n  help: {}", first.message, first.pointer, first.help);
        }
        let mut side = Self::of(word, layers.codegen.clone())?;
        side.version = manifest.as_deref().and_then(Version::of_workspace);
        side.layers = Some(layers);
        Ok(side)
    }

    /// The contract that was generated at a revision. It was valid by the rules of that revision, which may differ from
    /// today's.
    fn revision(word: &str, folder: &Path) -> anyhow::Result<Self> {
        let contract = folder.join("spec").join(CONTRACT);
        let contract: Value = match fs::read(&contract) {
            Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| format!("{CONTRACT} of {word}"))?,
            Err(_) => Layers::read(folder)?.contract,
        };
        let layers = Layers::read(folder);
        let codegen = match &layers {
            Ok(layers) => layers.named(&contract)?,
            Err(_) => contract,
        };
        let wrong = violations(&codegen, Layer::Codegen, &|_| false);
        let mut side = Self::of(word, codegen)?;
        side.warnings =
            wrong.iter().map(|one| format!("{word}: {} (#{}); it is not compared", one.message, one.pointer)).collect();
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).ok();
        side.version = manifest.as_deref().and_then(Version::of_workspace);
        side.layers = layers.ok();
        Ok(side)
    }
}

fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    let mut open: Vec<(PathBuf, PathBuf)> = vec![(from.to_owned(), to.to_owned())];
    while let Some((from, to)) = open.pop() {
        for entry in fs::read_dir(&from)? {
            let entry = entry?;
            let (source, target) = (entry.path(), to.join(entry.file_name()));
            if source.is_dir() {
                fs::create_dir_all(&target)?;
                open.push((source, target));
            } else {
                fs::copy(&source, &target)?;
            }
        }
    }
    Ok(())
}
