//! `bigid`: every operation of the BigID API as a command. See README.md.

mod escape;

mod failure;

mod command;

mod nearest;

#[rustfmt::skip]
#[allow(non_upper_case_globals, reason = "a table has the name of its schema")]
mod generated {
    pub(crate) mod commands;
}

mod cli;

mod config;

mod connect;

mod body;

mod output;

#[cfg(feature = "jq")]
mod jq;

mod shown;

mod dry_run;

mod actions;

mod run;

use std::process::ExitCode;
use std::time::Duration;

use clap::ArgMatches;
use clap::error::ErrorKind;

use config::Config;
use connect::Target;
use failure::{Failure, Outcome};
use generated::commands::DOMAINS;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let matches = match cli::root().try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(error) => return refuse(&error, &arguments),
    };
    let as_json = matches.get_one::<String>("format-error").is_some_and(|format| format == "json");
    match dispatch(&matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => ExitCode::from(failure.report(as_json)),
    }
}

/// Prints help, the version, or clap's error.
fn refuse(error: &clap::Error, arguments: &[std::ffi::OsString]) -> ExitCode {
    let is_help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let wants_json = arguments.windows(2).any(|pair| pair[0] == "--format-error" && pair[1] == "json")
        || arguments.iter().any(|argument| argument == "--format-error=json");
    if !is_help && wants_json {
        let text = error.render().to_string();
        let first = text.lines().next().unwrap_or_default();
        return ExitCode::from(Failure::usage(first.trim_start_matches("error: ")).report(true));
    }
    // A closed pipe is not a failure.
    let _ = error.print();
    ExitCode::from(if is_help { 0 } else { 2 })
}

fn dispatch(matches: &ArgMatches) -> Outcome {
    let Some((name, of_command)) = matches.subcommand() else { return Err(Failure::usage("a command is missing")) };
    match name {
        "completions" => return actions::completions(of_command),
        "man" => return actions::man(of_command),
        "fields" => return actions::fields(of_command),
        _ => {}
    }
    let target = target(matches)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        match name {
            "login" => actions::login(&target, of_command).await,
            "logout" => actions::logout(&target),
            "profiles" => actions::profiles(&target),
            "whoami" => actions::whoami(&target, of_command).await,
            "token" => actions::token(&target).await,
            "api" => actions::api(&target, of_command).await,
            "cases" if of_command.subcommand_name() == Some("close") => {
                actions::close(&target, of_command.subcommand_matches("close").unwrap_or(of_command)).await
            }
            _ => operation(name, &target, of_command).await,
        }
    });
    // Does not wait for blocking tasks, such as a read of stdin.
    runtime.shutdown_background();
    outcome
}

async fn operation(domain: &str, target: &Target, matches: &ArgMatches) -> Outcome {
    let domain = DOMAINS.iter().find(|known| known.name == domain);
    let found = domain.zip(matches.subcommand()).and_then(|(domain, (verb, matches))| {
        Some((domain.commands.iter().find(|command| command.verb == verb)?, matches))
    });
    match found {
        Some((command, matches)) => run::run(command, target, matches).await,
        None => Err(Failure::usage("unknown command")),
    }
}

fn target(matches: &ArgMatches) -> Outcome<Target> {
    let (_, deepest) =
        std::iter::successors(Some(("", matches)), |(_, matches)| matches.subcommand()).last().unwrap_or(("", matches));
    let named = deepest.get_one::<String>("profile").cloned();
    Ok(Target {
        config: Config::new(std::env::vars_os().collect(), named)?,
        sandbox: deepest.get_flag("sandbox"),
        no_retry: deepest.get_flag("no-retry"),
        timeout: deepest.get_one::<u64>("timeout").map(|seconds| Duration::from_secs(*seconds)),
    })
}
