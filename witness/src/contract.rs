//! The applied contract, read once.

use std::fmt;
use std::sync::LazyLock;

use http::HeaderMap;
use serde_json::Value;

use crate::operation::Operation;
use crate::schema::Schemas;

/// The checked-in contract: every operation that a request can be for.
#[derive(Debug)]
pub struct Contract {
    pub(crate) operations: Vec<Operation>,
}

/// A request, as it was sent.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The path as sent, percent-encoding and all.
    pub path: &'a str,
    /// The query as sent, without the question mark; empty if there is none.
    pub query: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body, as sent.
    pub body: &'a [u8],
}

/// A response, as it was sent.
#[derive(Clone, Copy)]
pub struct Response<'a> {
    /// The status.
    pub status: u16,
    /// The content type, if there is one.
    pub content_type: Option<&'a str>,
    /// The body, as sent.
    pub body: &'a [u8],
}

/// Leaves out what could be a secret.
impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("method", &self.method).field("path", &self.path).finish_non_exhaustive()
    }
}

impl fmt::Debug for Response<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).finish_non_exhaustive()
    }
}

/// The contract that is checked in.
pub fn contract() -> &'static Contract {
    static CONTRACT: LazyLock<Contract> =
        LazyLock::new(|| Contract::read(include_str!("../../spec/bigid.openapi.json")));
    &CONTRACT
}

impl Contract {
    #[allow(clippy::panic, reason = "the contract is a file of this repository")]
    fn read(text: &str) -> Self {
        let contract: Value =
            serde_json::from_str(text).unwrap_or_else(|error| panic!("the contract is not JSON: {error}"));
        let mut schemas = Schemas::of(&contract);
        let mut operations = Vec::new();
        for (path, item) in contract["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                operations.push(Operation::new(path, method, operation, &contract, &mut schemas));
            }
        }
        // Concrete paths come before templates, so that the first match is the right one.
        operations.sort_by_key(|operation| operation.template.parameters());
        Self { operations }
    }

    /// An operation by its id.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// How many operations there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// The operation of a method and a path, with the path's parameters decoded.
    pub(crate) fn find(&self, method: &str, path: &str) -> Option<(&Operation, Vec<(&str, String)>)> {
        let below = path.strip_prefix(BASE)?;
        self.operations
            .iter()
            .filter(|operation| operation.method == method)
            .find_map(|operation| Some((operation, operation.template.matched(below)?)))
    }
}

/// The path of every server of the contract.
const BASE: &str = "/api/v1";
