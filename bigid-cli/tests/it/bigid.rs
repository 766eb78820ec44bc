//! A run of the program.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use bigid_sandbox::http::header::{CONTENT_TYPE, HeaderValue};
use bigid_sandbox::{Fault, ResponseTemplate, Sandbox};
use serde_json::Value;
use tempfile::TempDir;

/// The program with an empty environment and its own folders.
pub(crate) struct Bigid {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// The output and exit code of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Bigid {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// With the deployment and the user token of a sandbox.
    pub(crate) fn of(sandbox: &Sandbox) -> Self {
        Self::new().with("BIGID_BASE_URL", &sandbox.base_url()).with("BIGID_USER_TOKEN", &sandbox.user_token())
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bigid"));
        let store = format!("file:{}", self.folder().join("sessions").display());
        command
            .args(words)
            .env_clear()
            .env("BIGID_CONFIG_DIR", self.folder().join("config"))
            .env("BIGID_SESSION_STORE", store)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Ran {
        Ran::of(self.command(words))
    }

    pub(crate) fn run_with_stdin(&self, words: &[&str], stdin: &str) -> Ran {
        let mut command = self.command(words);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        match child.stdin.take().unwrap().write_all(stdin.as_bytes()) {
            // A rejected command ends without reading its input.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
            written => written.unwrap(),
        }
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    fn of(mut command: Command) -> Self {
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The output of a run that succeeded with nothing on stderr.
    pub(crate) fn ok(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.ok()).unwrap()
    }

    pub(crate) fn json_lines(self) -> Vec<Value> {
        self.ok().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The message of a run that failed with a code, and printed nothing else.
    pub(crate) fn failed(self, code: i32) -> String {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.err.starts_with("error: "), "{self:?}");
        self.err
    }
}

/// A login that does not use the keyring of this machine.
pub(crate) fn login(url: &str) -> Vec<&str> {
    let mut words = vec!["login", "--base-url", url];
    if cfg!(feature = "keyring") {
        words.push("--in-file");
    }
    words
}

/// A sandbox that the witness watches, in a runtime of the test: the sandbox has its own thread.
pub(crate) fn sandbox(change: impl FnOnce(bigid_sandbox::Builder) -> bigid_sandbox::Builder) -> Sandbox {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(change(bigid_witness::sandbox()).start()).unwrap()
}

/// A sandbox for requests that the contract does not describe.
pub(crate) fn unwatched() -> Sandbox {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Sandbox::builder().data_sources(3).start()).unwrap()
}

/// A custom response.
pub(crate) fn respond(status: u16, body: &Value) -> Fault {
    Fault::Response(ResponseTemplate::json(body).status(status.try_into().unwrap()))
}

/// A response with JSON that serde_json cannot represent.
pub(crate) fn respond_text(json: &str) -> Fault {
    Fault::Response(ResponseTemplate::csv(json).header(CONTENT_TYPE, HeaderValue::from_static("application/json")))
}
