//! Programs that use the SDK run under valgrind, which leak checks and callgrind need.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test fails by panicking, and a skipped one says so")]

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
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        assert!(std::env::var_os("REQUIRE_REFEREES").is_none(), "valgrind is missing, and REQUIRE_REFEREES is set");
        eprintln!("SKIPPED: valgrind is missing (apt-get install valgrind)");
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
