//! The options of the output.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, value_parser};

/// The heading of these options in a help text.
pub(crate) const OUTPUT: &str = "Output";

/// The formats of `--output`.
const FORMATS: [&str; 4] = ["table", "json", "jsonl", "csv"];

pub(super) fn output_arg() -> Arg {
    Arg::new("output")
        .long("output")
        .short('o')
        .value_name("FORMAT")
        .value_parser(PossibleValuesParser::new(FORMATS))
        .hide_possible_values(true)
        .help_heading(OUTPUT)
        .help("table, json, jsonl or csv [default: table on a terminal, else jsonl]")
}

/// The options of a command whose response is JSON.
pub(super) fn output() -> Vec<Arg> {
    let of_json = [
        output_arg(),
        Arg::new("columns")
            .long("columns")
            .value_name("NAMES")
            .value_delimiter(',')
            .value_parser(|name: &str| if name.is_empty() { Err("a name is empty") } else { Ok(name.to_owned()) })
            .action(ArgAction::Append)
            .help("The columns of a table or CSV, or the fields of JSON: a,b,c.d"),
        #[cfg(feature = "jq")]
        Arg::new("jq")
            .long("jq")
            .value_name("FILTER")
            .allow_hyphen_values(true)
            .help("Filter with a jq program: each record of a list, or the whole response"),
        Arg::new("show-secrets")
            .long("show-secrets")
            .action(ArgAction::SetTrue)
            .help("Print secrets in a response, which are masked by default"),
    ];
    of_json.into_iter().chain(unformatted()).map(|arg| arg.help_heading(OUTPUT)).collect()
}

/// The options of a command whose response is a file, which is written as it is received.
pub(super) fn unformatted() -> [Arg; 2] {
    [
        Arg::new("to")
            .long("to")
            .value_name("FILE")
            .value_parser(value_parser!(std::path::PathBuf))
            .help("Write to this file, which appears when it is complete"),
        Arg::new("dry-run").long("dry-run").action(ArgAction::SetTrue).help("Show the request and send nothing"),
    ]
    .map(|arg| arg.help_heading(OUTPUT))
}

/// The options that were given and have no effect on a response that is not JSON.
pub(crate) fn of_json_only(matches: &ArgMatches) -> Vec<&'static str> {
    let is_given = |name: &&str| matches.try_contains_id(name).unwrap_or(false);
    ["output", "columns", "jq"].into_iter().filter(is_given).collect()
}
