//! Runtimes beside the one that made a client's connections: a second one, an idle one, one that was left in the middle
//! of an exchange.
#![cfg(any(feature = "rustls", feature = "native-tls"))]

use std::time::Duration;

use bigid_auth_ext::{BigIdClient, RetryPolicy};
use bigid_sandbox::Sandbox;
use futures_util::poll;
use tokio::runtime::Runtime;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn sandbox() -> Sandbox {
    runtime().block_on(bigid_witness::sandbox().data_sources(3).start()).unwrap()
}

/// A client that neither waits long nor hides a failure.
fn client(sandbox: &Sandbox) -> BigIdClient {
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).retry(RetryPolicy::none());
    client.headers_timeout(Duration::from_secs(5)).http(|http| http.tls_certs_only([])).build().unwrap()
}

fn lists(runtime: &Runtime, client: &BigIdClient) {
    runtime.block_on(client.list_data_sources().send()).unwrap();
}

#[test]
fn a_second_runtime_works_while_the_first_is_idle() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    let (one, other) = (runtime(), runtime());
    for _ in 0..3 {
        lists(&one, &client);
        lists(&other, &client);
        lists(&other, &client.clone());
    }
    assert_eq!(sandbox.calls("exchange"), 1);
    // One for the exchange, and one for each runtime: none is opened twice.
    assert_eq!(sandbox.connections_accepted(), 3);
}

#[test]
fn a_runtime_for_each_call_works() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    (0..20).for_each(|_| lists(&runtime(), &client));
    assert_eq!(sandbox.calls("exchange"), 1);
}

#[test]
fn an_exchange_that_was_left_on_an_idle_runtime_is_taken_over() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    let idle = runtime();
    idle.block_on(async {
        let mut session = Box::pin(client.session());
        assert!(poll!(&mut session).is_pending());
        tokio::task::yield_now().await;
    });
    lists(&runtime(), &client);
    // Its later result is no longer needed.
    let session = runtime().block_on(client.session()).unwrap();
    lists(&idle, &client);
    assert_eq!(runtime().block_on(client.session()).unwrap().serial_number(), session.serial_number());
}

#[test]
fn without_a_runtime_the_session_is_an_error() {
    let sandbox = sandbox();
    let client = client(&sandbox);
    let error = futures_util::FutureExt::now_or_never(client.session()).unwrap().unwrap_err();
    assert!(error.to_string().contains("needs a tokio runtime"), "{error}");
}
