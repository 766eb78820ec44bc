//! Session stores, working and failing. Clients with separate caches act as processes.
//!
//! This file is long because it has one scenario for each way in which a store can fail.
#![cfg(any(feature = "rustls", feature = "native-tls"))]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bigid_auth_ext::bigid_api::http::StatusCode;
use bigid_auth_ext::{
    BigIdClient, Clock as _, Credential, Dialect, Entry, EntryName, Event, Events, Lease, ManualClock, MemoryStore,
    NewEntry, Saved, SealingKey, SessionStore, StoreError, StoreOptions, WhenLeased, async_trait,
};
use bigid_sandbox::{Fault, Profile, ResponseTemplate, Sandbox};
use serde_json::json;

/// What a store does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Nothing,
    Fails,
    Hangs,
    Panics,
    /// Only this entry.
    BadEntry,
    /// Other bytes than were stored.
    Garbage,
    CutOff,
    /// Nothing is stored, as on a full disk.
    Full,
    FailsToLease,
    /// The lease is never free.
    Leased,
    NeverSupersedes,
}

/// A store that works until it is switched off, and counts its calls.
#[derive(Debug, Clone)]
struct Odd {
    inner: MemoryStore,
    wrong: Arc<Mutex<Wrong>>,
    asked: Arc<AtomicUsize>,
}

impl Odd {
    fn new(wrong: Wrong) -> Self {
        Self { inner: MemoryStore::default(), wrong: Arc::new(Mutex::new(wrong)), asked: Arc::default() }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn becomes(&self, wrong: Wrong) {
        *self.wrong.lock().unwrap() = wrong;
    }

    async fn disturb(&self) -> Result<Wrong, StoreError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let wrong = *self.wrong.lock().unwrap();
        match wrong {
            Wrong::Fails => Err(StoreError::new("down")),
            Wrong::Hangs => std::future::pending().await,
            Wrong::Panics => panic!("the store panics"),
            wrong => Ok(wrong),
        }
    }
}

#[async_trait]
impl SessionStore for Odd {
    async fn load(&self, name: &EntryName) -> Result<Option<Entry>, StoreError> {
        let wrong = self.disturb().await?;
        let entry = self.inner.load(name).await?;
        match wrong {
            Wrong::BadEntry => Err(StoreError::unusable_entry("not an entry")),
            Wrong::Garbage => Ok(Some(Entry::new(entry.map_or(1, |entry| entry.generation), vec![7; 300]))),
            Wrong::CutOff => Ok(entry.map(|entry| Entry::new(entry.generation, entry.sealed[..40].to_vec()))),
            _ => Ok(entry),
        }
    }

    async fn save(&self, name: &EntryName, entry: NewEntry<'_>) -> Result<Saved, StoreError> {
        match self.disturb().await? {
            Wrong::Full => Err(StoreError::new("no space left")),
            Wrong::NeverSupersedes => Ok(Saved::Superseded),
            _ => self.inner.save(name, entry).await,
        }
    }

    async fn try_lease(&self, name: &EntryName) -> Result<Option<Box<dyn Lease>>, StoreError> {
        match self.disturb().await? {
            Wrong::FailsToLease => Err(StoreError::new("no locks here")),
            Wrong::Leased => Ok(None),
            _ => self.inner.try_lease(name).await,
        }
    }
}

const START: i64 = 1_700_000_000;

async fn sandbox(profile: Profile) -> (Sandbox, bigid_sandbox::Clock) {
    let clock = bigid_sandbox::Clock::manual(START);
    let sandbox = bigid_witness::sandbox().profile(profile).data_sources(1).clock(clock.clone()).unique_sessions();
    (sandbox.start().await.unwrap(), clock)
}

fn clock() -> ManualClock {
    let clock = ManualClock::default();
    clock.set_wall(Duration::from_secs(START.unsigned_abs()));
    clock.advance(Duration::from_secs(100));
    clock.set_wall(Duration::from_secs(START.unsigned_abs()));
    clock
}

/// What hangs is given up after one look.
fn options() -> StoreOptions {
    StoreOptions::default().timeout(Duration::ZERO)
}

fn client(sandbox: &Sandbox, store: &Odd, clock: &ManualClock) -> BigIdClient {
    let token = Credential::user_token(sandbox.user_token());
    build(sandbox, token, store, options(), clock)
}

fn build(
    sandbox: &Sandbox,
    credential: Credential,
    store: &Odd,
    options: StoreOptions,
    clock: &ManualClock,
) -> BigIdClient {
    let client = BigIdClient::builder(sandbox.base_url()).credential(credential).clock(clock.clone());
    let client = client.session_store(store.clone()).session_store_options(options);
    client.http(|http| http.tls_certs_only([])).build().unwrap()
}

