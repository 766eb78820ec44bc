//! The destination of the output: stdout, or a file that appears when it is complete.

use std::fs;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use clap::ArgMatches;

use crate::failure::{Failure, Outcome};

/// The destination of the output.
pub(crate) enum Sink {
    Stdout {
        out: BufWriter<io::Stdout>,
        is_terminal: bool,
    },
    /// A file that appears under its name when it is complete.
    File {
        out: BufWriter<tempfile::NamedTempFile>,
        path: PathBuf,
    },
}

impl Sink {
    pub(crate) fn of(matches: &ArgMatches) -> Outcome<Self> {
        match matches.get_one::<PathBuf>("to").filter(|path| path.as_os_str() != "-") {
            Some(path) => {
                let out = BufWriter::new(staged(path)?);
                Ok(Self::File { out, path: path.clone() })
            }
            None => Ok(Self::stdout()),
        }
    }

    pub(crate) fn stdout() -> Self {
        let out = io::stdout();
        let is_terminal = out.is_terminal();
        Self::Stdout { out: BufWriter::new(out), is_terminal }
    }

    pub(crate) fn is_terminal(&self) -> bool {
        matches!(self, Self::Stdout { is_terminal: true, .. })
    }

    /// Flushes the output, and moves a file to its final name.
    pub(crate) fn finish(self) -> Outcome {
        match self {
            Self::Stdout { mut out, .. } => Ok(out.flush()?),
            Self::File { out, path } => {
                let file = out.into_inner().map_err(|error| Failure::file(&path, error.error()))?;
                persist(file, &path)
            }
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout { out, .. } => out.write(bytes),
            Self::File { out, .. } => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout { out, .. } => out.flush(),
            Self::File { out, .. } => out.flush(),
        }
    }
}

/// A temporary file next to the final path, which disappears unless it is persisted.
pub(crate) fn staged(path: &Path) -> Outcome<tempfile::NamedTempFile> {
    if path.is_dir() {
        return Err(Failure::usage(format!("{} is a folder; give the path of a file", path.display())));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    tempfile::NamedTempFile::new_in(folder).map_err(|error| Failure::file(folder, &error))
}

/// Moves a staged file to its final name.
pub(crate) fn persist(file: tempfile::NamedTempFile, path: &Path) -> Outcome {
    if let Ok(old) = fs::metadata(path) {
        // It replaces a file, and keeps the permissions of that file.
        let _ = file.as_file().set_permissions(old.permissions());
    }
    file.persist(path).map(drop).map_err(|error| Failure::file(path, &error.error))
}
