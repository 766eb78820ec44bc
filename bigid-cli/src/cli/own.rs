//! The commands that are not operations.

use clap::{Arg, ArgAction, value_parser};

use super::operation::body_arg;
use super::output::{output, output_arg};

/// All of them except `cases close`.
pub(super) fn own() -> [clap::Command; 9] {
    let domain = Arg::new("domain").value_name("DOMAIN").required(true);
    let verb = Arg::new("verb").value_name("COMMAND").required(true);
    [
        clap::Command::new("login")
            .about("Store a user token for a deployment")
            .long_about(
                "Store a user token for a deployment.\n\nThe token is read from the terminal without echo, or from stdin \
                if that is not a terminal. It is checked with one call, and kept in a file that only you can read (in a build with the \
                feature `keyring`: in the system's keyring, if it takes the token).",
            )
            .arg(Arg::new("base-url").long("base-url").value_name("URL").help("The deployment, for example https://acme.bigid.cloud"))
            .args(in_file()),
        clap::Command::new("logout").about("Delete the token of a profile"),
        clap::Command::new("profiles").about("List the profiles"),
        clap::Command::new("whoami")
            .about("Show the deployment, the user, the permissions, and the lifetimes of token and session")
            .args([output_arg()]),
        clap::Command::new("token").about("Print an Authorization header value for other programs; it is a secret").long_about(
            "Print the value of an Authorization header for other programs. It is a secret.\n\n  \
            curl -H \"Authorization: $(bigid token)\" https://acme.bigid.cloud/api/v1/roles",
        ),
        clap::Command::new("api")
            .about("Send any request, even to an endpoint without a command")
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

/// `bigid cases close`, which sends a call for each case.
pub(crate) fn close() -> clap::Command {
    let id = Arg::new("id").value_name("ID").num_args(1..).required(true).help("The ids of the cases");
    let reason = Arg::new("reason").long("reason").value_name("TEXT").help("The reason, for the audit log");
    let about = "Close cases by id, and print the result for each";
    clap::Command::new("close").about(about).args([id, reason, output_arg()])
}

/// The option to store the token in a file, in builds with a keyring.
fn in_file() -> Option<Arg> {
    let arg = Arg::new("in-file").long("in-file").action(ArgAction::SetTrue);
    let arg = arg.help("Store the token in a file that only you can read, instead of the system's keyring");
    cfg!(feature = "keyring").then_some(arg)
}
