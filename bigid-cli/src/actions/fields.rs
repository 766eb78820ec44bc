//! `bigid fields`: the parameters, body fields and record fields of a command.

use clap::{Arg, ArgAction, ArgMatches};
use serde_json::{Value, json};

use crate::cli;
use crate::command::{Command, Field, Kind, Location, field};
use crate::failure::{Failure, Outcome};
use crate::generated::commands::DOMAINS;
use crate::output::{Format, Printer, Sink};

/// Lists the parameters, the fields of the body, and the fields of the output.
pub(crate) fn fields(matches: &ArgMatches) -> Outcome {
    let text = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    let domain = DOMAINS.iter().find(|domain| domain.name == text("domain"));
    let domain =
        domain.ok_or_else(|| Failure::usage(format!("there is no domain `{}`; see `bigid --help`", text("domain"))))?;
    let rows = match domain.commands.iter().find(|command| command.verb == text("verb")) {
        Some(command) => rows(command),
        None if (domain.name, text("verb")) == ("cases", "close") => rows_of_close(),
        None => {
            let (domain, verb) = (domain.name, text("verb"));
            return Err(Failure::usage(format!("`{domain}` has no command `{verb}`; see `bigid {domain} --help`")));
        }
    };
    let columns = ["of", "name", "type", "required", "description"].map(str::to_owned);
    let mut printer =
        Printer::new(Sink::stdout(), Format::of(matches, true), matches, &[]).with_columns(columns.to_vec());
    for row in rows {
        printer.record((&row).into())?;
    }
    printer.finish()
}

fn rows(command: &'static Command) -> Vec<Value> {
    let parameters = command.parameters.iter().map(|parameter| {
        let name = if parameter.location == Location::Path {
            parameter.flag.to_uppercase()
        } else {
            format!("--{}", parameter.flag)
        };
        json!({
            "of": "arguments", "name": name, "type": parameter.kind.name(), "required": parameter.required,
            "description": parameter.help,
        })
    });
    // The body is described by its fields.
    let is_own = |arg: &Arg| {
        !command.has_flag(arg.get_id().as_str()) && !["body", "field"].iter().any(|name| arg.get_id() == name)
    };
    let own = own(&cli::operation(command), is_own);
    let body = command.body.iter().flat_map(|body| body.fields).map(of_field("body"));
    let of_record = if command.list.is_some() { "record" } else { "response" };
    // Fields of a response are never required.
    let record = command.record.iter().map(of_field(of_record)).map(|mut row| {
        row["required"] = false.into();
        row
    });
    parameters.chain(own).chain(body).chain(record).collect()
}

/// `cases close`, which is not an operation.
fn rows_of_close() -> Vec<Value> {
    let record = [
        field("id", Kind::Text, false, "The id of the case"),
        field("closed", Kind::Boolean, false, "Whether the case was closed"),
        field("error", Kind::Text, false, "Why it was not"),
    ];
    own(&cli::close(), |_| true).into_iter().chain(record.iter().map(of_field("record"))).collect()
}

/// The arguments of a command, except those of the output, which many commands share.
fn own(command: &clap::Command, is_own: impl Fn(&Arg) -> bool) -> Vec<Value> {
    let args = command.get_arguments().filter(|arg| arg.get_help_heading() != Some(cli::OUTPUT) && is_own(arg));
    let row = |arg: &Arg| {
        let id = arg.get_id().as_str();
        let name = arg.get_long().map_or_else(|| id.to_uppercase(), |long| format!("--{long}"));
        let value = arg.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str());
        let kind = match (arg.get_action(), value) {
            (ArgAction::SetTrue, _) => Kind::Boolean,
            (_, "N" | "SECONDS") => Kind::Integer,
            _ => Kind::Text,
        };
        let help = arg.get_help().map(ToString::to_string);
        json!({
            "of": "arguments", "name": name, "type": kind.name(), "required": arg.is_required_set(),
            "description": help.unwrap_or_default(),
        })
    };
    args.map(row).collect()
}

fn of_field(of: &'static str) -> impl Fn(&Field) -> Value {
    move |field| {
        json!({
            "of": of, "name": field.name, "type": field.kind.name(), "required": field.required, "description": field.help,
        })
    }
}
