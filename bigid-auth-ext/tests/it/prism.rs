//! Prism judges the client: it serves a document, and reports in `sl-violations` what the document does not allow in a
//! request or a response. It has no base path.
//!
//! The received document judges the authentication scenarios in the dialect that it describes; the applied contract
//! judges these and every operation, in both. Where the received document is wrong, the failure is expected, and a
//! correction explains it.

mod server;

mod recorder;

mod scenarios;

use bigid_auth_ext::{AuthScheme, Builder, Dialect};
use bigid_contract_harness::{Outcome, Sample, call, contract, operations};
use recorder::{Exchange, Recorder};
use scenarios::{authentication, client};
use serde_yaml::Value;
use server::Prism;

const UPSTREAM: &str = "upstream/bigid-authentication.openapi.yaml";
const APPLIED: &str = "bigid.openapi.json";

/// The operations without a session; the authentication scenarios call them, each with its credential.
const SESSIONLESS: [&str; 4] = ["exchangeUserToken", "refreshAccessToken", "createSession", "exchangeServiceToken"];

/// Asserts that the referee has no objections. `cargo xtask referee` reads the number of responses.
fn assert_faultless(responses: &[Exchange]) {
    let faulty: Vec<_> = responses.iter().filter(|response| response.violations.is_some()).collect();
    assert!(faulty.is_empty(), "{faulty:#?}");
    println!("prism judged {} responses", responses.len());
}

#[tokio::test]
async fn authentication_keeps_to_the_received_document() {
    let Some(prism) = Prism::serve(UPSTREAM) else { return };
    let recorder = Recorder::before(&prism.address);
    // The document secures only one operation, so it also represents the calls that need a session.
    let responses = authentication(&recorder, Dialect::Spec, http::Method::POST, "/refresh-access-token").await;
    assert_faultless(&responses);
}

#[tokio::test]
async fn authentication_keeps_to_the_applied_contract_in_both_dialects() {
    let Some(prism) = Prism::serve(APPLIED) else { return };
    let recorder = Recorder::before(&prism.address);
    for dialect in [Dialect::Deployed, Dialect::Spec] {
        let responses = authentication(&recorder, dialect, http::Method::GET, "/ds-connections").await;
        let refused: Vec<_> = responses.iter().filter(|response| response.status == 401).collect();
        assert!(refused.iter().all(|response| response.body.contains("\"message\"")), "{refused:#?}");
        assert_faultless(&responses);
    }
}

#[tokio::test]
async fn every_operation_keeps_to_the_applied_contract_in_deployed() {
    every_operation_keeps_to_the_applied_contract(Dialect::Deployed).await;
}

#[tokio::test]
async fn every_operation_keeps_to_the_applied_contract_in_spec() {
    every_operation_keeps_to_the_applied_contract(Dialect::Spec).await;
}

async fn every_operation_keeps_to_the_applied_contract(dialect: Dialect) {
    let Some(prism) = Prism::serve(APPLIED) else { return };
    let recorder = Recorder::before(&prism.address);
    let client = client(&recorder, dialect).user_token("the-user-token").build().unwrap();
    client.session().await.unwrap();
    let mut responses = recorder.take();
    let contract = contract();
    let (sessionless, others): (Vec<_>, Vec<_>) =
        operations(&contract).partition(|(_, _, operation)| !operation["security"].to_string().contains("SystemToken"));
    assert!(sessionless.iter().all(|(_, _, operation)| SESSIONLESS.iter().any(|id| operation["operationId"] == *id)));
    assert_eq!(sessionless.len(), SESSIONLESS.len());
    for (path, method, operation) in others {
        let id = operation["operationId"].as_str().unwrap();
        for every in [true, false] {
            let sample = Sample::of(&contract, operation, every);
            let outcome = call(&client, id, &sample).await;
            let seen = recorder.take();
            assert!(
                matches!(outcome, Outcome::Json(..) | Outcome::Bytes(..) | Outcome::Empty(..)),
                "{method} {path}: {outcome:?}, {seen:#?}"
            );
            assert_eq!(seen.len(), 1, "{method} {path}: {seen:#?}");
            responses.extend(seen);
        }
    }
    assert_eq!(responses.len(), 1 + 2 * (operations(&contract).count() - SESSIONLESS.len()));
    assert_faultless(&responses);
}

/// What fails against the received document.
struct ExpectedFailure {
    fact: &'static str,
    /// The target of the action in `10-corrections.yaml` that says why.
    correction: &'static str,
    client: fn(Builder) -> Builder,
    is_refused: bool,
    fails: fn(&Exchange) -> bool,
}

const EXPECTED_FAILURES: [ExpectedFailure; 3] = [
    ExpectedFailure {
        fact: "the exchange of deployed servers is a GET",
        correction: "$.paths['/refresh-access-token'].post",
        client: |builder| builder.dialect(Dialect::Deployed),
        is_refused: false,
        fails: |response| response.method == "GET" && response.status == 405,
    },
    ExpectedFailure {
        fact: "deployed servers take the token without a scheme",
        correction: "$.components.securitySchemes.BearerAuth",
        client: |builder| builder.auth_scheme(AuthScheme::Raw),
        is_refused: false,
        fails: |response| {
            response.status == 401 && response.violations.as_ref().is_some_and(|said| said.contains("security"))
        },
    },
    ExpectedFailure {
        fact: "a refusal has its reason as JSON",
        correction: "$.paths['/sessions','/refresh-access-token'].post.responses['401']",
        client: |builder| builder,
        is_refused: true,
        fails: |response| response.status == 401 && response.violations.is_none() && response.body.is_empty(),
    },
];

#[tokio::test]
async fn what_the_received_document_gets_wrong_still_fails_and_has_its_correction() {
    let Some(prism) = Prism::serve(UPSTREAM) else { return };
    let recorder = Recorder::before(&prism.address);
    let overlay: Value = serde_yaml::from_str(include_str!("../../../spec/overlays/10-corrections.yaml")).unwrap();
    let actions = overlay["actions"].as_sequence().unwrap();
    for ExpectedFailure { fact, correction, client: change, is_refused, fails } in EXPECTED_FAILURES {
        let action = actions.iter().find(|action| action["target"] == *correction);
        let action = action.unwrap_or_else(|| panic!("no correction of {correction} explains why `{fact}` fails"));
        if is_refused {
            recorder.refuse_next("/refresh-access-token");
        }
        let client = change(client(&recorder, Dialect::Spec)).user_token("the-user-token").build().unwrap();
        let outcome = client.session().await;
        let seen = recorder.take();
        let [response] = &seen[..] else { panic!("{fact}: {seen:#?}") };
        assert!(
            fails(response) && outcome.is_err(),
            "`{fact}` no longer fails against the received document as expected. If that was fixed, the correction of \
             {correction} ({}) has expired: {response:#?}",
            action["description"].as_str().unwrap()
        );
        println!("prism found an expected failure");
    }
}
