//! The latest requests and their responses, for the page.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde_json::{Value, json};

use super::objections::objections;
use super::shown;
use crate::api::Rest;
use crate::lock::lock;
use crate::observer::Observed;

/// The latest exchanges, oldest first. It is separate from the journal, which tests can clear and limit.
#[derive(Default)]
pub(super) struct Log(Mutex<Exchanges>);

#[derive(Default)]
struct Exchanges {
    latest: VecDeque<Exchange>,
    count: u64,
}

struct Exchange {
    number: u64,
    line: Value,
    detail: Value,
}

impl Log {
    /// Adds an exchange, and returns its line.
    pub(super) fn add(&self, observed: &Observed<'_>) -> Value {
        let request = observed.request();
        let whole = shown::is_from_page(request);
        let sent = shown::request(request);
        let response = observed.status().map(|status| {
            json!({
                "status": status.as_u16(),
                "reason": status.canonical_reason().unwrap_or_default(),
                "headers": observed.headers().map(|headers| shown::headers(headers, whole)),
                "body": shown::body(observed.body(), whole),
                // An export is generated as its client reads it, so only its beginning is available here.
                "isBeginning": observed.response.is_some_and(|response| response.extensions().get::<Rest>().is_some()),
            })
        });
        let mut kept = lock(&self.0);
        kept.count += 1;
        let number = kept.count;
        let line = json!({
            "number": number,
            "operation": request.operation.as_str(),
            "method": sent["method"],
            "path": sent["path"],
            "query": sent["query"],
            "unixMillis": request.unix_millis,
            "mark": request.header(shown::FROM_PAGE),
            "status": observed.status().map(|status| status.as_u16()),
            "objections": objections(observed),
            "deviation": observed.deviation().map(|deviation| deviation.to_string()),
        });
        let detail = json!({ "line": line, "request": sent, "response": response });
        kept.latest.push_back(Exchange { number, line: line.clone(), detail });
        if kept.latest.len() > CAPACITY {
            kept.latest.pop_front();
        }
        line
    }

    /// A line for each, oldest first.
    pub(super) fn lines(&self) -> Vec<Value> {
        lock(&self.0).latest.iter().map(|exchange| exchange.line.clone()).collect()
    }

    /// One of them, if it is still kept.
    pub(super) fn detail(&self, number: u64) -> Option<Value> {
        lock(&self.0).latest.iter().find(|exchange| exchange.number == number).map(|exchange| exchange.detail.clone())
    }
}

/// The number of exchanges that are kept, with at most 64 KiB of each body.
const CAPACITY: usize = 200;