async fn call(client: &BigIdClient) {
    client.list_data_sources().send().await.unwrap();
}

fn failures(events: &mut Events) -> Vec<String> {
    let mut failures = Vec::new();
    while let Some(event) = events.try_recv() {
        if let Event::StoreFailed(error) = event {
            failures.push(error.to_string());
        }
    }
    failures
}

#[tokio::test]
async fn a_second_process_exchanges_nothing_and_probes_for_nothing() {
    for (profile, dialect) in [(Profile::Deployed6x, Dialect::Deployed), (Profile::Spec, Dialect::Spec)] {
        let ((sandbox, _), store, clock) = (sandbox(profile).await, Odd::new(Wrong::Nothing), clock());
        call(&client(&sandbox, &store, &clock)).await;
        let (requests, lists) = (sandbox.calls("exchange"), sandbox.calls("list_data_sources"));
        let second = client(&sandbox, &store, &clock);
        let mut events = second.subscribe();
        second.session().await.unwrap();
        assert_eq!(second.dialect(), Some(dialect), "known before the first call");
        call(&second).await;
        assert_eq!(sandbox.calls("list_data_sources"), lists + 1);
        assert!(matches!(events.try_recv(), Some(Event::Adopted)));
        assert_eq!((second.exchanges(), second.dialect()), (0, Some(dialect)));
        assert_eq!(sandbox.calls("exchange"), requests);
    }
}

#[tokio::test]
async fn a_hit_never_asks_the_store() {
    let ((sandbox, _), store, clock) = (sandbox(Profile::Deployed6x).await, Odd::new(Wrong::Nothing), clock());
    let client = client(&sandbox, &store, &clock);
    call(&client).await;
    let asked = store.asked();
    for _ in 0..20 {
        call(&client).await;
    }
    assert_eq!(store.asked(), asked);
}

#[tokio::test]
async fn a_store_that_is_wrong_in_any_way_costs_an_event_and_an_exchange_and_fails_no_call() {
    for wrong in [
        Wrong::Fails,
        Wrong::Hangs,
        Wrong::Panics,
        Wrong::BadEntry,
        Wrong::Garbage,
        Wrong::CutOff,
        Wrong::Full,
        Wrong::FailsToLease,
        Wrong::NeverSupersedes,
    ] {
        for was_good in [false, true] {
            let ((sandbox, _), store, clock) = (sandbox(Profile::Deployed6x).await, Odd::new(Wrong::Nothing), clock());
            if was_good {
                call(&client(&sandbox, &store, &clock)).await;
            }
            store.becomes(wrong);
            let client = client(&sandbox, &store, &clock);
            let mut events = client.subscribe();
            call(&client).await;
            let failures = failures(&mut events);
            let reads = was_good && matches!(wrong, Wrong::Full | Wrong::FailsToLease | Wrong::NeverSupersedes);
            let silent = reads || wrong == Wrong::NeverSupersedes || wrong == Wrong::CutOff && !was_good;
            assert_eq!(failures.len(), usize::from(!silent), "{wrong:?} {was_good}: {failures:?}");
            assert_eq!(client.exchanges(), u64::from(!reads), "{wrong:?} {was_good}");
            // Good again after a while, the store gets the next session.
            store.becomes(Wrong::Nothing);
            clock.advance(Duration::from_secs(6));
            sandbox.revoke_sessions();
            call(&client).await;
            let next = self::client(&sandbox, &store, &clock);
            call(&next).await;
            assert_eq!(next.exchanges(), 0, "{wrong:?} {was_good}");
        }
    }
}

#[tokio::test]
async fn a_store_that_fails_is_left_alone_for_five_seconds_and_then_for_longer() {
    let ((sandbox, _), store, clock) = (sandbox(Profile::Deployed6x).await, Odd::new(Wrong::Fails), clock());
    let client = client(&sandbox, &store, &clock);
    for pause in [5, 10, 20, 40, 60, 60] {
        let asked = store.asked();
        call(&client).await;
        assert_eq!(store.asked(), asked + 1);
        clock.advance(Duration::from_secs(pause) - Duration::from_millis(1));
        sandbox.revoke_sessions();
        call(&client).await;
        assert_eq!(store.asked(), asked + 1, "{pause}");
        clock.advance(Duration::from_millis(1));
        sandbox.revoke_sessions();
    }
}

