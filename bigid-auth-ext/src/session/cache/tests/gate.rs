//! An exchange that a test releases like a gate.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicUsize};

use async_trait::async_trait;
use bigid_api::Secret;
use http::StatusCode;
use tokio::sync::Semaphore;

use crate::clock::ManualClock;
use crate::dialect::AuthScheme;
use crate::session::Demand;
use crate::session::cache::*;

pub(super) const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An exchange that ends when the test releases it, with the scripted outcome.
#[derive(Clone)]
pub(super) struct Gated(pub(super) Arc<Inside>);

pub(super) struct Inside {
    pub(super) gate: Semaphore,
    pub(super) calls: AtomicUsize,
    pub(super) clock: ManualClock,
    pub(super) lifetime: Duration,
    /// Whether the first exchange pauses on its runtime's timer, as between two tries.
    pub(super) pauses_first: bool,
    /// The outcomes of the next exchanges; a session if empty.
    pub(super) script: Mutex<VecDeque<AuthError>>,
    /// How many sessions in a row had been refused young at each exchange.
    pub(super) rows: Mutex<Vec<u32>>,
    /// The row that another process stored with its session.
    pub(super) stored_row: AtomicU32,
}

impl Gated {
    pub(super) fn new(lifetime: Duration) -> Self {
        Self::pausing(lifetime, false)
    }

    pub(super) fn pausing(lifetime: Duration, pauses_first: bool) -> Self {
        Self(Arc::new(Inside {
            pauses_first,
            gate: Semaphore::new(0),
            calls: AtomicUsize::new(0),
            clock: ManualClock::default(),
            lifetime,
            script: Mutex::default(),
            rows: Mutex::default(),
            stored_row: AtomicU32::new(0),
        }))
    }

    pub(super) fn open(self) -> Self {
        self.0.gate.add_permits(Semaphore::MAX_PERMITS / 2);
        self
    }

    pub(super) fn cache(&self) -> Cache {
        Cache::new(self.clone(), Arc::new(self.0.clock.clone()), EventSender::default())
    }

    pub(super) fn calls(&self) -> usize {
        self.0.calls.load(Ordering::SeqCst)
    }

    pub(super) fn fail(&self, times: usize) {
        let error = || AuthError::with(Kind::Unavailable, Some(StatusCode::SERVICE_UNAVAILABLE), None, None);
        self.0.script.lock().unwrap().extend((0..times).map(|_| error()));
    }

    pub(super) fn refuse(&self, times: usize) {
        let kind = || Kind::Rejected { credential: "user token", message: String::new() };
        self.0
            .script
            .lock()
            .unwrap()
            .extend((0..times).map(|_| AuthError::with(kind(), Some(StatusCode::UNAUTHORIZED), None, None)));
    }
}

#[async_trait]
impl Exchange for Gated {
    fn started(&self) -> u64 {
        self.calls() as u64
    }

    async fn session(&self, demand: &dyn Demand) -> Result<Session, AuthError> {
        self.0.rows.lock().unwrap().push(demand.row());
        let number = self.0.calls.fetch_add(1, Ordering::SeqCst);
        if number == 0 && self.0.pauses_first {
            tokio::time::sleep(DAY).await;
        }
        let _ = self.0.gate.acquire().await;
        if let Some(error) = self.0.script.lock().unwrap().pop_front() {
            return Err(error);
        }
        let token = crate::tests::jwt(&format!(r#"{{"n":{number},"iat":0,"exp":{}}}"#, self.0.lifetime.as_secs()));
        let session = Session::new(&Secret::from(token), AuthScheme::Raw, self.0.clock.now()).unwrap();
        Ok(session.after_row(self.0.stored_row.load(Ordering::SeqCst)))
    }
}

/// Refuses a session at an endpoint where waiting is pointless.
pub(super) fn refuse(cache: &Cache, session: &Session) -> Refused {
    cache.refuse(session.serial(), Grace::Denied)
}

/// Runs every task that can run.
pub(super) async fn settle() {
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
}

pub(super) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}
