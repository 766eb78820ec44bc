//! The sandbox as a program, because xtask depends on no other crate of the workspace.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Stdio};

use anyhow::Context as _;
use serde_json::Value;

use crate::programs;

/// A running sandbox, stopped on drop, and the values that it printed at its start.
pub(super) struct Sandbox {
    child: Child,
    /// Kept open: if it were closed, the sandbox's writes would fail.
    _stderr: BufReader<ChildStderr>,
    pub(super) base_url: String,
    pub(super) user_token: String,
    pub(super) username: String,
    pub(super) password: String,
    pub(super) service_token: String,
}

impl Sandbox {
    pub(super) fn start(root: &Path, profile: &str) -> anyhow::Result<Self> {
        Self::start_with(root, profile, &[])
    }

    /// With more arguments of the program.
    pub(super) fn start_with(root: &Path, profile: &str, more: &[&str]) -> anyhow::Result<Self> {
        let mut child = programs::binary(root, "bigid-sandbox")?
            .args(["--port", "0", "--profile", profile])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let stdout = BufReader::new(child.stdout.take().context("the sandbox has no output")?);
        let stderr = BufReader::new(child.stderr.take().context("the sandbox has no error output")?);
        let mut sandbox = Self {
            child,
            _stderr: stderr,
            base_url: String::new(),
            user_token: String::new(),
            username: String::new(),
            password: String::new(),
            service_token: String::new(),
        };
        let mut lines = sandbox._stderr.by_ref().lines().map_while(Result::ok);
        let credentials = lines.find_map(|line| line.strip_prefix("For /sessions: user name ").map(str::to_owned));
        let credentials = credentials.context("the sandbox ended before it named its user")?;
        let (username, password) = credentials.split_once(", password ").context("the sandbox names no password")?;
        (sandbox.username, sandbox.password) = (username.to_owned(), password.to_owned());
        let token = lines.find_map(|line| line.strip_prefix("For /token-exchange: service token ").map(str::to_owned));
        sandbox.service_token = token.context("the sandbox ended before it named its service token")?;
        let mut lines = stdout.lines().map_while(Result::ok);
        for (name, value) in [("BIGID_BASE_URL", &mut sandbox.base_url), ("BIGID_USER_TOKEN", &mut sandbox.user_token)]
        {
            let line = lines.next().with_context(|| format!("the sandbox ended before it named {name}"))?;
            let quoted = line.strip_prefix(&format!("export {name}='")).and_then(|rest| rest.strip_suffix('\''));
            *value = quoted.with_context(|| format!("the sandbox names no {name}"))?.to_owned();
        }
        Ok(sandbox)
    }

    /// A request without a body: the status and the body of the response.
    pub(super) fn send(&self, method: &str, path: &str, authorization: &str) -> anyhow::Result<(u16, String)> {
        self.send_text(method, path, authorization, "")
    }

    /// A request with a body, unless it is null.
    pub(super) fn send_json(
        &self,
        method: &str,
        path: &str,
        authorization: &str,
        body: &Value,
    ) -> anyhow::Result<(u16, String)> {
        self.send_text(method, path, authorization, &if body.is_null() { String::new() } else { body.to_string() })
    }

    fn send_text(&self, method: &str, path: &str, authorization: &str, body: &str) -> anyhow::Result<(u16, String)> {
        let (host, base) =
            self.base_url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).unwrap_or_default();
        let mut stream = TcpStream::connect(host)?;
        let length = body.len();
        let fields = format!(
            "host: {host}\r\nauthorization: {authorization}\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\nconnection: close"
        );
        stream.write_all(format!("{method} /{base}{path} HTTP/1.1\r\n{fields}\r\n\r\n{body}").as_bytes())?;
        let mut response = String::new();
        stream.read_to_string(&mut response)?;
        let (head, body) = response.split_once("\r\n\r\n").context("the sandbox's response has no end of head")?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Ok((status.context("the sandbox's response has no status")?, body.to_owned()))
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
