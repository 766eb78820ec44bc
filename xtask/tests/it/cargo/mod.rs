//! What cargo says about this workspace.

use std::env;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Runs cargo offline in this workspace and returns its output.
pub(crate) fn output(words: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo).args(words).arg("--offline").current_dir(root).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// `cargo metadata`, with these options.
pub(crate) fn metadata(options: &[&str]) -> Value {
    let words = [&["metadata", "--format-version", "1"], options].concat();
    serde_json::from_str(&output(&words)).unwrap()
}
