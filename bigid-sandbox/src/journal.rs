//! Every request as received.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use http::StatusCode;
use tokio::sync::watch;

use crate::lock::lock;
use crate::operation::OperationName;
use crate::wire::ReceivedRequest;

/// The requests so far: the latest ones in full, all of them counted.
pub(crate) struct Journal {
    kept: Mutex<Contents>,
    arrived: watch::Sender<u64>,
}

struct Contents {
    latest: VecDeque<ReceivedRequest>,
    /// The [sizes](ReceivedRequest::size) of the latest requests, added up.
    bytes: usize,
    dropped: u64,
    counts: BTreeMap<OperationName, usize>,
    limits: Limits,
}

/// How much the journal keeps in full. The latest request is always kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) requests: usize,
    pub(crate) bytes: usize,
}

/// The position of a request in the journal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry(u64);

impl Journal {
    pub(crate) fn new(limits: Limits) -> Arc<Self> {
        let kept = Contents { latest: VecDeque::new(), bytes: 0, dropped: 0, counts: BTreeMap::new(), limits };
        Arc::new(Self { kept: Mutex::new(kept), arrived: watch::Sender::new(0) })
    }

    pub(crate) fn record(&self, request: ReceivedRequest) -> Entry {
        let entry = self.with(|kept| {
            *kept.counts.entry(request.operation).or_default() += 1;
            kept.push(request);
            Entry((kept.dropped + kept.latest.len() as u64).saturating_sub(1))
        });
        self.arrived.send_modify(|count| *count += 1);
        entry
    }

    pub(crate) fn responded(&self, entry: Entry, status: StatusCode) {
        self.with(|kept| {
            let place = entry.0.checked_sub(kept.dropped).and_then(|place| usize::try_from(place).ok());
            if let Some(request) = place.and_then(|place| kept.latest.get_mut(place)) {
                request.status = Some(status);
            }
        });
    }

    pub(crate) fn count(&self, operation: OperationName) -> usize {
        self.with(|kept| kept.counts.iter().filter(|(one, _)| operation.covers(**one)).map(|(_, count)| count).sum())
    }

    pub(crate) fn total(&self) -> usize {
        self.with(|kept| kept.counts.values().sum())
    }

    pub(crate) fn requests(&self) -> Vec<ReceivedRequest> {
        self.with(|kept| kept.latest.iter().cloned().collect())
    }

    pub(crate) fn clear(&self) {
        self.with(|kept| {
            kept.dropped += kept.latest.len() as u64;
            kept.latest.clear();
            kept.bytes = 0;
            kept.counts.clear();
        });
    }

    /// Waits until `enough`, which is called now and after every request, returns true.
    pub(crate) async fn wait(&self, mut enough: impl FnMut(&Self) -> bool) {
        let mut arrivals = self.arrived.subscribe();
        while !enough(self) {
            if arrivals.changed().await.is_err() {
                return;
            }
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Contents) -> T) -> T {
        // The journal stays readable after a panic in a test: its contents are complete after every step.
        act(&mut lock(&self.kept))
    }
}

impl Contents {
    fn push(&mut self, request: ReceivedRequest) {
        self.bytes += request.size();
        self.latest.push_back(request);
        while self.latest.len() > self.limits.requests || (self.bytes > self.limits.bytes && self.latest.len() > 1) {
            let Some(oldest) = self.latest.pop_front() else { return };
            self.bytes -= oldest.size();
            self.dropped += 1;
        }
    }
}
