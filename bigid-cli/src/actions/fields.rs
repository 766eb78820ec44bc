//! `bigid fields`: the parameters, body fields and record fields of a command.

use clap::ArgMatches;
use serde_json::json;

use crate::command::{Command, Field, Location};
use crate::failure::{Failure, Outcome};
use crate::generated::commands::DOMAINS;
use crate::output::{Format, Printer, Sink};

/// Lists the parameters, the fields of the body, and the fields of the output.
pub(crate) fn fields(matches: &ArgMatches) -> Outcome {
    let text = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    let domain = DOMAINS.iter().find(|domain| domain.name == text("domain"));
    let domain =
        domain.ok_or_else(|| Failure::usage(format!("there is no domain `{}`; see `bigid --help`", text("domain"))))?;
    let command = domain.commands.iter().find(|command| command.verb == text("verb")).ok_or_else(|| {
        Failure::usage(format!("`{}` has no command `{}`; see `bigid {0} --help`", domain.name, text("verb")))
    })?;
    let columns = ["of", "name", "type", "required", "description"].map(str::to_owned);
    let mut printer =
        Printer::new(Sink::stdout(), Format::of(matches, true), matches, &[]).with_columns(columns.to_vec());
    for row in rows(command) {
        printer.record((&row).into())?;
    }
    printer.finish()
}

fn rows(command: &Command) -> Vec<serde_json::Value> {
    let of_field = |of: &'static str| move |field: &Field| json!({ "of": of, "name": field.name, "type": field.kind.name(), "required": field.required, "description": field.help });
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
    let body = command.body.iter().flat_map(|body| body.fields).map(of_field("body"));
    let of_record = if command.list.is_some() { "record" } else { "response" };
    // Fields of a response are never required.
    let record = command.record.iter().map(of_field(of_record)).map(|mut row| {
        row["required"] = false.into();
        row
    });
    parameters.chain(body).chain(record).collect()
}
