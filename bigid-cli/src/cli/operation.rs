//! An operation as a command: its parameters, its body, and the options of every operation.

use clap::{Arg, ArgAction, value_parser};

use super::first_sentence;
use super::output::{output, unformatted};
use crate::command::{Body, Command, Field, Kind, Location, Parameter};

/// One operation.
pub(crate) fn operation(command: &'static Command) -> clap::Command {
    let Command { operation, .. } = command;
    let mut about = command.summary.to_owned();
    if command.deprecated {
        about += " (deprecated)";
    }
    let mut long = format!("{about}.");
    if !command.description.is_empty() {
        long += &format!("\n\n{}", command.description);
    }
    long += &format!("\n\n{} {}", operation.method, operation.path);
    let mut clap = clap::Command::new(command.verb).about(about).long_about(long);
    clap = clap.args(command.parameters.iter().map(parameter));
    if let Some(body) = &command.body {
        clap = clap
            .arg(body_arg("The body: JSON, @FILE, or - for stdin"))
            .arg(field_arg())
            .after_long_help(body_help(body));
    }
    if let Some(upload) = &command.upload {
        let help = if upload.help.is_empty() { "The file to send" } else { upload.help };
        clap = clap.arg(
            Arg::new("file")
                .long("file")
                .value_name("PATH")
                .required(true)
                .value_parser(value_parser!(std::path::PathBuf))
                .help(help),
        );
    }
    if command.list.is_some() && !command.has_flag("limit") {
        clap = clap.arg(
            Arg::new("limit")
                .long("limit")
                .value_name("N")
                .value_parser(value_parser!(u64))
                .help("Stop after N records [default: all]"),
        );
    }
    if operation.paging.is_some() {
        clap = clap.arg(
            Arg::new("page-size")
                .long("page-size")
                .value_name("N")
                .value_parser(value_parser!(u32).range(1..))
                .help("How many records to request at a time"),
        );
    }
    if command.starts_a_job() {
        clap = clap.args(wait());
    }
    if operation.streams { clap.args(unformatted()) } else { clap.args(output()) }
}

fn parameter(parameter: &'static Parameter) -> Arg {
    let mut help = parameter.help.to_owned();
    if !parameter.values.is_empty() {
        help += &format!(" Known values: {}.", parameter.values.join(", "));
    }
    let arg = Arg::new(parameter.flag).help(first_sentence(&help)).long_help(help.clone()).required(parameter.required);
    if parameter.location == Location::Path {
        return arg.value_name(parameter.flag.to_uppercase()).value_parser(of_kind(parameter.kind));
    }
    let arg = arg.long(parameter.flag).value_name(value_name(parameter.kind)).value_parser(of_kind(parameter.kind));
    match parameter.kind {
        Kind::Boolean => arg.num_args(0..=1).require_equals(true).default_missing_value("true"),
        Kind::Texts | Kind::List => arg.action(ArgAction::Append),
        _ => arg.allow_negative_numbers(true),
    }
}

/// Every value is sent as text; its type is checked before anything is sent.
fn of_kind(kind: Kind) -> clap::builder::ValueParser {
    match kind {
        Kind::Integer => (|text: &str| text.parse::<i64>().map(|_| text.to_owned())).into(),
        Kind::Number => (|text: &str| text.parse::<serde_json::Number>().map(|_| text.to_owned())).into(),
        Kind::Boolean => (|text: &str| match text {
            "true" | "false" => Ok(text.to_owned()),
            _ => Err("it must be true or false"),
        })
        .into(),
        _ => value_parser!(String),
    }
}

fn value_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer => "N",
        Kind::Number => "NUMBER",
        Kind::Boolean => "true|false",
        Kind::Object | Kind::Any => "JSON",
        _ => "TEXT",
    }
}

pub(super) fn body_arg(help: &'static str) -> Arg {
    Arg::new("body").long("body").value_name("BODY").allow_hyphen_values(true).help(help)
}

fn field_arg() -> Arg {
    Arg::new("field")
        .long("field")
        .short('f')
        .value_name("NAME=VALUE")
        .action(ArgAction::Append)
        .help("Set a field of the body: NAME=VALUE, NAME=@FILE, or NAME:=JSON; a dot selects a member of an object")
}

fn body_help(body: &Body) -> String {
    let mut text = "Body".to_owned();
    if !body.help.is_empty() {
        text += &format!(": {}", body.help);
    }
    if body.fields.is_empty() {
        return text + "\n  Any fields: the contract does not name them.";
    }
    for Field { name, kind, required, help } in body.fields {
        let required = if *required { ", required" } else { "" };
        text += &format!("\n  {name} ({}{required})  {help}", kind.name());
    }
    text
}

/// The options of a command that starts a job.
fn wait() -> [Arg; 2] {
    [
        Arg::new("wait")
            .long("wait")
            .action(ArgAction::SetTrue)
            .help("Print the response, then wait until the scan has ended: exit code 1 if it failed"),
        Arg::new("wait-timeout")
            .long("wait-timeout")
            .value_name("SECONDS")
            .value_parser(value_parser!(u64).range(1..))
            .requires("wait")
            .help("Stop waiting after this time, with exit code 5 [default: a day]"),
    ]
}
