//! How the processes of a fleet get one session: look, lease, look again, exchange, save, release.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bigid_api::BaseUrl;

use super::guard::Guard;
use super::options::{StoreOptions, WhenLeased};
use super::record::Record;
use super::seal::Sealer;
use super::{Lease, NewEntry, Saved, SessionStore, StoreError};
use crate::clock::Clock;
use crate::credential::Credential;
use crate::credential::redactor::Redactor;
use crate::error::{AuthError, Kind};
use crate::session::detector::DialectDetector;
use crate::session::event::EventSender;
use crate::session::runtime::{Runtime, Tokio};
use crate::session::{Demand, Session};

/// The time between two looks while another process exchanges: it doubles from the first to the last, each time
/// randomized by up to a half. An exchange takes a few hundred milliseconds.
const FIRST_LOOK: Duration = Duration::from_millis(25);
const LAST_LOOK: Duration = Duration::from_millis(400);

/// The sessions that the processes of a fleet share.
pub(crate) struct Fleet<P = Tokio> {
    guard: Guard<P>,
    clock: Arc<dyn Clock>,
    options: StoreOptions,
    detector: Arc<DialectDetector>,
    redactor: Redactor,
}

/// The result of a look into the store.
enum Lookup {
    /// A useful session.
    Session(Session),
    /// No useful session, and the generation of the entry.
    Nothing { generation: u64 },
    /// The store cannot be used.
    Unavailable,
}

impl<P: Runtime> Fleet<P> {
    pub(crate) fn new(
        store: Arc<dyn SessionStore>,
        options: StoreOptions,
        clock: Arc<dyn Clock>,
        events: EventSender,
        detector: Arc<DialectDetector>,
        redactor: Redactor,
    ) -> Self {
        let guard = Guard::new(store, clock.clone(), events, options.timeout);
        Self { guard, clock, options, detector, redactor }
    }

    /// Gets the session of a credential. One that is not stored is exchanged.
    ///
    /// # Errors
    /// As [`session`](Self::session).
    pub(crate) async fn session_of<F>(
        &self,
        base: &BaseUrl,
        credential: &Credential,
        demand: &dyn Demand,
        exchange: impl FnOnce() -> F + Send,
    ) -> Result<Session, AuthError>
    where
        F: Future<Output = Result<Session, AuthError>> + Send,
    {
        match Sealer::new(base, credential, self.options.key.as_ref()) {
            Some(sealer) => self.session(&sealer, demand, exchange).await,
            None => exchange().await,
        }
    }

    /// Gets the session of the fleet: one that another process stored, or one from `exchange`, which is stored for the
    /// others.
    ///
    /// # Errors
    /// The error of the exchange, or that of waiting for another process, if a session is still valid or the policy
    /// says so.
    pub(super) async fn session<F>(
        &self,
        sealer: &Sealer,
        demand: &dyn Demand,
        exchange: impl FnOnce() -> F + Send,
    ) -> Result<Session, AuthError>
    where
        F: Future<Output = Result<Session, AuthError>> + Send,
    {
        let turn = Turn { fleet: self, sealer, demand, has_reported: AtomicBool::new(false) };
        match turn.look().await {
            Lookup::Session(session) => return Ok(session),
            Lookup::Unavailable => return exchange().await,
            Lookup::Nothing { .. } => {}
        }
        let lease = match turn.lease().await? {
            Leased::Session(session) => return Ok(session),
            Leased::Unavailable => return exchange().await,
            Leased::Mine(lease) => Some(lease),
            Leased::GivenUp => None,
        };
        // Another process may have exchanged between the look and the lease, so the entry is read again.
        let outcome = match turn.look().await {
            Lookup::Session(session) => Ok(session),
            Lookup::Unavailable => exchange().await,
            Lookup::Nothing { generation } => {
                let session = exchange().await.map(|session| session.after_row(demand.row()));
                match session {
                    Ok(session) => Ok(turn.save(session, generation, lease.as_deref()).await),
                    Err(error) => Err(error),
                }
            }
        };
        if let Some(lease) = lease {
            // The session is valid even if this fails.
            let release = async {
                lease.release().await;
                Ok(())
            };
            self.guard.ask("release its lease", |_| release).await;
        }
        outcome
    }
}

/// How the wait for the lease ended.
enum Leased {
    Mine(Box<dyn Lease>),
    Session(Session),
    /// The wait was too long: exchange without it.
    GivenUp,
    Unavailable,
}

/// One attempt to get a session.
struct Turn<'a, P> {
    fleet: &'a Fleet<P>,
    sealer: &'a Sealer,
    demand: &'a dyn Demand,
    /// Whether an unusable entry was already reported.
    has_reported: AtomicBool,
}

