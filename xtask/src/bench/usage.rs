//! What a program costs, with all that it starts.

use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};

use crate::this_program;

/// The subcommand that runs one program and prints its [`Usage`]. The system counts for all children of a process
/// together, so each measured program gets a parent of its own.
pub(crate) const CHILD: &str = "measure-program";

#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct Usage {
    /// CPU time of the program and all that it waited for: user and system.
    pub(super) cpu_seconds: f64,
    /// The most memory that one of these processes had.
    pub(super) peak_bytes: u64,
}

/// Runs a program without its standard output. Fails if the program does.
pub(super) fn of(command: &Command) -> anyhow::Result<Usage> {
    let mut child = this_program::command()?;
    child.arg(CHILD).arg(command.get_program()).args(command.get_args()).stderr(Stdio::inherit());
    for (name, value) in command.get_envs() {
        child.env(name, value.unwrap_or_default());
    }
    child.current_dir(command.get_current_dir().context("a measured program needs a folder")?);
    let output = child.output()?;
    ensure!(output.status.success(), "{command:?} failed");
    Ok(serde_json::from_slice(&output.stdout)?)
}

#[cfg(unix)]
pub(crate) fn child(words: &[String]) -> anyhow::Result<ExitCode> {
    use nix::sys::resource::{UsageWho, getrusage};
    let (program, arguments) = words.split_first().context("no program to measure")?;
    if !Command::new(program).args(arguments).stdout(Stdio::null()).status()?.success() {
        return Ok(ExitCode::FAILURE);
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds =
        [usage.user_time(), usage.system_time()].map(|time| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6);
    // Apple counts bytes, and everybody else KiB.
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    let peak_bytes = u64::try_from(usage.max_rss())? * unit;
    println!("{}", serde_json::to_string(&Usage { cpu_seconds: seconds.iter().sum(), peak_bytes })?);
    Ok(ExitCode::SUCCESS)
}

#[cfg(not(unix))]
pub(crate) fn child(_words: &[String]) -> anyhow::Result<ExitCode> {
    anyhow::bail!("the use of CPU and memory is only measured on Unix")
}
