//! Where this program is, for commands that run another of its commands.
//!
//! cargo may replace the file while the program runs, and the operating system then calls it deleted. What is at its
//! place has the same source.

use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use anyhow::Context as _;

static PATH: LazyLock<Option<PathBuf>> = LazyLock::new(|| env::current_exe().ok());

/// Looks for the program before cargo can replace it.
pub(crate) fn find() {
    LazyLock::force(&PATH);
}

/// A command that runs this program.
pub(crate) fn command() -> anyhow::Result<Command> {
    PATH.as_ref().map(Command::new).context("this program cannot find itself")
}
