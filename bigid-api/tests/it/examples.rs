//! Runs the examples of the domains against the sandbox.

use std::collections::BTreeSet;

use bigid_api::http::Method;
use bigid_api::operations::OPERATIONS;
use bigid_sandbox::Sandbox;

use crate::common::client_of;

const DOMAINS: &str = include_str!("../../src/domains.rs");

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
        if sandbox.requests().last().unwrap().operation() != "unmatched" {
            served.insert(module(operation.tags[0]));
        }
    }
    let run: BTreeSet<String> = DOMAINS
        .split("#[doc = include_str!(\"generated/domains/")
        .skip(1)
        .filter(|text| text.contains("/// # let (") && text.contains("example().await?"))
        .map(|text| text.split('.').next().unwrap().to_owned())
        .collect();
    assert_eq!(run, served);
}

/// A program that shows how code with the client reads: required values are arguments, options are setters, records
/// nest without conversions, bodies are taken by value or by reference, and a list owns what it needs.
#[tokio::test]
async fn the_client_reads_as_one_would_have_written_it() {
    use bigid_api::Records;
    use bigid_api::types::{DataSource, DataSourceBody};

    fn rows(client: &bigid_api::Client) -> Records<bigid_api::types::Case> {
        client.list_cases().records()
    }
    fn owned<T: Send + 'static>(value: T) -> T {
        value
    }

    let sandbox = Sandbox::builder().data_sources(3).start().await.unwrap();
    let client = client_of(&sandbox).unwrap();
    let body = DataSourceBody::new().ds_connection(DataSource::new().name("Orders").type_("s3-v2").enabled("yes"));
    client.create_data_source(&body).await.unwrap();
    let source = client.get_data_source("Orders").await.unwrap();
    assert_eq!(source.ds_connection.unwrap().type_.as_deref(), Some("s3-v2"));
    let page = client.list_data_sources().limit(100).sort("name").await.unwrap();
    assert_eq!(page.data.unwrap().ds_connections.map(|sources| sources.len()), Some(4));
    let response = owned(tokio::spawn(client.list_data_sources().send())).await.unwrap();
    assert!(response.is_ok());
    drop(owned(rows(&client)));
}
