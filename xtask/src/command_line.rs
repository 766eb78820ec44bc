//! What a command says of arguments that it cannot read.

use std::process::ExitCode;

/// Prints the error and how the command is written. The exit code of such an error is 2.
pub(crate) fn refuse(error: &lexopt::Error, usage: &str) -> ExitCode {
    eprintln!("error: {error}\n\nusage: {usage}");
    ExitCode::from(2)
}
