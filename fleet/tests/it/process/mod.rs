//! A process of the fleet, as its parent sees it.
#![allow(unreachable_pub, reason = "a module of a test")]

mod redis;
pub use redis::Redis;

use std::path::Path;
use std::process::Stdio;

use bigid_sandbox::Sandbox;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// The number of processes of a scenario: `FLEET_PROCESSES`, or a few by default.
pub fn processes(few: usize) -> usize {
    std::env::var("FLEET_PROCESSES").ok().and_then(|number| number.parse().ok()).unwrap_or(few)
}

/// Whether the scenarios that take half a minute run.
pub fn is_long() -> bool {
    std::env::var_os("FLEET_PROCESSES").is_some()
}

#[derive(Debug)]
pub struct Process {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

/// A process's report on a command.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said {
    pub calls: u64,
    pub failed: u64,
    pub slowest: u64,
    pub exchanges: u64,
    pub adopted: u64,
    pub store_failures: u64,
    pub failed_last: u64,
}

impl Said {
    /// The sum of all reports.
    pub fn sum(all: &[Self]) -> Self {
        all.iter().fold(Self::default(), |sum, one| Self {
            calls: sum.calls + one.calls,
            failed: sum.failed + one.failed,
            slowest: sum.slowest.max(one.slowest),
            exchanges: sum.exchanges + one.exchanges,
            adopted: sum.adopted + one.adopted,
            store_failures: sum.store_failures + one.store_failures,
            failed_last: sum.failed_last.max(one.failed_last),
        })
    }
}

impl Process {
    pub fn start(sandbox: &Sandbox, store: &str) -> Self {
        Self::start_as(Command::new(env!("CARGO_BIN_EXE_fleet")), sandbox, store)
    }

    /// Starts a process whose system trusts only this authority.
    pub fn start_trusting(authority: &Path, sandbox: &Sandbox, store: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fleet"));
        command.env("SSL_CERT_FILE", authority).env_remove("SSL_CERT_DIR");
        Self::start_as(command, sandbox, store)
    }

    /// Starts a process that cannot write to any file, as on a full disk.
    pub fn start_on_a_full_disk(sandbox: &Sandbox, store: &str) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\"", env!("CARGO_BIN_EXE_fleet")]);
        Self::start_as(command, sandbox, store)
    }

    /// Saves a session in a folder over and over.
    pub fn churn(sandbox: &Sandbox, folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fleet"));
        command.arg("churn").arg(folder);
        Self::start_as(command, sandbox, "file")
    }

    /// Waits for this line.
    pub async fn says(&mut self, line: &str) {
        assert_eq!(self.output.next_line().await.unwrap().as_deref(), Some(line));
    }

    fn start_as(mut command: Command, sandbox: &Sandbox, store: &str) -> Self {
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("BIGID_")) {
            command.env_remove(name);
        }
        let mut child = command
            .env("BIGID_BASE_URL", sandbox.base_url())
            .env("BIGID_USER_TOKEN", sandbox.user_token())
            .env("BIGID_SESSION_STORE", store)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(if std::env::var_os("FLEET_STDERR").is_some() { Stdio::inherit() } else { Stdio::null() })
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { input: child.stdin.take().unwrap(), output, child }
    }

    pub async fn ready(&mut self) {
        self.says("ready").await;
    }

    pub async fn tell(&mut self, line: &str) {
        self.input.write_all(format!("{line}\n").as_bytes()).await.unwrap();
        self.input.flush().await.unwrap();
    }

    /// The report on the previous command.
    pub async fn hear(&mut self) -> Said {
        let line = self.output.next_line().await.unwrap().unwrap();
        let numbers: Vec<u64> = line.split(' ').map(|number| number.parse().unwrap()).collect();
        let [calls, failed, slowest, exchanges, adopted, store_failures, failed_last] = numbers[..] else {
            panic!("{line}")
        };
        Said { calls, failed, slowest, exchanges, adopted, store_failures, failed_last }
    }

    pub async fn say(&mut self, line: &str) -> Said {
        self.tell(line).await;
        self.hear().await
    }

    pub fn signal(&self, signal: Signal) {
        kill(pid(&self.child), signal).unwrap();
    }

    /// Kills it with SIGKILL, and waits until it is gone.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}

/// A fleet of processes that have started and done nothing yet.
pub async fn start(count: usize, sandbox: &Sandbox, store: &str) -> Vec<Process> {
    let mut fleet: Vec<Process> = (0..count).map(|_| Process::start(sandbox, store)).collect();
    for process in &mut fleet {
        process.ready().await;
    }
    fleet
}

/// Sends a command to all processes before reading any report.
pub async fn say(fleet: &mut [Process], line: &str) -> Vec<Said> {
    tell(fleet, line).await;
    hear(fleet).await
}

pub async fn tell(fleet: &mut [Process], line: &str) {
    for process in fleet.iter_mut() {
        process.tell(line).await;
    }
}

pub async fn hear(fleet: &mut [Process]) -> Vec<Said> {
    let mut said = Vec::new();
    for process in fleet.iter_mut() {
        said.push(process.hear().await);
    }
    said
}

fn pid(child: &Child) -> Pid {
    Pid::from_raw(i32::try_from(child.id().unwrap()).unwrap())
}
