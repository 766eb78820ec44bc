//! The same client without `async`: every kind of call, wherever code runs, gives a result or a clear error, never a
//! panic.
#![cfg(feature = "blocking")]

use std::error::Error;
use std::io::Read as _;
use std::thread;

use bigid_auth_ext::blocking::{BlockingError, Reader, WaitEach as _, WaitExt as _, block_on};
use bigid_auth_ext::types::{DataSource, DataSourceBody};
use bigid_auth_ext::{AuthError, BigIdClient, http::Method};
use bigid_sandbox::{Fault, Sandbox};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;
fn done<T>(_: T) -> Outcome {
    Ok(())
}

type Call = fn(&BigIdClient, &str) -> Outcome;

/// Every kind of call: waiting, reading item by item, and other error types. `name` must not exist on the server.
const KINDS: [(&str, Call); 14] = [
    ("a record", |client, _| done(client.list_data_sources().limit(1).wait()?)),
    ("a future", |client, _| done(client.list_data_sources().send().wait()?)),
    ("a response", |client, _| done(client.list_data_sources().with_response().wait()?)),
    ("a body that is sent", |client, name| {
        let body = DataSourceBody::new().ds_connection(DataSource::new().name(name).type_("s3-v2"));
        client.create_data_source(body).wait()?;
        Ok(())
    }),
    ("records", |client, _| {
        let all = client.list_data_sources().records().page_size(9).wait_each().collect::<Result<Vec<_>, _>>()?;
        assert!(all.len() >= 30);
        Ok(())
    }),
    ("records with prefetch", |client, _| {
        let records = client.list_data_sources().records().page_size(9).prefetch(true);
        assert!(records.wait_each().collect::<Result<Vec<_>, _>>()?.len() >= 30);
        Ok(())
    }),
    ("all records", |client, _| done(client.list_data_sources().records().try_collect::<Vec<_>>().wait()?)),
    ("pages", |client, _| {
        let pages = client.list_data_sources().pages().page_size(10).wait_each().collect::<Result<Vec<_>, _>>()?;
        assert!(pages.len() >= 3);
        Ok(())
    }),
    ("an export", |client, _| {
        let mut text = String::new();
        Reader::new(client.export_findings().wait()?).read_to_string(&mut text)?;
        assert!(text.starts_with("\"Data Source\"") && text.lines().count() > 30, "{text}");
        Ok(())
    }),
    ("an undescribed request", |client, _| {
        client.request(Method::GET, "/ds-connections?limit=1").send_json::<Value>().wait()?;
        Ok(())
    }),
    ("a session", |client, _| done(client.session().wait()?)),
    ("a wait", |client, _| done(client.wait_for_minimization("unknown").wait()?)),
    ("the looks of a wait", |client, _| {
        let looks = client.wait_for_minimization("unknown").watch().wait_each().collect::<Result<Vec<_>, _>>()?;
        assert_eq!(looks.len(), 1);
        Ok(())
    }),
    ("any future", |client, _| {
        let response = block_on(client.request(Method::GET, "/ds-connections?limit=1").send())??;
        assert!(!block_on(response.bytes())??.is_empty());
        Ok(())
    }),
];

type Job = Box<dyn FnOnce() -> Outcome + Send>;
type Place = fn(Job) -> Outcome;

fn single() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn multi() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

/// Every context in which code runs, and whether it may block there.
const CONTEXTS: [(&str, bool, Place); 9] = [
    ("a thread", true, |job| job()),
    ("a thread that entered a runtime", true, |job| {
        let runtime = multi();
        let entered = runtime.enter();
        let outcome = job();
        drop(entered);
        outcome
    }),
    ("spawn_blocking", true, |job| multi().block_on(async { tokio::task::spawn_blocking(job).await.unwrap() })),
    ("block_in_place", true, |job| multi().block_on(async { tokio::task::block_in_place(job) })),
    ("another blocking call", true, |job| block_on(async { job() }).unwrap()),
    ("the main task of one thread", false, |job| single().block_on(async { job() })),
    ("the main task of many threads", false, |job| multi().block_on(async { job() })),
    ("a spawned task", false, |job| multi().block_on(async { tokio::spawn(async { job() }).await.unwrap() })),
    ("a local task", false, |job| {
        let local = tokio::task::LocalSet::new();
        local.block_on(&single(), async { tokio::task::spawn_local(async { job() }).await.unwrap() })
    }),
];

fn sandbox() -> Sandbox {
    block_on(bigid_witness::sandbox().data_sources(30).start()).unwrap().unwrap()
}

fn client_of(sandbox: &Sandbox) -> BigIdClient {
    BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).build().unwrap()
}

