//! Programs that use the SDK run under valgrind, which leak checks and callgrind need. It is a program of
//! its own, because it runs itself under valgrind.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../../xtask/src/skipped.rs"]
mod skipped;

use std::path::Path;
use std::process::{Command, Stdio};

use bigid_auth_ext::BigIdClient;

/// The program: one call with the clock of the operating system.
#[tokio::test]
async fn one_call_succeeds() {
    let sandbox = bigid_witness::sandbox().data_sources(3).start().await.unwrap();
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).build().unwrap();
    client.list_data_sources().send().await.unwrap();
}

#[test]
fn one_call_succeeds_under_valgrind() {
    let found = Command::new("valgrind").arg("--version").stdout(Stdio::null()).status();
    let found = found.map_err(|_| "valgrind is missing (apt-get install valgrind)");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    if skipped::unless_missing(target, found).is_none() {
        return;
    }
    let run = Command::new("valgrind")
        .args(["--quiet", "--error-exitcode=9", "--leak-check=no"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "one_call_succeeds", "--test-threads=1"])
        .output()
        .unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
}
