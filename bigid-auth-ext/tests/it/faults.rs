//! Every fault of the sandbox with every kind of call: the result, the number of requests, and the number of exchanges.
//! The test generates the table in docs/faults.md.

use std::fmt::Write as _;
use std::time::Duration;

use bigid_auth_ext::bigid_api::Error;
use bigid_auth_ext::bigid_api::http::StatusCode;
use bigid_auth_ext::bigid_api::types::{ApiErrorBody, DataSource, DataSourceBody};
use bigid_auth_ext::{AuthError, BigIdClient, ManualClock};
use bigid_sandbox::{BadBody, Fault, RetryAfter};
use futures_util::TryStreamExt as _;

/// The kinds of calls: what they are called in the table, and the operation that the fault is aimed at.
const KINDS: [(&str, &str); 4] = [
    ("a list (JSON, repeatable)", "list_data_sources"),
    ("a creation (JSON, sent once)", "create_data_source"),
    ("an export (stream)", "export_findings"),
    ("the exchange before a list", "exchange"),
];

fn faults() -> Vec<(String, Fault)> {
    let mut faults: Vec<(String, Fault)> = [400, 403, 404, 408, 429, 500, 502, 503, 504]
        .map(|code| (format!("status {code}"), Fault::Status(StatusCode::from_u16(code).unwrap())))
        .into();
    let too_many = |after| Fault::RetryAfter(StatusCode::TOO_MANY_REQUESTS, after);
    let others = [
        ("429, `Retry-After: 2`", too_many(RetryAfter::Seconds(2))),
        ("429, `Retry-After: 3600`", too_many(RetryAfter::Seconds(3600))),
        ("429, `Retry-After` that cannot be read", too_many(RetryAfter::Text("soon".into()))),
        ("a gateway's page under 200", Fault::GatewayPageUnder200),
        ("a redirect", Fault::Redirect(StatusCode::TEMPORARY_REDIRECT, "http://127.0.0.1:9/".into())),
        ("the token is refused", Fault::RejectToken),
        ("every session is revoked", Fault::RevokeSessions),
        ("JSON that stops in the middle", Fault::Body(BadBody::Malformed)),
        ("no body", Fault::Body(BadBody::Empty)),
        ("2 MiB of JSON", Fault::Body(BadBody::Huge { bytes: 2 << 20 })),
        ("2 MiB of JSON, unannounced", Fault::Body(BadBody::HugeUnannounced { bytes: 2 << 20 })),
        ("arrays, 100,000 deep", Fault::Body(BadBody::Nested { depth: 100_000 })),
        ("a text that is not UTF-8", Fault::Body(BadBody::NotUtf8)),
        ("a reset instead of a response", Fault::Reset),
        ("a close instead of a response", Fault::Close),
        ("a body cut off by a close", Fault::CutBody { after: 20 }),
        ("a body cut off by a reset", Fault::ResetBody { after: 20 }),
        ("a body in pieces of 64 bytes", Fault::SlowBody { piece: 64, pause: Duration::ZERO }),
        ("`Content-Length` too large", Fault::WrongContentLength(100)),
        ("`Content-Length` too small", Fault::WrongContentLength(-1)),
        ("latency", Fault::Latency(Duration::from_millis(1))),
        ("the server's clock an hour ahead", Fault::ClockAhead(Duration::from_secs(3600))),
        ("the server's clock an hour behind", Fault::ClockBehind(Duration::from_secs(3600))),
    ];
    faults.extend(others.map(|(name, fault)| (name.to_owned(), fault)));
    faults
}

async fn call(client: &BigIdClient, operation: &str) -> Result<(), Error<ApiErrorBody>> {
    match operation {
        "create_data_source" => {
            let source = DataSource::new().name("new".to_owned()).type_("s3".to_owned());
            let body = DataSourceBody::new().ds_connection(source);
            client.create_data_source(body).send().await.map(drop)
        }
        "export_findings" => {
            let response = client.export_findings().send().await?;
            match response.try_fold(0, async |sum, piece| Ok(sum + piece.len())).await {
                Ok(_) => Ok(()),
                Err(_) => Err(Error::InvalidRequest("the stream broke off".to_owned())),
            }
        }
        _ => client.list_data_sources().send().await.map(drop),
    }
}

/// What a caller sees of an error.
fn seen(error: &Error<ApiErrorBody>) -> String {
    let variant = match error {
        Error::Communication(_) => "unreachable",
        Error::Layer(_) => "no session",
        Error::Body(_) => "cut off",
        Error::Payload(_) => "not as documented",
        Error::InvalidRequest(reason) => reason,
        _ => "",
    };
    let status = error.status().map_or(String::new(), |status| status.as_str().to_owned());
    let rejected = if AuthError::of(error).is_some_and(AuthError::is_rejected) { "rejected" } else { "" };
    [variant, &status, rejected].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// One cell: the outcome, and the numbers of requests.
async fn cell(operation: &str, fault: Fault, always: bool) -> String {
    let sandbox = bigid_witness::sandbox().data_sources(3).start().await.unwrap();
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token());
    // Reading the operating system's root certificates would take longer than everything else here.
    let clock = ManualClock::default();
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    let client = client.http(|http| http.tls_certs_only([]));
    let client = client.clock(clock.clone()).build().unwrap();
    if operation != "exchange" {
        client.session().await.unwrap();
        // Its refusal is not a slow node's.
        clock.advance(Duration::from_secs(3));
    }
    let rule = sandbox.on(operation);
    if always {
        rule.always(fault)
    } else {
        rule.once(fault)
    };
    let outcome = match call(&client, operation).await {
        Ok(()) => "ok".to_owned(),
        Err(error) => seen(&error),
    };
    let (sent, exchanges) = (sandbox.calls(operation), sandbox.calls("exchange"));
    match operation {
        "exchange" => format!("{outcome} · {sent}"),
        _ if exchanges > 1 => format!("{outcome} · {sent} · {exchanges}"),
        _ => format!("{outcome} · {sent}"),
    }
}

#[tokio::test]
async fn every_fault_meets_every_kind_of_call_as_the_table_says() {
    let mut table = String::from("| fault |");
    KINDS.iter().for_each(|(kind, _)| write!(table, " {kind}: once | forever |").unwrap());
    table += "\n|---|";
    table += &"---|---|".repeat(KINDS.len());
    for (name, fault) in faults() {
        write!(table, "\n| {name} |").unwrap();
        for (_, operation) in KINDS {
            for always in [false, true] {
                write!(table, " {} |", cell(operation, fault.clone(), always).await).unwrap();
            }
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/faults.md");
    let documented = std::fs::read_to_string(path).unwrap();
    assert!(documented.contains(&table), "docs/faults.md should hold this table:\n{table}\n");
}
