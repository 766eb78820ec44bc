//! The examples of the domains are run wherever the sandbox serves the domain.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;

use bigid_api::http::Method;
use bigid_api::operations::OPERATIONS;
use bigid_sandbox::Sandbox;
use common::client_of;

const DOMAINS: &str = include_str!("../src/domains.rs");

/// Of the catalog, the sandbox serves one operation, which fails on every server that it was tried on.
const WITHOUT_EXAMPLE: [&str; 1] = ["catalog"];

/// `AccessIntelligence` is the module `access_intelligence`.
fn module(tag: &str) -> String {
    let mut name = String::new();
    for (index, letter) in tag.char_indices() {
        if letter.is_ascii_uppercase() && index > 0 {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[tokio::test]
async fn a_domain_that_the_sandbox_serves_has_an_example_that_is_run() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client_of(&sandbox).unwrap();
    let mut served = BTreeSet::new();
    for operation in OPERATIONS {
        let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
        let path = operation.path.replace(['{', '}'], "");
        client.request(method, &path).send().await.unwrap();
        let not_served = ["unmatched".into(), "not_served".into()];
        if !not_served.contains(&sandbox.requests().last().unwrap().operation()) {
            served.insert(module(operation.tags[0]));
        }
    }
    let run: BTreeSet<String> = DOMAINS
        .split("#[doc = include_str!(\"generated/domains/")
        .skip(1)
        .filter(|text| text.contains("/// # let (") && text.contains("example().await?"))
        .map(|text| text.split('.').next().unwrap().to_owned())
        .collect();
    served.retain(|module| !WITHOUT_EXAMPLE.contains(&module.as_str()));
    assert_eq!(run, served);
    assert_eq!(run.len(), 8);
}
