//! The findings of a request that are to be deleted: pending until an action is started.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::DataRequests;
use super::requests::DataRequest;
use crate::data::Facts;

/// When an action was started, by the key of the object.
#[derive(Default)]
pub(crate) struct Minimization(BTreeMap<String, i64>);

impl Minimization {
    /// Every object of every request whose report is ready.
    pub(crate) fn objects(&self, requests: &DataRequests, facts: &Facts, now_ms: i64) -> Vec<Value> {
        let of_request = |request: &DataRequest| {
            let shown = |(place, object): (usize, usize)| {
                let id = format!("{}-{place}", request.id);
                let state = self.state(&id, now_ms);
                json!({
                    "_id": id,
                    "requestId": request.id,
                    "fullObjectName": facts.qualified_name(object),
                    "source": facts.sources.name(facts.source_of(object)),
                    "markedAs": "Delete",
                    "state": state,
                })
            };
            request.objects(facts, now_ms).into_iter().enumerate().map(shown).collect::<Vec<_>>()
        };
        requests.iter().flat_map(of_request).collect()
    }

    /// `Pending` until an action is started, `In Progress` for 20 seconds, then `Completed`.
    fn state(&self, id: &str, now_ms: i64) -> &'static str {
        match self.0.get(id) {
            None => "Pending",
            Some(started_ms) if now_ms.saturating_sub(*started_ms) < RUNNING_MS => "In Progress",
            Some(_) => "Completed",
        }
    }

    /// Starts an action on an object; one that was started goes on.
    pub(crate) fn start(&mut self, id: &str, now_ms: i64) {
        self.0.entry(id.to_owned()).or_insert(now_ms);
    }
}

/// How long an action takes: 20 seconds.
const RUNNING_MS: i64 = 20_000;
