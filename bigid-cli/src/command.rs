//! The types of the generated command table, which `cargo xtask regen` writes from the contract.

use bigid_auth_ext::bigid_api::Operation;
use bigid_auth_ext::operations;

/// The commands of one domain, `bigid NAME ..`.
#[derive(Debug)]
pub(crate) struct Domain {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) commands: &'static [Command],
}

/// One operation as a command.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) verb: &'static str,
    pub(crate) operation: &'static Operation,
    /// A line without a full stop.
    pub(crate) summary: &'static str,
    /// Empty where there is none.
    pub(crate) description: &'static str,
    pub(crate) deprecated: bool,
    /// The path parameters first, in their order.
    pub(crate) parameters: &'static [Parameter],
    pub(crate) body: Option<Body>,
    pub(crate) upload: Option<Upload>,
    /// The path to the printed list in the response; empty if the response is the list.
    pub(crate) list: Option<&'static [&'static str]>,
    /// The declared fields of the output: a record of the list, or the response.
    pub(crate) record: &'static [Field],
    /// The members of a response that may contain a secret.
    pub(crate) secrets: &'static [&'static str],
}

impl Command {
    /// Whether the command starts a job that can be waited for.
    pub(crate) fn starts_a_job(&self) -> bool {
        self.operation.id == operations::START_SCAN.id
    }

    /// Whether a parameter of the operation has this name on the command line.
    pub(crate) fn has_flag(&self, flag: &str) -> bool {
        self.parameters.iter().any(|parameter| parameter.flag == flag)
    }
}

/// A parameter of the path, the query or a header.
#[derive(Debug)]
pub(crate) struct Parameter {
    /// On the wire.
    pub(crate) name: &'static str,
    /// On the command line, without dashes.
    pub(crate) flag: &'static str,
    pub(crate) location: Location,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) help: &'static str,
    /// The values in the contract; the server may accept others.
    pub(crate) values: &'static [&'static str],
}

/// Where a parameter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code, reason = "the contract has no operation with a header parameter at present")]
pub(crate) enum Location {
    Path,
    Query,
    Header,
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    /// A string that is neither read from an argument nor printed.
    Secret,
    Integer,
    Number,
    Boolean,
    Texts,
    List,
    Object,
    Any,
}

impl Kind {
    /// The display name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Secret => "secret",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "true|false",
            Self::Texts => "texts",
            Self::List => "list",
            Self::Object => "object",
            Self::Any => "JSON",
        }
    }
}

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) required: bool,
    pub(crate) help: &'static str,
    /// Empty where the contract declares none.
    pub(crate) fields: &'static [Field],
    /// The members, at any depth, that contain a secret, which is never read from an argument.
    pub(crate) secrets: &'static [&'static str],
}

/// A file that is the body.
#[derive(Debug)]
pub(crate) struct Upload {
    /// The part of the form.
    pub(crate) part: &'static str,
    pub(crate) help: &'static str,
}

/// A declared field of a body or a record.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) help: &'static str,
}

pub(crate) const fn field(name: &'static str, kind: Kind, required: bool, help: &'static str) -> Field {
    Field { name, kind, required, help }
}