#[tokio::test]
async fn a_refused_session_does_not_come_back_and_that_of_another_process_is_picked_up() {
    let ((sandbox, server), store, clock) = (sandbox(Profile::Deployed6x).await, Odd::new(Wrong::Nothing), clock());
    let clients: Vec<_> = (0..5).map(|_| client(&sandbox, &store, &clock)).collect();
    for round in 1..4 {
        for client in &clients {
            call(client).await;
        }
        assert_eq!(sandbox.calls("exchange"), round);
        // Old enough to be dropped when it is refused.
        clock.advance(Duration::from_secs(100));
        server.advance(Duration::from_secs(100));
        sandbox.revoke_sessions();
    }
}

#[tokio::test]
async fn a_session_near_its_end_is_renewed_once_for_all() {
    let ((sandbox, server), store, clock) = (sandbox(Profile::Deployed6x).await, Odd::new(Wrong::Nothing), clock());
    let clients: Vec<_> = (0..5).map(|_| client(&sandbox, &store, &clock)).collect();
    let week = Duration::from_secs(7 * 24 * 60 * 60);
    for round in 1..4 {
        for client in &clients {
            let mut events = client.subscribe();
            call(client).await;
            if round > 1 {
                // The old session still serves; the new one comes in the background.
                let event = events.recv().await.unwrap();
                assert!(matches!(event, Event::Refreshed | Event::Adopted), "{event:?}");
            }
        }
        assert_eq!(sandbox.calls("exchange"), round, "{}", clock.now().as_secs());
        clock.advance(week - Duration::from_secs(600));
        server.advance(week - Duration::from_secs(600));
    }
}

#[tokio::test]
async fn the_wait_for_another_process_is_bounded_and_what_follows_is_a_setting() {
    for (policy, succeeds) in [(WhenLeased::Exchange, true), (WhenLeased::Fail, false)] {
        let ((sandbox, _), store, clock) = (sandbox(Profile::Deployed6x).await, Odd::new(Wrong::Leased), clock());
        let token = Credential::user_token(sandbox.user_token());
        let client = build(&sandbox, token, &store, options().when_leased(policy), &clock);
        let started = clock.now();
        let outcome = client.session().await;
        let waited = clock.now() - started;
        assert!((Duration::from_secs(10)..Duration::from_secs(16)).contains(&waited), "{waited:?}");
        assert_eq!(outcome.is_ok(), succeeds);
        if let Err(error) = outcome {
            assert!(error.is_retryable() && error.to_string().contains("lease"), "{error}");
        }
        assert_eq!(sandbox.calls("exchange"), usize::from(succeeds));
    }
}

#[tokio::test]
async fn another_identity_deployment_or_key_never_gets_the_session() {
    let (sandbox, _) = sandbox(Profile::Deployed6x).await;
    let other = bigid_witness::sandbox().data_sources(1).start().await.unwrap();
    let (store, clock) = (Odd::new(Wrong::Nothing), clock());
    let password = || Credential::password(sandbox.username(), sandbox.password());
    let key = |byte| options().sealing_key(SealingKey::new([byte; 32]));
    let token = || Credential::user_token(sandbox.user_token());
    for (sandbox, credential, options, exchanges) in [
        (&sandbox, token(), options(), 1),
        (&sandbox, token(), options(), 0),
        (&sandbox, token(), key(1), 1),
        (&sandbox, token(), key(1), 0),
        (&sandbox, token(), key(2), 1),
        // Without a key, a password's session is not stored.
        (&sandbox, password(), options(), 1),
        (&sandbox, password(), options(), 1),
        (&sandbox, password(), key(1), 1),
        (&sandbox, password(), key(1), 0),
        (&other, Credential::user_token(other.user_token()), options(), 1),
    ] {
        let client = build(sandbox, credential, &store, options, &clock);
        client.session().await.unwrap();
        assert_eq!(client.exchanges(), exchanges);
    }
    let wrong = build(&sandbox, Credential::password(sandbox.username(), "guess"), &store, key(1), &clock);
    assert!(wrong.session().await.unwrap_err().is_rejected());
}

#[tokio::test]
async fn the_token_of_a_session_from_the_store_is_redacted_as_any_other() {
    let (sandbox, _) = sandbox(Profile::Deployed6x).await;
    let (store, clock) = (Odd::new(Wrong::Nothing), clock());
    let (first, second) = (client(&sandbox, &store, &clock), client(&sandbox, &store, &clock));
    call(&first).await;
    call(&second).await;
    assert_eq!((first.exchanges(), second.exchanges()), (1, 0));
    let token = second.cached_authorization().unwrap().to_str().unwrap().to_owned();
    let body = json!({ "message": format!("the token {token} is not allowed here") });
    let refusal = ResponseTemplate::json(&body).status(StatusCode::BAD_REQUEST);
    sandbox.on("list_data_sources").once(Fault::Response(refusal));
    let error = second.list_data_sources().send().await.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains("is not allowed here") && !text.contains(&token), "{text}");
}
