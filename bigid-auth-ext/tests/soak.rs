//! Many calls at random faults: no wrong response, no error that a retry would have saved, no write done twice, nothing
//! sent elsewhere.
//!
//! `cargo xtask soak` makes 1,000,000 calls, optimised, and looks at the memory as well; a test run makes a fiftieth of
//! them. It is a separate program, because it measures the memory of its process.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test fails by panicking, and prints")]

#[allow(unreachable_pub, missing_docs, reason = "modules of a test")]
#[path = "soak/lists.rs"]
mod lists;

#[allow(unreachable_pub, missing_docs, reason = "modules of a test")]
#[path = "soak/plan.rs"]
mod plan;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bigid_auth_ext::bigid_api::Error;
use bigid_auth_ext::bigid_api::http::{Extensions, HeaderValue, StatusCode};
use bigid_auth_ext::bigid_api::reqwest::{Request, Response};
use bigid_auth_ext::bigid_api::reqwest_middleware::{self, Middleware, Next};
use bigid_auth_ext::bigid_api::types::{ApiErrorBody, DataSource, DataSourceBody};
use bigid_auth_ext::{BigIdClient, Clock, MAX_ATTEMPTS, RetryPolicy, SystemClock, async_trait};
use bigid_sandbox::ReceivedRequest;
use futures_util::{StreamExt as _, stream};
use plan::random;

const BATCH: u64 = 500;
const IN_FLIGHT: usize = 32;
const RECORDS: usize = 200;
const PAGE: usize = 5;
const SEED: u64 = 20_231_109;

/// The system's time, twenty milliseconds later at each look, so that no session is so young that its refusal may be a
/// slow node's. Waits take no time.
#[derive(Debug, Default)]
struct NoWaits(SystemClock, Arc<AtomicU64>);

impl Clock for NoWaits {
    fn now(&self) -> Duration {
        self.0.now()
            + Duration::from_millis(20) * u32::try_from(self.1.fetch_add(1, Ordering::Relaxed)).unwrap_or(u32::MAX)
    }

    fn wall(&self) -> Duration {
        self.0.wall()
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::task::yield_now())
    }
}

tokio::task_local! {
    /// The number of the call, and of its attempts so far.
    static CALL: (u64, Cell<u64>);
}

/// Marks each request with the call and the attempt that it belongs to.
struct Mark;

#[async_trait]
impl Middleware for Mark {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let (call, attempt) = CALL.with(|(call, attempts)| (*call, attempts.replace(attempts.get() + 1)));
        request.headers_mut().insert("x-call", HeaderValue::from(call));
        request.headers_mut().insert("x-attempt", HeaderValue::from(attempt));
        next.run(request, extensions).await
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Page,
    List,
    Get,
    Create,
}

impl Kind {
    fn of(seed: u64, call: u64) -> Self {
        match random(seed, call, 1) % 100 {
            0..40 => Self::Page,
            40..60 => Self::List,
            60..98 => Self::Get,
            _ => Self::Create,
        }
    }
}

/// Makes one call, and says what became of it. A response that is another's is a failure of the test.
async fn call(
    client: &BigIdClient,
    seed: u64,
    names: &[String],
    call: u64,
) -> Result<&'static str, Error<ApiErrorBody>> {
    let at = usize::try_from(random(seed, call, 2) % 1_000_000).unwrap() % (RECORDS - PAGE);
    match Kind::of(seed, call) {
        Kind::List => return lists::read(client, seed, call).await,
        Kind::Page => {
            let (skip, limit) = (i64::try_from(at).unwrap(), i64::try_from(PAGE).unwrap());
            let page = client.list_data_sources().skip(skip).limit(limit).await?;
            let page = page.data.unwrap().ds_connections.unwrap();
            let got: Vec<&str> = page.iter().map(|source| source.name.as_deref().unwrap()).collect();
            assert_eq!(got, names[at..at + PAGE], "call {call} got another's page");
        }
        Kind::Get => {
            let source = client.data_source(&names[at]).await?;
            assert_eq!(source.name.as_ref(), Some(&names[at]), "call {call} got another's record");
        }
        Kind::Create => {
            let name = created(call);
            let source = DataSource::new().name(name.clone()).type_("s3".to_owned());
            let body = DataSourceBody::new().ds_connection(source);
            let response = client.create_data_source(body).await?;
            assert_eq!(response["ds_connection"]["name"], *name, "call {call} got another's response");
        }
    }
    Ok("done")
}

fn created(call: u64) -> String {
    format!("created by call {call}")
}

/// What the server saw of a call must explain what became of it.
fn judge(kind: Kind, call: u64, outcome: &Result<&str, Error<ApiErrorBody>>, sent: &[ReceivedRequest]) {
    let statuses: Vec<Option<u16>> = sent.iter().map(|sent| sent.status().map(|status| status.as_u16())).collect();
    let done = statuses.iter().filter(|status| **status != Some(401)).count();
    if kind == Kind::Create {
        assert!(done <= 1, "call {call} was written {done} times: {statuses:?}");
        return;
    }
    let Err(error) = outcome else { return };
    let ends_in_two_refusals = matches!(statuses[..], [.., Some(401), Some(401)]);
    let explained = match error.status() {
        Some(StatusCode::UNAUTHORIZED) => ends_in_two_refusals,
        Some(StatusCode::INTERNAL_SERVER_ERROR | StatusCode::TEMPORARY_REDIRECT) => true,
        _ => done >= usize::try_from(MAX_ATTEMPTS).unwrap(),
    };
    assert!(explained, "call {call} ended in {error:?} after {statuses:?}");
}

