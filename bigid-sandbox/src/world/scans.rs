//! Scans, which run on the clock of the sandbox.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::calendar;
use crate::data::Facts;

/// One scan.
#[derive(Clone, Debug)]
pub(crate) struct Scan {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) origin: String,
    /// The names of the data sources that it reads.
    pub(crate) sources: Vec<String>,
    pub(crate) created_ms: i64,
    pub(crate) fails: bool,
    /// Whether the world shows what it found.
    pub(crate) is_settled: bool,
    /// How many objects it found.
    pub(crate) found: usize,
}

impl Scan {
    /// `Queued`, then `Started`, and in the end `Completed` or `Failed`.
    pub(crate) fn state(&self, now_ms: i64) -> &'static str {
        match now_ms.saturating_sub(self.created_ms) {
            age if age < QUEUED_MS => "Queued",
            age if age < QUEUED_MS + RUNNING_MS => "Started",
            _ if self.fails => "Failed",
            _ => "Completed",
        }
    }

    pub(crate) fn is_over(&self, now_ms: i64) -> bool {
        now_ms.saturating_sub(self.created_ms) >= QUEUED_MS + RUNNING_MS
    }

    /// In percent.
    pub(crate) fn progress(&self, now_ms: i64) -> i64 {
        let done =
            now_ms.saturating_sub(self.created_ms).saturating_sub(QUEUED_MS).clamp(0, RUNNING_MS) * 100 / RUNNING_MS;
        if self.fails { done.min(50) } else { done }
    }

    pub(crate) fn record(&self, now_ms: i64) -> Value {
        let mut record = json!({
            "_id": self.id,
            "id": self.id,
            "name": self.name,
            "scanProfileName": self.name,
            "scanType": self.kind,
            "scanOrigin": self.origin,
            "state": self.state(now_ms),
            "status": self.state(now_ms),
            "progress": self.progress(now_ms),
            "dataSources": self.sources,
            "dataSourceName": self.sources.first(),
            "created_at": calendar::iso(self.created_ms),
            "startedAt": calendar::iso(self.created_ms.saturating_add(QUEUED_MS)),
        });
        if self.is_over(now_ms) {
            record["completedAt"] = calendar::iso(self.created_ms.saturating_add(QUEUED_MS + RUNNING_MS)).into();
            record["foundObjects"] = self.found.into();
        }
        record
    }
}

/// Every scan, in the order in which they were started, and which are to fail.
#[derive(Default)]
pub(crate) struct Scans {
    all: Vec<Scan>,
    /// Names of data sources and of scan profiles whose scans fail.
    pub(crate) failing: BTreeSet<String>,
}

impl Scans {
    pub(crate) fn start(
        &mut self,
        facts: &Facts,
        name: &str,
        kind: &str,
        origin: &str,
        sources: Vec<String>,
        now_ms: i64,
    ) -> String {
        let id = facts.id("scan", self.all.len());
        let fails = self.failing.contains(name) || sources.iter().any(|source| self.failing.contains(source));
        self.all.push(Scan {
            id: id.clone(),
            name: name.to_owned(),
            kind: kind.to_owned(),
            origin: origin.to_owned(),
            sources,
            created_ms: now_ms,
            fails,
            is_settled: false,
            found: 0,
        });
        id
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Scan> {
        self.all.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Scan> {
        self.all.iter_mut()
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Scan> {
        self.all.iter().find(|scan| scan.id == id)
    }

    /// Finished scans whose results are not in the world yet.
    pub(crate) fn unsettled(&self, now_ms: i64) -> Vec<Scan> {
        self.all.iter().filter(|scan| !scan.is_settled && scan.is_over(now_ms)).cloned().collect()
    }
}

/// How long a scan is queued: 5 seconds.
pub(crate) const QUEUED_MS: i64 = 5_000;

/// How long a scan runs: a minute, so that a program that polls sees it run.
pub(crate) const RUNNING_MS: i64 = 60_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_is_queued_then_started_then_over() {
        let scan = |fails| Scan {
            id: String::new(),
            name: String::new(),
            kind: String::new(),
            origin: String::new(),
            sources: Vec::new(),
            created_ms: 0,
            fails,
            is_settled: false,
            found: 0,
        };
        for (now_ms, state, progress) in [
            (0, "Queued", 0),
            (QUEUED_MS - 1, "Queued", 0),
            (QUEUED_MS, "Started", 0),
            (QUEUED_MS + RUNNING_MS / 2, "Started", 50),
            (QUEUED_MS + RUNNING_MS - 1, "Started", 99),
            (QUEUED_MS + RUNNING_MS, "Completed", 100),
            (i64::MAX, "Completed", 100),
            (i64::MIN, "Queued", 0),
        ] {
            assert_eq!((scan(false).state(now_ms), scan(false).progress(now_ms)), (state, progress), "{now_ms}");
        }
        assert_eq!((scan(true).state(i64::MAX), scan(true).progress(i64::MAX)), ("Failed", 50));
    }
}
