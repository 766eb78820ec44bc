//! Operations and their parts.

use serde_json::Value;

use super::schemas::texts;
use super::types::{Bounds, Type};
use super::upload::Upload;
use crate::status::Status;

/// The media type of most request bodies, and of every response that is not a stream of bytes.
pub(crate) const JSON: &str = "application/json";

/// One call.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The operationId: `listDataSources`.
    pub(crate) id: String,
    /// The function: `list_data_sources`.
    pub(crate) rust: String,
    /// The type of its builder: `ListDataSources`.
    pub(crate) builder: String,
    /// The constant in the operations table: `LIST_DATA_SOURCES`.
    pub(crate) constant: String,
    /// In lower case, as in the document.
    pub(crate) method: String,
    pub(crate) path: Template,
    pub(crate) tag: String,
    pub(crate) summary: String,
    /// Empty if there is none.
    pub(crate) description: String,
    pub(crate) deprecated: bool,
    /// Alternatives, each a set of schemes that are used together. No alternative means that the call needs no
    /// authorization.
    pub(crate) security: Vec<Vec<String>>,
    /// Whether the call only reads although its method is POST.
    pub(crate) safe: bool,
    /// The raw `x-paging`; `regen/paging` interprets it.
    pub(crate) paging: Option<Value>,
    pub(crate) evidence: Option<Evidence>,
    /// The parameters of the path item, then those of the operation, which replace those of the same name and location.
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    /// The file, if the body is a multipart form.
    pub(crate) upload: Option<Upload>,
    /// By status.
    pub(crate) responses: Vec<Response>,
    pub(crate) pointer: String,
}

impl Operation {
    /// The method as it is sent.
    pub(crate) fn method_upper(&self) -> String {
        self.method.to_uppercase()
    }

    /// The documented successes.
    pub(crate) fn successes(&self) -> impl Iterator<Item = &Response> {
        self.responses.iter().filter(|response| response.status.is_success())
    }

    /// The content of a success: the check ensures that all successes of one operation have the same.
    pub(crate) fn success(&self) -> &Content {
        self.successes().next().map_or(&Content::Empty, |response| &response.content)
    }

    /// Whether a success is a stream of bytes.
    pub(crate) fn streams(&self) -> bool {
        matches!(self.success(), Content::Raw { .. })
    }

    /// The parameter with a name and location.
    pub(crate) fn parameter(&self, location: Location, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.location == location && parameter.name == name)
    }
}

/// The sources, and how many of them are independent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Evidence {
    pub(crate) sources: Vec<String>,
    pub(crate) independent: u64,
}

impl Evidence {
    /// The `x-evidence` of a node.
    pub(super) fn of(value: &Value) -> Option<Self> {
        let evidence = value.get("x-evidence")?;
        Some(Self {
            sources: texts(&evidence["sources"]),
            independent: evidence["independent"].as_u64().unwrap_or_default(),
        })
    }
}

/// A path with its parameters: `/cases/{caseId}/cases:{actionType}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    pub(crate) text: String,
    /// Concatenated, with each parameter in braces, they are the text.
    pub(crate) parts: Vec<TemplatePart>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TemplatePart {
    Text(String),
    /// A parameter by its name on the wire.
    Parameter(String),
}

impl Template {
    /// Parses a template; `None` if its braces are unbalanced.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some(at) = rest.find(['{', '}']) {
            let inner = rest[at..].strip_prefix('{')?;
            let (name, after) = inner.split_once('}')?;
            if name.is_empty() || name.contains(['{', '/']) {
                return None;
            }
            if at > 0 {
                parts.push(TemplatePart::Text(rest[..at].to_owned()));
            }
            parts.push(TemplatePart::Parameter(name.to_owned()));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(TemplatePart::Text(rest.to_owned()));
        }
        Some(Self { text: text.to_owned(), parts })
    }

    /// The names of the parameters, from left to right.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            TemplatePart::Parameter(name) => Some(name.as_str()),
            TemplatePart::Text(_) => None,
        })
    }

    /// The template without the names of its parameters: two paths with the same shape are the same path.
    pub(crate) fn shape(&self) -> String {
        let parts = self.parts.iter().map(|part| match part {
            TemplatePart::Text(text) => text,
            TemplatePart::Parameter(_) => "{}",
        });
        parts.collect()
    }
}

/// Where a parameter is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
}

impl Location {
    /// The name in OpenAPI.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}

/// A value that a caller passes in addition to the body.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    /// The name on the wire.
    pub(crate) name: String,
    pub(crate) rust: String,
    pub(crate) location: Location,
    pub(crate) required: bool,
    /// A scalar, or an array of scalars in the query.
    pub(crate) ty: Type,
    pub(crate) default: Option<Value>,
    pub(crate) bounds: Bounds,
    /// The values that the document lists, if any; the server may accept others.
    pub(crate) values: Vec<String>,
    pub(crate) description: String,
    pub(crate) deprecated: bool,
    pub(crate) pointer: String,
}

/// How a body is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Json,
    /// `application/x-www-form-urlencoded`: a record whose fields are all scalars.
    Form,
}

impl Encoding {
    /// The encoding of a media type; `None` if the client does not support it.
    pub(crate) fn of(media_type: &str) -> Option<Self> {
        [Self::Json, Self::Form].into_iter().find(|encoding| encoding.media_type() == media_type)
    }

    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Json => JSON,
            Self::Form => "application/x-www-form-urlencoded",
        }
    }
}

/// The body, unless it is a file.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) required: bool,
    pub(crate) encoding: Encoding,
    pub(crate) description: String,
    /// The schema of the body, which is always named.
    pub(crate) ty: Type,
    pub(crate) pointer: String,
}

/// One documented response.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub(crate) status: Status,
    pub(crate) description: String,
    pub(crate) content: Content,
    pub(crate) pointer: String,
}

impl Response {
    /// The type of a JSON body.
    pub(crate) fn json(&self) -> Option<&Type> {
        self.content.json()
    }
}

/// The content of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// No content that is read.
    Empty,
    /// A named schema, or an array of one.
    Json(Type),
    /// A stream of bytes.
    Raw { media_type: String },
}

impl Content {
    /// The type of a JSON body.
    pub(crate) fn json(&self) -> Option<&Type> {
        match self {
            Self::Json(ty) => Some(ty),
            Self::Empty | Self::Raw { .. } => None,
        }
    }
}
