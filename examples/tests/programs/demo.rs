use std::path::Path;
use std::process::Output;

use bigid_sandbox::Profile;
use bigid_witness::contract;
use httpmock::{HttpMockRequest, MockServer};
use serde_json::Value;

use super::{run, text};

/// Runs the demo.
async fn demo(words: &[&str], variables: &[(&str, &str)]) -> Output {
    run(Path::new(env!("CARGO_BIN_EXE_list_data_sources")), words, variables).await
}

/// Whether the contract describes a request; the mock responds to others with 404, which changes the demo's output.
fn described(request: &HttpMockRequest) -> bool {
    contract().check(&request.to_http_request(), &[]).is_ok()
}

#[tokio::test]
async fn without_variables_it_lists_a_sandbox_and_says_so() {
    let output = demo(&[], &[]).await;
    let (table, said) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("sandbox"), "{said}");
    assert!(table.starts_with("NAME"), "{table}");
    assert!(table.contains("250 data sources of 250; 1 exchanges, 3 calls, dialect deployed"), "{table}");
    assert_eq!(table.lines().count(), 1 + 250 + 2);
}

#[tokio::test]
async fn as_json_it_prints_one_object_and_nothing_else() {
    for words in [&["--json"][..], &["--", "--json"]] {
        let output = demo(words, &[]).await;
        let listing: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(listing["total_count"], 250);
        assert_eq!(listing["exchanges"], 1);
        assert_eq!(listing["dialect"], "deployed");
        assert_eq!(listing["data_sources"].as_array().unwrap().len(), 250);
        assert_eq!(listing.as_object().unwrap().len(), 4);
    }
}

#[tokio::test]
async fn it_runs_against_a_deployment_in_both_dialects_by_token_and_by_password() {
    for (profile, dialect) in
        [(Profile::Deployed2023, "deployed"), (Profile::Deployed6x, "deployed"), (Profile::Spec, "spec")]
    {
        let sandbox = bigid_witness::sandbox().profile(profile).data_sources(120).start().await.unwrap();
        let (base_url, token) = (sandbox.base_url(), sandbox.user_token());
        let (username, password) = (sandbox.username(), sandbox.password());
        let by_token = [("BIGID_BASE_URL", base_url.as_str()), ("BIGID_USER_TOKEN", token.as_str())];
        let by_password = [
            ("BIGID_BASE_URL", base_url.as_str()),
            ("BIGID_USERNAME", username.as_str()),
            ("BIGID_PASSWORD", password.as_str()),
        ];
        for variables in [&by_token[..], &by_password[..]] {
            let output = demo(&["--json"], variables).await;
            assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
            assert_eq!(text(&output.stderr), "");
            let listing: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(listing["data_sources"].as_array().unwrap().len(), 120);
            assert_eq!(listing["dialect"], dialect);
        }
    }
}

#[tokio::test]
async fn a_second_run_takes_the_session_of_the_first_from_the_store() {
    let sandbox = bigid_witness::sandbox().data_sources(10).start().await.unwrap();
    let (base_url, token) = (sandbox.base_url(), sandbox.user_token());
    let folder = tempfile::tempdir().unwrap();
    let store = format!("file:{}", folder.path().join("sessions").display());
    let variables =
        [("BIGID_BASE_URL", base_url.as_str()), ("BIGID_USER_TOKEN", token.as_str()), ("BIGID_SESSION_STORE", &*store)];
    for (run, exchanges) in [("first", 1), ("second", 0), ("third", 0)] {
        let output = demo(&["--json"], &variables).await;
        assert_eq!(output.status.code(), Some(0), "{run}: {}", text(&output.stderr));
        let listing: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(listing["exchanges"], exchanges, "{run}");
    }
    assert_eq!(sandbox.calls("exchange"), 1);
}

#[tokio::test]
async fn every_field_is_printed_as_it_was_received() {
    let sandbox = bigid_witness::sandbox().data_sources(40).start().await.unwrap();
    let variables = [("BIGID_BASE_URL", sandbox.base_url()), ("BIGID_USER_TOKEN", sandbox.user_token())];
    let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let listing: Value = serde_json::from_slice(&demo(&["--json"], &variables).await.stdout).unwrap();

    let client =
        bigid_auth_ext::BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).build().unwrap();
    let response = client.request(http::Method::GET, "/ds-connections?sort=name").send().await.unwrap();
    let response: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    assert_eq!(listing["data_sources"], response["data"]["ds_connections"]);
}

#[tokio::test]
async fn a_wrong_argument_or_variable_is_exit_2_and_named() {
    let token = ("BIGID_USER_TOKEN", "hunter2");
    let url = ("BIGID_BASE_URL", "http://127.0.0.1:9");
    type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], &'a str);
    let cases: [Case<'_>; 7] = [
        (&["--yaml"], &[], "--yaml"),
        (&[], &[token], "BIGID_BASE_URL"),
        (&[], &[("BIGID_ANYTHING", "x")], "BIGID_BASE_URL"),
        (&[], &[url, ("BIGID_USER_TOKNE", "hunter2")], "BIGID_USER_TOKNE"),
        (&[], &[url, ("BIGID_USERNAME", "u")], "BIGID_PASSWORD"),
        (&[], &[("BIGID_BASE_URL", "http://bigid.example"), token], "BIGID_BASE_URL: the base URL is `http`"),
        (
            &[],
            &[("BIGID_BASE_URL", "https://u:hunter2@bigid.example"), token],
            "BIGID_BASE_URL: the base URL cannot be used: the URL contains user info",
        ),
    ];
    for (words, variables, named) in cases {
        let output = demo(words, variables).await;
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{variables:?}: {said}");
        assert!(said.contains(named) && !said.contains("hunter2") && output.stdout.is_empty(), "{variables:?}: {said}");
    }
}

#[tokio::test]
async fn a_failure_is_exit_1_and_says_what_to_do() {
    let sandbox = bigid_witness::sandbox().start().await.unwrap();
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let page = MockServer::start_async().await;
    page.mock(|when, then| {
        let _ = when.is_true(described);
        then.status(200).header("content-type", "text/html").body("<html><head><title>Welcome!</title></head></html>");
    });
    let nothing = MockServer::start_async().await;
    let moved = MockServer::start_async().await;
    moved.mock(|when, then| {
        let _ = when.is_true(described);
        then.status(307).header("location", "http://127.0.0.1:9/elsewhere");
    });
    for (base_url, said) in [
        (sandbox.base_url(), "Access Management"),
        (closed, "could not be reached: the connection was refused; check the base URL"),
        (
            page.base_url(),
            "the response to the exchange is a web page (sign-in or proxy?) (it said: Welcome!); check that the base URL",
        ),
        (nothing.base_url(), "no token endpoint was found at this base URL"),
        (moved.base_url(), "redirects the exchange to http://127.0.0.1:9, and"),
    ] {
        let output = demo(&[], &[("BIGID_BASE_URL", &base_url), ("BIGID_USER_TOKEN", "never-issued")]).await;
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains(said) && stderr.lines().count() == 1, "{stderr}");
    }
}
