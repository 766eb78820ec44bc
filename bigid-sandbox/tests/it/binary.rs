//! The program, started as from a shell.

use std::error::Error;
use std::process::Stdio;

use bigid_sandbox::Sandbox;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::common;
use crate::common::TestResult;

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bigid-sandbox"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Starts it and reads its two `export` lines.
async fn started(arguments: &[&str]) -> Result<(Child, String, String), Box<dyn Error>> {
    let mut child = program(arguments).spawn()?;
    let mut lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
    let mut value = async |name: &str| -> Result<String, Box<dyn Error>> {
        let line = lines.next_line().await?.ok_or("no line")?;
        let value = line.strip_prefix(&format!("export {name}='")).and_then(|rest| rest.strip_suffix('\''));
        Ok(value.ok_or(format!("no {name}"))?.to_owned())
    };
    let (base, token) = (value("BIGID_BASE_URL").await?, value("BIGID_USER_TOKEN").await?);
    Ok((child, base, token))
}

#[tokio::test]
async fn it_prints_what_a_client_needs_and_serves_what_was_asked_for() -> TestResult {
    let (_child, base, token) = started(&["--port", "0", "--profile", "deployed-2023", "--data-sources", "30"]).await?;
    let http = common::http()?;
    let response = http.get(format!("{base}/refresh-access-token")).header("authorization", token).send().await?;
    assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
    let session: Value = serde_json::from_str(&response.text().await?)?;
    let session = session["systemToken"].as_str().ok_or("no session")?;
    let page = http.get(format!("{base}/ds-connections?limit=1")).header("authorization", session).send().await?;
    assert!(page.text().await?.contains("\"totalCount\":30"));
    Ok(())
}

#[tokio::test]
async fn the_address_of_the_console_is_printed_where_it_is_asked_for() -> TestResult {
    let (mut child, base, _) = started(&["--port", "0", "--console"]).await?;
    let url = base.replace("/api/v1", "/console");
    let mut lines = BufReader::new(child.stderr.take().ok_or("no stderr")?).lines();
    while lines.next_line().await?.ok_or("the address is not printed")? != format!("The console: {url}") {}
    assert_eq!(common::http()?.get(url).send().await?.status(), 200);
    Ok(())
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupt_ends_it_cleanly() -> TestResult {
    for signal in ["-INT", "-TERM"] {
        let (mut child, ..) = started(&["--port", "0"]).await?;
        let id = child.id().ok_or("already over")?.to_string();
        assert!(Command::new("kill").args([signal, &id]).status().await?.success());
        assert_eq!(child.wait().await?.code(), Some(0));
        let mut errors = String::new();
        child.stderr.take().ok_or("no stderr")?.read_to_string(&mut errors).await?;
        assert!(errors.contains("press Ctrl-C to stop it") && !errors.contains("panicked"), "{errors}");
    }
    Ok(())
}

#[tokio::test]
async fn a_taken_port_is_exit_1_and_names_the_port() -> TestResult {
    let sandbox = Sandbox::start().await?;
    let port = sandbox.address().port().to_string();
    let output = program(&["--port", &port]).output().await?;
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr)?;
    assert_eq!(errors, format!("bigid-sandbox: port {port} is taken; choose another one, or 0 for any free port\n"));
    assert!(output.stdout.is_empty());
    Ok(())
}

#[tokio::test]
async fn arguments_that_make_no_sense_are_exit_2() -> TestResult {
    for arguments in [["--port", "many"], ["--profile", "7x"], ["--colour", "red"], ["--fault", "every=503:0"]] {
        let output = program(&arguments).output().await?;
        assert_eq!(output.status.code(), Some(2));
        let errors = String::from_utf8(output.stderr)?;
        assert!(errors.starts_with("bigid-sandbox: ") && errors.ends_with("Try --help.\n"), "{errors}");
        assert!(errors.contains(arguments[0]), "{errors}");
        assert!(output.stdout.is_empty());
    }
    Ok(())
}

#[tokio::test]
async fn help_and_version_are_exit_0_on_standard_output() -> TestResult {
    for (argument, expected) in [("--help", "Usage: bigid-sandbox"), ("--version", env!("CARGO_PKG_VERSION"))] {
        let output = program(&[argument]).output().await?;
        assert_eq!(output.status.code(), Some(0));
        assert!(String::from_utf8(output.stdout)?.contains(expected));
        assert!(output.stderr.is_empty());
    }
    Ok(())
}

#[tokio::test]
async fn faults_on_the_command_line_break_what_they_name_as_often_as_they_say() -> TestResult {
    let (_child, base, token) =
        started(&["--port", "0", "--fault", "exchange=503:2", "--fault", "list_users=reset"]).await?;
    let http = common::http()?;
    let exchange = || http.get(format!("{base}/refresh-access-token")).header("authorization", &token).send();
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(exchange().await?.status().as_u16());
    }
    assert_eq!(statuses, [503, 503, 200]);
    for _ in 0..2 {
        assert!(http.get(format!("{base}/access-management/users")).send().await.is_err());
    }
    Ok(())
}

#[tokio::test]
async fn a_fault_that_there_is_not_is_exit_2_and_says_which_there_are() -> TestResult {
    for (fault, said) in [
        ("x", "OPERATION=KIND"),
        ("no_such=503", "no_such"),
        ("exchange=melt", "latency-<ms>"),
        ("every=999", "200 to 599"),
    ] {
        let output = program(&["--fault", fault]).output().await?;
        assert_eq!(output.status.code(), Some(2), "{fault}");
        let errors = String::from_utf8(output.stderr)?;
        assert!(errors.contains(said), "{errors}");
    }
    Ok(())
}

#[tokio::test]
async fn the_contract_is_printed_as_openapi() -> TestResult {
    let output = program(&["--export-openapi"]).output().await?;
    let contract: Value = serde_json::from_slice(&output.stdout)?;
    assert!(contract["openapi"].as_str().is_some_and(|version| version.starts_with("3.0")));
    assert!(contract["paths"]["/ds-connections"]["get"]["operationId"].is_string());
    Ok(())
}