/// The memory of this process in MiB, if the system reports it.
fn memory() -> Option<usize> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    let resident: usize = pages.split(' ').nth(1)?.parse().ok()?;
    Some(resident * 4096 / (1024 * 1024))
}

/// What a run became.
#[derive(Debug, PartialEq)]
struct Run {
    /// How many faults were met, and a digest of which.
    faults: (u64, u64),
    /// A digest of the verdict of each call.
    verdicts: u64,
    failed: u64,
    incomplete: u64,
}

/// The verdict of a call, as a number.
fn verdict(outcome: &Result<&str, Error<ApiErrorBody>>) -> u64 {
    match outcome {
        Ok(said) => said.len() as u64,
        Err(error) => {
            1_000 + u64::from(error.status().map_or(0, |status| status.as_u16())) * 2 + u64::from(error.is_retryable())
        }
    }
}

async fn run(seed: u64, calls: u64, watches_memory: bool) -> Run {
    let elsewhere = bigid_witness::sandbox().start().await.unwrap();
    let sandbox =
        bigid_witness::sandbox().data_sources(RECORDS).seed(SEED).journal_capacity(100_000).start().await.unwrap();
    lists::serve(&sandbox, seed);
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token());
    // A call that waits for others must not run out of time that only looks at the clock have taken.
    let patient = RetryPolicy::default().max_elapsed(Duration::from_secs(86_400));
    let looks = Arc::new(AtomicU64::new(0));
    let client =
        client.clock(NoWaits(SystemClock::default(), looks.clone())).retry(patient).layer(Mark).build().unwrap();
    let all = CALL.scope((0, Cell::new(0)), client.list_data_sources().limit(1_000).send());
    let all = all.await.unwrap();
    let names: Vec<String> =
        all.data.unwrap().ds_connections.unwrap().into_iter().map(|source| source.name.unwrap()).collect();
    let met = plan::script(&sandbox, seed, &format!("{}/ds-connections", elsewhere.base_url()));

    let (client, names) = (&client, &names[..]);
    let (mut sent, mut warm, mut became) = (0, None, Run { faults: (0, 0), verdicts: 0, failed: 0, incomplete: 0 });
    for batch in 0..calls.div_ceil(BATCH) {
        sandbox.clear_journal();
        met.forget_attempts();
        // A revocation in the middle would meet calls by chance, and that of a young session would pass for a slow
        // node.
        looks.fetch_add(3_000, Ordering::Relaxed);
        sandbox.revoke_sessions();
        CALL.scope((0, Cell::new(0)), client.list_data_sources().limit(1).send()).await.unwrap();
        let numbers = batch * BATCH + 1..=((batch + 1) * BATCH).min(calls);
        let outcomes: BTreeMap<u64, Result<&str, Error<ApiErrorBody>>> = stream::iter(numbers)
            .map(|number| {
                CALL.scope((number, Cell::new(0)), async move { (number, call(client, seed, names, number).await) })
            })
            .buffer_unordered(IN_FLIGHT)
            .collect()
            .await;
        let mut journal: BTreeMap<u64, Vec<ReceivedRequest>> = BTreeMap::new();
        for request in sandbox.requests() {
            if let Some(number) = plan::number(&request, "x-call") {
                journal.entry(number).or_default().push(request);
            }
        }
        for (number, outcome) in &outcomes {
            let of_call = journal.get(number).map_or(&[][..], Vec::as_slice);
            judge(Kind::of(seed, *number), *number, outcome, of_call);
            became.failed += u64::from(outcome.is_err());
            became.incomplete += u64::from(matches!(outcome, Ok("incomplete list")));
            became.verdicts = became.verdicts.wrapping_add(random(*number, verdict(outcome), 0));
            sent += of_call.len();
        }
        if batch == calls.div_ceil(BATCH) / 5 {
            warm = memory();
        }
    }
    became.faults = met.summary();
    let grown = warm.zip(memory()).map(|(warm, now)| now.saturating_sub(warm));
    println!(
        "{calls} calls, {sent} requests, {} faults, {} failed with cause, {} lists incomplete with cause, {} exchanges, {grown:?} MiB grown",
        became.faults.0,
        became.failed,
        became.incomplete,
        client.exchanges()
    );
    assert_eq!(elsewhere.total_calls(), 0, "something was sent elsewhere");
    if watches_memory {
        // The sandbox keeps what was created: two calls in a hundred.
        let kept = usize::try_from(calls / 50 * 2 / 1024).unwrap();
        assert!(grown.is_none_or(|grown| grown < 64 + kept), "{grown:?} MiB");
    }
    became
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_response_is_wrong_no_row_is_lost_and_nothing_is_written_twice() {
    let asked: Option<u64> = std::env::var("SOAK_CALLS").ok().map(|calls| calls.parse().unwrap());
    let became = run(SEED, asked.unwrap_or(20_000), asked.is_some()).await;
    assert!(became.failed > 0 && became.incomplete > 0 && became.faults.0 > 0, "{became:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_seed_gives_the_same_faults_and_the_same_verdict_for_each_call() {
    let (one, other) = (run(1, 1_500, false).await, run(1, 1_500, false).await);
    assert_eq!(one, other);
    assert_ne!(one.faults.1, run(2, 1_500, false).await.faults.1, "another seed gives other faults");
}