impl<P: Runtime> Turn<'_, P> {
    async fn look(&self) -> Lookup {
        let Some(loaded) = self.fleet.guard.ask("read", |store| store.load(self.sealer.name())).await else {
            return Lookup::Unavailable;
        };
        let entry = match loaded {
            Ok(Some(entry)) => entry,
            Ok(None) => return Lookup::Nothing { generation: 0 },
            Err(error) => {
                self.report(error);
                return Lookup::Nothing { generation: 0 };
            }
        };
        let nothing = Lookup::Nothing { generation: entry.generation };
        let record = self.sealer.open(&entry.sealed).and_then(|text| Record::decode(&text));
        let Some(record) = record else {
            self.report(StoreError::unusable_entry(
                "the stored session cannot be opened: it was changed, cut off, or written by another version; it is ignored and replaced",
            ));
            return nothing;
        };
        self.fleet.redactor.register(record.token());
        match record.restore(&self.fleet.detector, &*self.fleet.clock).filter(|session| self.is_of_use(session)) {
            Some(session) => {
                record.teach(&self.fleet.detector);
                Lookup::Session(session)
            }
            None => nothing,
        }
    }

    /// Whether a session is valid, was not refused, and lasts longer than the current one.
    fn is_of_use(&self, session: &Session) -> bool {
        session.is_good(self.fleet.clock.now())
            && !self.demand.is_refused(session)
            && self.demand.serving().is_none_or(|serving| is_better(session, serving))
    }

    async fn lease(&self) -> Result<Leased, AuthError> {
        let (clock, options) = (&self.fleet.clock, &self.fleet.options);
        // Processes that started to wait at the same time should not give up at the same time.
        let gives_up_at = clock.now() + options.lease_wait.mul_f64(1.0 + fastrand::f64() / 2.0);
        let mut pause = FIRST_LOOK;
        loop {
            match self.fleet.guard.ask("grant a lease", |store| store.try_lease(self.sealer.name())).await {
                Some(Ok(Some(lease))) => return Ok(Leased::Mine(lease)),
                Some(Ok(None)) => {}
                Some(Err(_)) | None => return Ok(Leased::Unavailable),
            }
            if clock.now() >= gives_up_at {
                let serves = self.demand.serving().is_some();
                if serves || options.when_leased == WhenLeased::Fail {
                    return Err(AuthError::with(Kind::Leased, None, None, None));
                }
                return Ok(Leased::GivenUp);
            }
            clock.sleep(pause.mul_f64(0.5 + fastrand::f64())).await;
            pause = (pause * 2).min(LAST_LOOK);
            match self.look().await {
                Lookup::Session(session) => return Ok(Leased::Session(session)),
                Lookup::Unavailable => return Ok(Leased::Unavailable),
                Lookup::Nothing { .. } => {}
            }
        }
    }

    /// Stores a new session for the others. If it cannot be stored, this process still uses it; if another process was
    /// faster, that one's session is used.
    async fn save(&self, session: Session, replaces: u64, lease: Option<&dyn Lease>) -> Session {
        let clock = &*self.fleet.clock;
        let sealed = Record::of(&session, &self.fleet.detector, clock)
            .and_then(|record| record.encode())
            .and_then(|text| self.sealer.seal(&text));
        let Some(sealed) = sealed else { return session };
        let time_to_live = session.ends_at().saturating_sub(clock.now());
        let lease = lease.and_then(|lease| lease.generation());
        let entry = NewEntry { replaces, lease, sealed: &sealed, time_to_live };
        let saved = self.fleet.guard.ask("save", |store| store.save(self.sealer.name(), entry)).await;
        if matches!(saved, Some(Ok(Saved::Superseded)))
            && let Lookup::Session(theirs) = self.look().await
        {
            return theirs;
        }
        session
    }

    fn report(&self, error: StoreError) {
        if !self.has_reported.swap(true, Ordering::Relaxed) {
            self.fleet.guard.report(error);
        }
    }
}

/// Whether a session lasts longer than the one that serves, of which the number and the end are known, and is another
/// one.
fn is_better(session: &Session, (serving, ends_at): (u64, Duration)) -> bool {
    session.shared().id != serving && session.ends_at() > ends_at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::AuthScheme;

    #[test]
    fn a_better_session_is_another_one_that_lasts_longer() {
        let session = Session::new(&"token".into(), AuthScheme::Raw, Duration::ZERO).unwrap();
        let (id, end, moment) = (session.shared().id, session.ends_at(), Duration::from_nanos(1));
        assert!(is_better(&session, (id + 1, end - moment)));
        for serving in [(id, end - moment), (id, end), (id + 1, end), (id + 1, end + moment)] {
            assert!(!is_better(&session, serving), "{serving:?}");
        }
    }
}
