//! The command tree for clap. The commands of a domain are built only when that domain is used; the whole tree is built
//! only for completions and manual pages.

mod output;
pub(crate) use output::{OUTPUT, of_json_only};

mod operation;
pub(crate) use operation::operation;

mod own;
pub(crate) use own::close;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, value_parser};

use crate::command::Domain;
use crate::generated::commands::DOMAINS;

const ABOUT: &str = "The BigID API on the command line.";

const LONG_ABOUT: &str = "The BigID API on the command line: each operation is a command, by domain.

  bigid login                                  store a user token for a deployment
  bigid data-sources list --limit 20           a table on a terminal, JSON lines in a pipe
  bigid data-sources list --sandbox            the same against a sandbox, without an account";

const AFTER: &str = "Configuration: a profile that `bigid login` stores, or these variables, which take precedence:
  BIGID_BASE_URL        the deployment, for example https://acme.bigid.cloud
  BIGID_USER_TOKEN      a user token; or BIGID_USER_TOKEN_FILE, or BIGID_USERNAME and BIGID_PASSWORD
  BIGID_PROFILE         the profile to use, as --profile
  BIGID_SESSION_STORE   where sessions are kept between runs: file (default, in the user's cache folder), file:/folder,
                        or rediss://.. in builds with the feature `redis`
  BIGID_CA_BUNDLE       root certificates to trust as well, a PEM file
  BIGID_CONFIG_DIR      the folder of profiles (default: ~/.config/bigid)

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
    for own in own::own() {
        root = root.subcommand(own);
    }
    for domain in DOMAINS {
        root = root.subcommand(domain_command(domain));
    }
    root
}

/// The options of every command.
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
            .help("Send each request once, even if a retry may help"),
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

fn domain_command(domain: &'static Domain) -> clap::Command {
    clap::Command::new(domain.name)
        .about(first_sentence(domain.about))
        .long_about(domain.about)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .defer(|domain| match DOMAINS.iter().find(|known| known.name == domain.get_name()) {
            Some(known) => {
                let domain = domain.subcommands(known.commands.iter().map(operation));
                if known.name == "cases" { domain.subcommand(close()) } else { domain }
            }
            None => domain,
        })
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
    use crate::command::Location;

    #[test]
    fn every_operation_of_the_contract_has_one_command() {
        let commands = || DOMAINS.iter().flat_map(|domain| domain.commands);
        let ids: BTreeSet<&str> = commands().map(|command| command.operation.id).collect();
        assert_eq!(ids, OPERATIONS.iter().map(|operation| operation.id).collect());
        assert_eq!(commands().count(), OPERATIONS.len());
        for command in commands() {
            let named: Vec<&str> = command.parameters.iter().map(|parameter| parameter.name).collect();
            let in_path = command.operation.path.matches('{').count();
            assert_eq!(
                command.parameters.iter().filter(|one| one.location == Location::Path).count(),
                in_path,
                "{named:?}"
            );
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
                // A response that is a file is written as it is.
                assert_eq!(
                    found.get_arguments().any(|arg| arg.get_id() == "output"),
                    !command.operation.streams,
                    "{}",
                    command.verb
                );
                assert!(found.get_about().is_some_and(|about| !about.to_string().is_empty()), "{}", command.verb);
            }
        }
    }
}
