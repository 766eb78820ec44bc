//! Runs a sandbox on a loopback port.

mod arguments;

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use bigid_sandbox::Sandbox;

use arguments::{Arguments, Authority, HELP, Wanted};

fn main() -> ExitCode {
    let arguments = match arguments::parse(std::env::args_os().skip(1)) {
        Ok(Wanted::Help) => return say(&mut io::stdout(), HELP),
        Ok(Wanted::Version) => {
            return say(&mut io::stdout(), concat!("bigid-sandbox ", env!("CARGO_PKG_VERSION"), "\n"));
        }
        Ok(Wanted::OpenApi) => return say(&mut io::stdout(), bigid_sandbox::openapi()),
        Ok(Wanted::Sandbox(arguments)) => *arguments,
        Err(error) => {
            say(&mut io::stderr(), &format!("bigid-sandbox: {error}\nTry --help.\n"));
            return ExitCode::from(USAGE);
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run(arguments))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&mut io::stderr(), &format!("bigid-sandbox: {error}\n"));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let stop = stop_signal()?;
    let sandbox = arguments.builder().start().await?;
    arguments.faults.into_iter().for_each(|fault| sandbox.script(fault));
    announce(&sandbox, arguments.tls.as_ref())?;
    stop.await;
    Ok(())
}

/// Prints output for the shell to standard output, and text for people to standard error.
fn announce(sandbox: &Sandbox, tls: Option<&Authority>) -> io::Result<()> {
    let address = sandbox.address();
    let mut stderr = io::stderr();
    writeln!(stderr, "A {} BigID on {address}; press Ctrl-C to stop it.", sandbox.profile())?;
    writeln!(stderr, "For /sessions: user name {}, password {}", sandbox.username(), sandbox.password())?;
    writeln!(stderr, "For /token-exchange: service token {}", sandbox.service_token())?;
    if !address.ip().is_loopback() {
        writeln!(stderr, "This is not loopback: anyone who can reach the port can use this sandbox, under any Host.")?;
    }
    if let Some(console) = sandbox.console_url() {
        writeln!(stderr, "The console: {console}")?;
    }
    show_authority(sandbox, tls)?;
    let mut stdout = io::stdout();
    writeln!(stdout, "export BIGID_BASE_URL='{}'", sandbox.base_url())?;
    writeln!(stdout, "export BIGID_USER_TOKEN='{}'", sandbox.user_token())?;
    stdout.flush()
}

/// Prints the certificate authority, or writes it to a file.
#[cfg(feature = "tls")]
fn show_authority(sandbox: &Sandbox, tls: Option<&Authority>) -> io::Result<()> {
    match (tls, sandbox.certificate_authority()) {
        (Some(Authority::File(path)), Some(pem)) => std::fs::write(path, pem)
            .map_err(|error| io::Error::new(error.kind(), format!("cannot write {}: {error}", path.display()))),
        (Some(Authority::Printed), Some(pem)) => writeln!(io::stderr(), "{pem}"),
        _ => Ok(()),
    }
}

/// Without TLS there is none.
#[cfg(not(feature = "tls"))]
fn show_authority(_: &Sandbox, _: Option<&Authority>) -> io::Result<()> {
    Ok(())
}

/// Completes on Ctrl-C, and on SIGTERM where the system has it.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Completes on Ctrl-C.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}

/// Writes text. A closed pipe is not an error.
fn say(to: &mut impl Write, text: &str) -> ExitCode {
    let _ = to.write_all(text.as_bytes());
    ExitCode::SUCCESS
}

/// The exit status for invalid arguments.
const USAGE: u8 = 2;
