//! The tree of commands, as clap sees it. A domain's commands are made when the domain is asked for: the whole tree is made for
//! completions and manual pages alone.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, value_parser};

use crate::command::{Body, Command, Domain, Field, Kind, Parameter, Place};
use crate::generated::commands::DOMAINS;

/// The formats of `--output`.
pub(crate) const FORMATS: [&str; 4] = ["table", "json", "jsonl", "csv"];

const ABOUT: &str = "The BigID API on the command line.";

const LONG_ABOUT: &str = "The BigID API on the command line: each operation is a command, by domain.

  bigid login                                  keep a user token for a deployment
  bigid data-sources list --limit 20           a table on a terminal, JSON lines in a pipe
  bigid data-sources list --sandbox            the same against a sandbox, without an account";

const AFTER: &str = "Configuration: a profile that `bigid login` keeps, or these variables, which win over it:
  BIGID_BASE_URL        the deployment, for example https://acme.bigid.cloud
  BIGID_USER_TOKEN      a user token; or BIGID_USER_TOKEN_FILE, or BIGID_USERNAME and BIGID_PASSWORD
  BIGID_PROFILE         the profile to use, as --profile
  BIGID_SESSION_STORE   where sessions are kept between runs (default: file, in the user's cache folder)
  BIGID_CA_BUNDLE       root certificates to trust as well, a PEM file

Exit codes: 0 success, 1 failure, 2 wrong usage, 3 rejected credential or missing permission, 4 not found, 5 try again later,
6 incomplete list.";

/// The root.
pub(crate) fn root() -> clap::Command {
    let mut root = clap::Command::new("bigid")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .long_about(LONG_ABOUT)
        .after_long_help(AFTER)
        .after_help(
            "See `bigid --help` for variables and exit codes, and `bigid DOMAIN --help` for the commands of a domain.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .max_term_width(110)
        .args(global());
    for own in own() {
        root = root.subcommand(own);
    }
    for domain in DOMAINS {
        root = root.subcommand(domain_command(domain));
    }
    root
}

/// What every command takes.
fn global() -> [Arg; 5] {
    let heading = "Global options";
    [
        Arg::new("profile").long("profile").value_name("NAME").help("Use this profile [default: default]"),
        Arg::new("sandbox")
            .long("sandbox")
            .action(ArgAction::SetTrue)
            .help("Run against a sandbox inside this process, with made-up data"),
        Arg::new("timeout")
            .long("timeout")
            .value_name("SECONDS")
            .value_parser(value_parser!(u64).range(1..))
            .help("Give up each call after this time, retries included"),
        Arg::new("no-retry")
            .long("no-retry")
            .action(ArgAction::SetTrue)
            .help("Send each request once, also where a retry may help"),
        Arg::new("format-error")
            .long("format-error")
            .value_name("FORMAT")
            .value_parser(PossibleValuesParser::new(["text", "json"]))
            .default_value("text")
            .hide_default_value(true)
            .help("How errors are written to stderr: text, or json for one object on a line"),
    ]
    .map(|arg| arg.global(true).help_heading(heading))
}

/// The commands that are not operations.
fn own() -> [clap::Command; 9] {
    let domain = Arg::new("domain").value_name("DOMAIN").required(true);
    let verb = Arg::new("verb").value_name("COMMAND").required(true);
    [
        clap::Command::new("login")
            .about("Keep a user token for a deployment")
            .long_about(
                "Keep a user token for a deployment.\n\nThe token is read from the terminal without echo, or from stdin \
                if that is not a terminal. It is checked with one call, and kept in a file that only you can read (in a build with the \
                feature `keyring`: in the system's keyring, if it takes the token).",
            )
            .arg(Arg::new("base-url").long("base-url").value_name("URL").help("The deployment, for example https://acme.bigid.cloud"))
            .args(in_file()),
        clap::Command::new("logout").about("Delete the token of a profile"),
        clap::Command::new("profiles").about("List the profiles"),
        clap::Command::new("whoami")
            .about("Show the deployment, the user, the permissions, and how long token and session last")
            .args([output_arg()]),
        clap::Command::new("token").about("Print an Authorization header value for other programs: it is a secret").long_about(
            "Print the value of an Authorization header for other programs. It is a secret.\n\n  \
            curl -H \"Authorization: $(bigid token)\" https://acme.bigid.cloud/api/v1/roles",
        ),
        clap::Command::new("api")
            .about("Send any request, described or not")
            .arg(Arg::new("method").value_name("METHOD").required(true).help("GET, POST, PUT, PATCH or DELETE"))
            .arg(Arg::new("path").value_name("PATH").required(true).help("Below /api/v1, for example /roles?limit=10"))
            .arg(body_arg("The body: JSON, @FILE, or - for stdin"))
            .args(output()),
        clap::Command::new("fields").about("List the parameters, body fields and record fields of a command").arg(domain).arg(verb).arg(output_arg()),
        clap::Command::new("completions")
            .about("Print completions for a shell")
            .arg(Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(clap_complete::Shell))),
        clap::Command::new("man")
            .about("Write manual pages to a folder")
            .arg(Arg::new("folder").value_name("FOLDER").required(true).value_parser(value_parser!(std::path::PathBuf))),
    ]
}

/// `bigid cases close`, which makes a call for each case.
fn close() -> Option<clap::Command> {
    let id = Arg::new("id").value_name("ID").num_args(1..).required(true).help("The ids of the cases");
    let reason = Arg::new("reason").long("reason").value_name("TEXT").help("Why, for the audit log");
    let about = "Close cases by their ids, and print what became of each";
    Some(clap::Command::new("close").about(about).args([id, reason, output_arg()]))
}

/// What a command that starts a job takes.
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

/// Chooses the file where there is a choice.
fn in_file() -> Option<Arg> {
    let arg = Arg::new("in-file").long("in-file").action(ArgAction::SetTrue);
    let arg = arg.help("Keep the token in a file that only you can read, and not in the system's keyring");
    cfg!(feature = "keyring").then_some(arg)
}

fn domain_command(domain: &'static Domain) -> clap::Command {
    clap::Command::new(domain.name)
        .about(first_sentence(domain.about))
        .long_about(domain.about)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .defer(|domain| match DOMAINS.iter().find(|known| known.name == domain.get_name()) {
            Some(known) => domain
                .subcommands(known.commands.iter().map(operation))
                .subcommands(close().filter(|_| known.name == "cases")),
            None => domain,
        })
}

/// One operation.
fn operation(command: &'static Command) -> clap::Command {
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
    if command.list.is_some() && !has_flag(command, "limit") {
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
    clap.args(output())
}

pub(crate) fn has_flag(command: &Command, flag: &str) -> bool {
    command.parameters.iter().any(|parameter| parameter.flag == flag)
}

fn parameter(parameter: &'static Parameter) -> Arg {
    let mut help = parameter.help.to_owned();
    if !parameter.values.is_empty() {
        help += &format!(" Known values: {}.", parameter.values.join(", "));
    }
    let arg = Arg::new(parameter.flag).help(first_sentence(&help)).long_help(help.clone()).required(parameter.required);
    if parameter.place == Place::Path {
        return arg.value_name(parameter.flag.to_uppercase()).value_parser(of_kind(parameter.kind));
    }
    let arg = arg.long(parameter.flag).value_name(value_name(parameter.kind)).value_parser(of_kind(parameter.kind));
    match parameter.kind {
        Kind::Boolean => arg.num_args(0..=1).require_equals(true).default_missing_value("true"),
        Kind::Texts | Kind::List => arg.action(ArgAction::Append),
        _ => arg.allow_negative_numbers(true),
    }
}

/// Every value travels as text; the type is checked before anything is sent.
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

fn body_arg(help: &'static str) -> Arg {
    Arg::new("body").long("body").value_name("BODY").allow_hyphen_values(true).help(help)
}

fn field_arg() -> Arg {
    Arg::new("field")
        .long("field")
        .short('f')
        .value_name("NAME=VALUE")
        .action(ArgAction::Append)
        .help("Set a field of the body: NAME=VALUE, NAME=@FILE, or NAME:=JSON; a dot enters an object")
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

fn output_arg() -> Arg {
    Arg::new("output")
        .long("output")
        .short('o')
        .value_name("FORMAT")
        .value_parser(PossibleValuesParser::new(FORMATS))
        .hide_possible_values(true)
        .help_heading("Output")
        .help("table, json, jsonl or csv [default: table on a terminal, else jsonl]")
}

/// What every command that prints a response takes.
fn output() -> Vec<Arg> {
    vec![
        output_arg(),
        Arg::new("columns")
            .long("columns")
            .value_name("NAMES")
            .value_delimiter(',')
            .action(ArgAction::Append)
            .help("The columns of a table or CSV, or the fields of JSON: a,b,c.d"),
        #[cfg(feature = "jq")]
        Arg::new("jq")
            .long("jq")
            .value_name("FILTER")
            .allow_hyphen_values(true)
            .help("Filter with a jq program: each record of a list, or the whole response"),
        Arg::new("to")
            .long("to")
            .value_name("FILE")
            .value_parser(value_parser!(std::path::PathBuf))
            .help("Write to this file: it appears when it is complete"),
        Arg::new("show-secrets")
            .long("show-secrets")
            .action(ArgAction::SetTrue)
            .help("Print secrets of a response, which are masked otherwise"),
        Arg::new("dry-run").long("dry-run").action(ArgAction::SetTrue).help("Show the request and send nothing"),
    ]
    .into_iter()
    .map(|arg| arg.help_heading("Output"))
    .collect()
}

/// The first sentence, on one line and without its full stop.
pub(crate) fn first_sentence(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = line.find(". ").unwrap_or(line.len());
    line[..end].trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use bigid_auth_ext::operations::OPERATIONS;

    use super::*;

    #[test]
    fn every_operation_of_the_contract_has_one_command() {
        let commands = || DOMAINS.iter().flat_map(|domain| domain.commands);
        let ids: BTreeSet<&str> = commands().map(|command| command.operation.id).collect();
        assert_eq!(ids, OPERATIONS.iter().map(|operation| operation.id).collect());
        assert_eq!(commands().count(), OPERATIONS.len());
        for command in commands() {
            let named: Vec<&str> = command.parameters.iter().map(|parameter| parameter.name).collect();
            let in_path = command.operation.path.matches('{').count();
            assert_eq!(command.parameters.iter().filter(|one| one.place == Place::Path).count(), in_path, "{named:?}");
        }
    }

    #[test]
    fn the_whole_tree_is_sound_and_every_command_of_it_is_found() {
        let mut root = root();
        root.build();
        root.clone().debug_assert();
        for domain in DOMAINS {
            let found = root.find_subcommand(domain.name).unwrap();
            for command in domain.commands {
                let found = found.find_subcommand(command.verb).unwrap();
                assert!(found.get_about().is_some_and(|about| !about.to_string().is_empty()), "{}", command.verb);
            }
        }
    }
}
