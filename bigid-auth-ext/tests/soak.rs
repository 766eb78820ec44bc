//! Many calls at random faults: no wrong answer, no error that a retry would have saved, no write done twice, nothing sent elsewhere.
//!
//! `cargo xtask soak` makes 200,000 calls, optimised, and looks at the memory as well; a test run makes a hundredth of them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test fails by panicking, and prints")]

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bigid_auth_ext::bigid_api::Error;
use bigid_auth_ext::bigid_api::http::{Extensions, HeaderValue, StatusCode};
use bigid_auth_ext::bigid_api::reqwest::{Request, Response};
use bigid_auth_ext::bigid_api::reqwest_middleware::{self, Middleware, Next};
use bigid_auth_ext::bigid_api::types::{DataSource, DataSourceBody, Failure};
use bigid_auth_ext::{BigIdClient, Clock, MAX_ATTEMPTS, SystemClock, async_trait};
use bigid_sandbox::{Fault, Received, RetryAfter, Sandbox};
use futures_util::{StreamExt as _, stream};

const BATCH: u64 = 500;
const IN_FLIGHT: usize = 32;
const RECORDS: usize = 200;
const PAGE: usize = 5;
const SEED: u64 = 20_231_109;

/// The system's time, twenty milliseconds later at each look, so that no session is so young that its refusal may be a slow node's. Waits take
/// no time.
#[derive(Debug, Default)]
struct NoWaits(SystemClock, AtomicU64);

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
    static CALL: u64;
}

/// Marks each request with the call that it belongs to.
struct Mark;

#[async_trait]
impl Middleware for Mark {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        request.headers_mut().insert("x-call", HeaderValue::from(CALL.get()));
        next.run(request, extensions).await
    }
}

