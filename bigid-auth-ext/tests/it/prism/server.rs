//! Prism as a child process: it serves a document, checks each request against it, and reports violations in
//! `sl-violations`.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;

#[path = "../../../../xtask/src/skipped.rs"]
mod skipped;

/// A running Prism, ended when it is dropped.
pub struct Prism {
    child: Child,
    /// `host:port`.
    pub address: String,
}

impl Prism {
    /// Serves a document of `spec/`; without Prism the caller's test is skipped, or fails where `REQUIRE_REFEREES` is
    /// set.
    #[track_caller]
    pub fn serve(document: &str) -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let program = root.join("target/referees/node_modules/@stoplight/prism-cli/dist/index.js");
        let installed = program.exists().then_some(()).ok_or("Prism is not installed (cargo xtask referee install)");
        skipped::unless_missing(Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?, installed)?;
        Some(Self::start(&program, &root.join("spec").join(document)))
    }

    fn start(program: &Path, document: &PathBuf) -> Self {
        let mut child = Command::new("node")
            .arg(program)
            .args(["mock", "--host", "127.0.0.1", "--port", "0"])
            .arg(document)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, receiver) = channel();
        // Prism writes a line or more for every request, and would stop at a full pipe.
        std::thread::spawn(move || {
            for line in stdout.lines() {
                let Ok(line) = line else { break };
                if let Some((_, address)) = line.split_once("listening on http://") {
                    let _ = sender.send(address.trim().to_owned());
                }
            }
        });
        // The sender is dropped when Prism ends, so the test does not wait if it could not start.
        let Ok(address) = receiver.recv() else {
            let _ = child.kill();
            panic!("Prism ended before it was listening: {:?}", child.wait());
        };
        Self { child, address }
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
