//! Breakpoints: the next call of an operation waits until a person decides what happens to it.

use std::collections::BTreeMap;
use std::sync::Mutex;

use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::hub::Hub;
use super::shown;
use crate::faults::Fault;
use crate::lock::lock;
use crate::operation::OperationName;
use crate::wire::ReceivedRequest;

#[derive(Default)]
pub(super) struct Breakpoints(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    /// Each holds one call; `None` stands for every operation.
    set: Vec<Option<OperationName>>,
    held: BTreeMap<u64, HeldCall>,
    count: u64,
}

struct HeldCall {
    line: Value,
    decided: oneshot::Sender<Decision>,
}

/// What happens to a held call.
#[derive(Clone, Copy, Debug)]
pub(super) enum Decision {
    /// It goes on, as if it had just arrived.
    Release,
    /// The response has this status, and nothing is done.
    Refuse(StatusCode),
    /// Its connection is closed without a response, and nothing is done.
    Fail,
}

impl Breakpoints {
    /// Holds the next call of an operation. Setting it again changes nothing.
    pub(super) fn set(&self, operation: Option<OperationName>) {
        let mut inner = lock(&self.0);
        if !inner.set.contains(&operation) {
            inner.set.push(operation);
        }
    }

    pub(super) fn remove(&self, operation: Option<OperationName>) {
        lock(&self.0).set.retain(|set| *set != operation);
    }

    /// Decides on a held call; returns false if it is no longer held.
    pub(super) fn decide(&self, number: u64, decision: Decision) -> bool {
        let held = lock(&self.0).held.remove(&number);
        held.is_some_and(|held| held.decided.send(decision).is_ok())
    }

    pub(super) fn list(&self) -> Value {
        let inner = lock(&self.0);
        let set: Vec<&str> = inner.set.iter().map(|one| one.map_or("every", OperationName::as_str)).collect();
        let held: Vec<Value> = inner.held.values().map(|held| held.line.clone()).collect();
        json!({ "set": set, "held": held })
    }

    /// Waits if a breakpoint matches the request.
    pub(super) async fn hold(&self, request: &ReceivedRequest, hub: &Hub) -> Option<Fault> {
        let (number, decided) = self.stop_at(request)?;
        let _held = Guard { breakpoints: self, hub, number };
        hub.changed();
        match decided.await {
            Ok(Decision::Refuse(status)) => Some(Fault::Status(status)),
            Ok(Decision::Fail) => Some(Fault::Close),
            Ok(Decision::Release) | Err(_) => None,
        }
    }

    fn stop_at(&self, request: &ReceivedRequest) -> Option<(u64, oneshot::Receiver<Decision>)> {
        let mut inner = lock(&self.0);
        let wants = |set: &Option<OperationName>| set.is_none_or(|operation| operation.covers(request.operation));
        let place = inner.set.iter().position(wants)?;
        inner.set.remove(place);
        inner.count += 1;
        let number = inner.count;
        let line =
            json!({ "number": number, "operation": request.operation.as_str(), "request": shown::request(request) });
        let (sender, decided) = oneshot::channel();
        inner.held.insert(number, HeldCall { line, decided: sender });
        Some((number, decided))
    }
}

/// Forgets a held call, even if its client is gone.
struct Guard<'a> {
    breakpoints: &'a Breakpoints,
    hub: &'a Hub,
    number: u64,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        lock(&self.breakpoints.0).held.remove(&self.number);
        self.hub.changed();
    }
}
