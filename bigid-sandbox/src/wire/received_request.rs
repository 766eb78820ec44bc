//! A request as it arrived.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::Value;

use super::query::Query;
use crate::contract::Described;
use crate::operation::OperationName;

/// A request as the sandbox received it, including secrets.
///
/// Assertions can access everything. `Debug` shows no header values, query values or body, because failed assertions
/// print it.
#[derive(Clone)]
pub struct ReceivedRequest {
    pub(crate) operation: OperationName,
    pub(crate) described: Option<&'static Described>,
    pub(crate) parameters: Vec<String>,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) unix_millis: i64,
    pub(crate) connection: u64,
    pub(crate) node: usize,
    pub(crate) status: Option<StatusCode>,
}

impl ReceivedRequest {
    /// The operation that was requested.
    pub fn operation(&self) -> OperationName {
        self.operation
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path as sent, with its percent-encoding, without the query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query string as sent, without the question mark; empty if there was none.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// The first value of a query parameter, decoded.
    pub fn query_value(&self, name: &str) -> Option<String> {
        Query::parse(&self.query).get(name).map(str::to_owned)
    }

    /// Every header, in the order received.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The value of a header, if it was sent and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The `Authorization` header as sent.
    pub fn authorization(&self) -> Option<&str> {
        self.header(header::AUTHORIZATION.as_str())
    }

    /// The body as sent.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as JSON, if it is JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// When it arrived, in milliseconds since 1970 on the sandbox's clock.
    pub fn unix_millis(&self) -> i64 {
        self.unix_millis
    }

    /// The number of the connection it came on, counted from 1: equal numbers mean a reused connection.
    pub fn connection(&self) -> u64 {
        self.connection
    }

    /// The node that it was sent to, counted from 0: always 0 unless there are [several](crate::Builder::nodes).
    pub fn node(&self) -> usize {
        self.node
    }

    /// Its approximate size in bytes, which the client determines.
    pub(crate) fn size(&self) -> usize {
        let headers = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len());
        self.body.len() + self.path.len() + self.query.len() + headers.sum::<usize>()
    }

    /// The status of the response; `None` while it is held, or if a fault left no response.
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }
}

impl fmt::Debug for ReceivedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.keys().map(header::HeaderName::as_str).collect();
        f.debug_struct("ReceivedRequest")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("header_names", &names)
            .field("body_bytes", &self.body.len())
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