fn is_refused(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| (*error).source()).any(|error| {
        let layer = error.downcast_ref::<bigid_auth_ext::Error<bigid_auth_ext::types::ApiErrorBody>>();
        matches!(layer, Some(bigid_auth_ext::Error::Layer(layer)) if layer.get_ref().is::<BlockingError>())
            || error.downcast_ref::<BlockingError>().is_some()
            || error.to_string().contains("blocking call was made inside an async task")
    })
}

#[test]
fn every_kind_of_call_works_where_blocking_is_allowed_and_says_so_where_it_is_not() {
    let sandbox = sandbox();
    for (place, may_block, run) in CONTEXTS {
        // The first of its calls makes the exchange.
        let client = client_of(&sandbox);
        let before = sandbox.calls("exchange");
        for (kind, call) in KINDS {
            let (client, name) = (client.clone(), format!("{kind} on {place}"));
            match run(Box::new(move || call(&client, &name))) {
                Ok(()) => assert!(may_block, "{kind} blocked {place}"),
                Err(error) => {
                    assert!(!may_block && is_refused(&*error), "{kind} on {place}: {error:?}");
                    assert!(error.to_string().contains("spawn_blocking"), "{kind} on {place}: {error}");
                }
            }
            assert_eq!(sandbox.calls("exchange") - before, usize::from(may_block), "{kind} on {place}");
        }
    }
}

#[test]
fn a_list_that_must_not_be_read_here_is_one_error_and_ends() {
    let sandbox = sandbox();
    let client = client_of(&sandbox);
    let items: Vec<bool> = single().block_on(async {
        client.list_data_sources().records().wait_each().map(|item| item.is_ok()).take(5).collect()
    });
    assert_eq!(items, [false]);
}

#[test]
fn a_page_that_failed_is_asked_for_again_and_nothing_is_lost() {
    let sandbox = sandbox();
    let client =
        client_of(&sandbox).with_options(bigid_auth_ext::CallOptions::new().retry(bigid_auth_ext::RetryPolicy::none()));
    sandbox.on("list_data_sources").after(1).once(Fault::Status(http::StatusCode::BAD_GATEWAY));
    let mut sources = client.list_data_sources().records().page_size(10).wait_each();
    let (mut records, mut errors) = (0, 0);
    for source in sources.by_ref() {
        match source {
            Ok(_) => records += 1,
            Err(error) => {
                assert!(error.is_retryable(), "{error}");
                errors += 1;
            }
        }
    }
    assert_eq!((records, errors), (30, 1));
    assert_eq!(sources.get_ref().total(), Some(30));
    assert_eq!(block_on(sources.into_inner().try_next()).unwrap().unwrap(), None);
}

#[test]
fn an_export_that_breaks_off_never_looks_complete() {
    let sandbox = sandbox();
    let client = client_of(&sandbox);
    sandbox.on("export_findings").always(Fault::CutBody { after: 2000 });
    let mut export = Reader::new(client.export_findings().wait().unwrap());
    let mut text = Vec::new();
    let error = export.read_to_end(&mut text).unwrap_err();
    assert!(error.to_string().contains("cut off"), "{error}");
    assert!(text.len() <= 2000);
    for _ in 0..3 {
        assert!(export.read(&mut [0; 16]).is_err());
    }
}

#[test]
fn a_rejected_credential_is_an_auth_error_as_with_async() {
    let sandbox = sandbox();
    let client = BigIdClient::builder(sandbox.base_url()).user_token("never-issued").build().unwrap();
    let error = client.list_data_sources().wait().unwrap_err();
    assert!(AuthError::of(&error).unwrap().is_rejected(), "{error}");
    assert!(client.session().wait().unwrap_err().is_rejected());
}

#[test]
fn threads_share_one_session_and_one_exchange() {
    let sandbox = sandbox();
    let client = client_of(&sandbox);
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| client.list_data_sources().limit(1).wait().unwrap());
        }
    });
    assert_eq!(sandbox.calls("exchange"), 1);
}

#[test]
fn one_client_serves_blocking_and_async_code_at_once() {
    let sandbox = sandbox();
    let client = client_of(&sandbox);
    client.list_data_sources().limit(1).wait().unwrap();
    multi().block_on(async {
        client.list_data_sources().limit(1).await.unwrap();
        let blocking = client.clone();
        let task = tokio::task::spawn_blocking(move || blocking.list_data_sources().limit(1).wait().map(drop));
        let (async_call, blocking_call) = tokio::join!(client.list_data_sources().limit(1).send(), task);
        async_call.unwrap();
        blocking_call.unwrap().unwrap();
    });
    // The runtime is gone; the blocking one is not.
    client.list_data_sources().limit(1).wait().unwrap();
    assert_eq!(sandbox.calls("exchange"), 1);
}