/// Numbers that follow from a number (SplitMix64).
fn random(of: u64, salt: u64) -> u64 {
    let mut z = of.wrapping_add(SEED).wrapping_add(salt.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    List,
    Get,
    Create,
}

impl Kind {
    fn of(call: u64) -> Self {
        match random(call, 1) % 100 {
            0..60 => Self::List,
            60..98 => Self::Get,
            _ => Self::Create,
        }
    }
}

/// Makes one call. An answer that is another's is a failure of the test.
async fn call(client: &BigIdClient, names: &[String], call: u64) -> Result<(), Error<Failure>> {
    let at = usize::try_from(random(call, 2)).unwrap_or(usize::MAX) % (RECORDS - PAGE);
    match Kind::of(call) {
        Kind::List => {
            let (skip, limit) = (i64::try_from(at).unwrap(), i64::try_from(PAGE).unwrap());
            let page = client.list_data_sources().skip(skip).limit(limit).send().await?.into_inner();
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
            let source = DataSource::builder().name(name.clone()).type_("s3".to_owned());
            let body = DataSourceBody::builder().ds_connection(DataSource::try_from(source).unwrap());
            let answer = client.create_data_source().body(body).send().await?.into_inner();
            assert_eq!(answer["ds_connection"]["name"], *name, "call {call} got another's answer");
        }
    }
    Ok(())
}

fn created(call: u64) -> String {
    format!("created by call {call}")
}

/// What the server saw of a call must explain what became of it.
fn judge(call: u64, outcome: &Result<(), Error<Failure>>, sent: &[Received]) {
    let statuses: Vec<Option<u16>> = sent.iter().map(|sent| sent.status().map(|status| status.as_u16())).collect();
    let done = statuses.iter().filter(|status| **status != Some(401)).count();
    if Kind::of(call) == Kind::Create {
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

fn script(sandbox: &Sandbox, elsewhere: &str) {
    for operation in ["list_data_sources", "get_data_source", "create_data_source"] {
        for (chance, fault) in [
            (0.01, Fault::Reset),
            (0.01, Fault::Close),
            (0.01, Fault::Status(StatusCode::BAD_GATEWAY)),
            (0.01, Fault::Status(StatusCode::SERVICE_UNAVAILABLE)),
            (0.005, Fault::Status(StatusCode::INTERNAL_SERVER_ERROR)),
            (0.01, Fault::RetryAfter(StatusCode::TOO_MANY_REQUESTS, RetryAfter::Seconds(1))),
            (0.01, Fault::GatewayPageUnder200),
            (0.01, Fault::RevokeSessions),
            (0.01, Fault::CutBody { after: 100 }),
            (0.01, Fault::ResetBody { after: 100 }),
            (0.01, Fault::WrongContentLength(50)),
            (0.02, Fault::SlowBody { piece: 100, pause: Duration::ZERO }),
            (0.002, Fault::Redirect(StatusCode::TEMPORARY_REDIRECT, elsewhere.to_owned())),
        ] {
            sandbox.on(operation).chance(chance, fault);
        }
    }
    sandbox.on("exchange").chance(0.05, Fault::Status(StatusCode::SERVICE_UNAVAILABLE));
    sandbox.on("exchange").chance(0.02, Fault::Reset);
}

/// The memory that this process holds, in MiB, where the system tells.
fn memory() -> Option<usize> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    let resident: usize = pages.split(' ').nth(1)?.parse().ok()?;
    Some(resident * 4096 / (1024 * 1024))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_is_wrong_and_nothing_is_written_twice() {
    let asked: Option<u64> = std::env::var("SOAK_CALLS").ok().map(|calls| calls.parse().unwrap());
    let calls = asked.unwrap_or(2_000);
    let elsewhere = bigid_witness::sandbox().start().await.unwrap();
    let sandbox =
        bigid_witness::sandbox().data_sources(RECORDS).seed(SEED).journal_capacity(100_000).start().await.unwrap();
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token());
    let client = client.clock(NoWaits::default()).layer(Mark).build().unwrap();
    let all = CALL.scope(0, client.list_data_sources().limit(1_000).send()).await.unwrap().into_inner();
    let names: Vec<String> =
        all.data.unwrap().ds_connections.unwrap().into_iter().map(|source| source.name.unwrap()).collect();
    script(&sandbox, &format!("{}/ds-connections", elsewhere.base_url()));

    let (client, names) = (&client, &names[..]);
    let (mut failed, mut sent, mut warm) = (0, 0, None);
    for batch in 0..calls.div_ceil(BATCH) {
        sandbox.clear_journal();
        let numbers = batch * BATCH..((batch + 1) * BATCH).min(calls);
        let outcomes: BTreeMap<u64, Result<(), Error<Failure>>> = stream::iter(numbers)
            .map(|number| CALL.scope(number, async move { (number, call(client, names, number).await) }))
            .buffer_unordered(IN_FLIGHT)
            .collect()
            .await;
        let mut journal: BTreeMap<u64, Vec<Received>> = BTreeMap::new();
        for request in sandbox.requests() {
            if let Some(number) = request.header("x-call") {
                journal.entry(number.parse().unwrap()).or_default().push(request);
            }
        }
        for (number, outcome) in &outcomes {
            let of_call = journal.get(number).map_or(&[][..], Vec::as_slice);
            judge(*number, outcome, of_call);
            failed += u64::from(outcome.is_err());
            sent += of_call.len();
        }
        if batch == calls.div_ceil(BATCH) / 5 {
            warm = memory();
        }
    }
    let grown = warm.zip(memory()).map(|(warm, now)| now.saturating_sub(warm));
    println!(
        "{calls} calls, {sent} requests, {failed} failed with cause, {} exchanges, {grown:?} MiB grown",
        client.exchanges()
    );
    assert_eq!(elsewhere.total_calls(), 0, "something was sent elsewhere");
    if asked.is_some() {
        // The sandbox keeps what was created.
        assert!(grown.is_none_or(|grown| grown < 64), "{grown:?} MiB");
    }
}
