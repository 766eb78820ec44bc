//! What a response means, for every form of a failure, every framing, every kind of call and every status: the verdict, the exchanges,
//! the replays, and what is in the file.
//!
//! {every recorded form of a refusal, a gateway's page, an envelope with a status, a business failure, odd JSON}
//! x {every framing and size that HTTP/1.1 allows; two chunks, split at every byte}
//! x {list, get, create, delete, two exports, undescribed, undescribed JSON, exchange} x {200, 401, 403, 500}.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking, and prints"
)]

#[path = "verdicts/framing.rs"]
mod framing;
#[path = "verdicts/server.rs"]
mod server;

use std::time::Duration;

use bigid_auth_ext::bigid_api::http::Method;
use bigid_auth_ext::bigid_api::types::{DataSource, DataSourceBody};
use bigid_auth_ext::bigid_api::{ByteStream, Error};
use bigid_auth_ext::{BigIdClient, Dialect, ManualClock, RetryPolicy};
use framing::{framings, split};
use serde_json::Value;
use server::{Server, Written};

const STATUSES: [u16; 4] = [200, 401, 403, 500];

/// What is wrong with a response.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    /// The words for a refused session.
    Session,
    /// Words that are believed of a user token only. On a data call, a failure where it says `success: false`, and nothing otherwise.
    UserToken { fails: bool },
    /// A page, and the status in its title.
    Page(Option<u16>),
    /// An envelope with a status, and whether it says `success: false`.
    Envelope { status: u16, fails: bool },
    /// `success: false`, and words about something else.
    Failure,
}

const CASES: [(Form, &str); 20] = [
    // Recorded in 2023, and in the 6.x form of 2026.
    (Form::Session, r#"{"success":false,"message":"Failed to authenticate token."}"#),
    (Form::Session, r#"{"message":"Failed to authenticate token."}"#),
    (Form::UserToken { fails: true }, r#"{"success":false,"message":"Refresh token not valid"}"#),
    (Form::UserToken { fails: false }, r#"{"message":"Refresh token not valid"}"#),
    // The same as other servers may write it.
    (Form::Session, r#"{"message":"Failed to authenticate token: jwt expired","success":false,"odd":"\ud83d"}"#),
    (Form::Session, r#"{"success":true,"odd":NaN,"success":false,"message":"Failed to authenticate token"}"#),
    (Form::Session, r#"{"status":"error","statusCode":500,"data":null,"message":"Failed to authenticate token."}"#),
    (Form::Page(Some(502)), "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body></body></html>"),
    (Form::Page(Some(503)), "<!DOCTYPE html><!-- x --><HTML><TITLE>503 Service Unavailable</TITLE></HTML>"),
    (Form::Page(None), "<!doctype html><html><head><title>Sign in</title></head></html>"),
    (Form::Page(None), "<!-- hello --><html><body>Failed to authenticate token.</body></html>"),
    (Form::Envelope { status: 409, fails: false }, r#"{"status":"error","statusCode":409,"data":null,"message":"No"}"#),
    (Form::Envelope { status: 404, fails: true }, r#"{"success":false,"statusCode":404}"#),
    (Form::Envelope { status: 422, fails: false }, r#"{"statusCode":200,"statusCode":422,"data":{"a":[1]}}"#),
    (Form::Failure, r#"{"success":false,"message":"Authentication failed for user 'root' (using password: YES)"}"#),
    (Form::Failure, r#"{"success":false,"message":"The source said: Failed to authenticate token."}"#),
    (Form::UserToken { fails: true }, r#"{"success":false,"message":"Failed to authenticate token of Snowflake"}"#),
    (Form::Failure, r#"{"success":false}"#),
    (Form::Failure, r#"{"success":false,"message":"nothing","odd":1e400}"#),
    (
        Form::Failure,
        "{\"message\":\"Authentication failed. Username / Password incorrect\",\"success\":false,\"x\":\"a\tb\"}",
    ),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Call {
    List,
    Get,
    Create,
    Delete,
    /// A file of text, and one of any kind.
    Export,
    ExportAny,
    Undescribed,
    UndescribedJson,
    Exchange,
}

impl Call {
    /// The answer that the call is made for.
    fn good(self) -> &'static str {
        match self {
            Self::List => {
                r#"{"status":"success","statusCode":200,"data":{"ds_connections":[{"name":"a"}]},"message":null}"#
            }
            Self::Get | Self::Create => r#"{"ds_connection":{"name":"a"}}"#,
            Self::Export | Self::ExportAny => "\"Data Source\",\"b\"\n\"a\",1\n",
            Self::Undescribed | Self::UndescribedJson => r#"{"x":[1]}"#,
            Self::Delete | Self::Exchange => "",
        }
    }

    fn good_if(self, is_good: bool) -> String {
        if is_good { self.good() } else { "something else" }.to_owned()
    }

    fn is_described(self) -> bool {
        !matches!(self, Self::Undescribed | Self::UndescribedJson)
    }

    /// Makes the call: the status that it ended in, or what came of it.
    async fn make(self, client: &BigIdClient) -> Result<String, u16> {
        async fn file<E>(answer: Result<ByteStream, Error<E>>) -> Result<String, u16> {
            let mut written = Vec::new();
            answer.map_err(|error| status(&error))?.write_to(&mut written).await.unwrap();
            Ok(String::from_utf8(written).unwrap())
        }
        match self {
            Self::List => {
                let page = client.list_data_sources().limit(5).send().await.map_err(|error| status(&error))?;
                let page = page.data.and_then(|data| data.ds_connections).unwrap_or_default();
                Ok(self.good_if(page.first().is_some_and(|source| source.name.as_deref() == Some("a"))))
            }
            Self::Get => {
                let source = client.data_source("a").await.map_err(|error| status(&error))?;
                Ok(self.good_if(source.name.as_deref() == Some("a")))
            }
            Self::Create => {
                let source = DataSource::new().name("a".to_owned()).type_("s3".to_owned());
                let body = DataSourceBody::new().ds_connection(source);
                let answer = client.create_data_source(body).send().await.map_err(|error| status(&error))?;
                Ok(self.good_if(answer["ds_connection"]["name"] == "a"))
            }
            Self::Delete => {
                let answer = client.delete_data_source("a").send().await;
                answer.map(|_| String::new()).map_err(|error| status(&error))
            }
            Self::Export => file(client.export_findings().await).await,
            Self::ExportAny => file(client.export_data_sources().await).await,
            Self::Undescribed => {
                let response = client.request(Method::GET, "/anything").send().await.map_err(|error| status(&error))?;
                let code = response.status();
                let text = response.text().await.unwrap();
                if code.is_success() { Ok(text) } else { Err(code.as_u16()) }
            }
            Self::UndescribedJson => {
                let answer = client.request(Method::GET, "/anything").send_json::<Value>().await;
                answer.map(|answer| answer.to_string()).map_err(|error| status(&error))
            }
            Self::Exchange => match client.session().await {
                Ok(_) => Ok(String::new()),
                Err(error) => {
                    let status = error.status().unwrap().as_u16();
                    assert_eq!(error.is_rejected(), status == 401, "{error}");
                    Err(status)
                }
            },
        }
    }
}

fn status<E>(error: &Error<E>) -> u16 {
    error.status().unwrap_or_else(|| panic!("{error:?} has no status")).as_u16()
}

/// The status that a response means, written down here a second time.
fn meant(form: Form, call: Call, sent: u16) -> u16 {
    match (form, call) {
        (Form::Session, _) | (Form::UserToken { .. }, Call::Exchange) => 401,
        _ if sent != 200 => sent,
        (Form::Page(Some(status)), _) => status,
        (Form::Page(None), Call::Undescribed) => 200,
        (Form::Page(None), _) => 502,
        (Form::Envelope { status, fails }, _) if fails || call.is_described() => status,
        (Form::Envelope { .. }, _) => 200,
        (Form::Failure | Form::UserToken { fails: true }, _) => 400,
        // An object where a file of text is documented is none.
        (Form::UserToken { fails: false }, Call::Export) => 400,
        (Form::UserToken { fails: false }, _) => 200,
    }
}

/// What comes of a call whose first request, or whose first exchange, is answered so.
#[derive(Debug, PartialEq)]
struct Outcome {
    /// The status of the error, or none. What a success holds is compared where it is the good answer.
    error: Option<u16>,
    good: bool,
    exchanges: usize,
    calls: usize,
}

fn expected(form: Form, call: Call, sent: u16) -> Outcome {
    let meant = meant(form, call, sent);
    if call == Call::Exchange {
        let is_page_of_another_server = form == Form::Page(None) && sent == 200;
        let passes = meant >= 500 && !is_page_of_another_server;
        let error = (!passes).then_some(meant);
        return Outcome { error, good: passes, exchanges: if passes { 2 } else { 1 }, calls: 0 };
    }
    match meant {
        401 => Outcome { error: None, good: true, exchanges: 1, calls: 2 },
        200 => Outcome { error: None, good: false, exchanges: 0, calls: 1 },
        _ => Outcome { error: Some(meant), good: false, exchanges: 0, calls: 1 },
    }
}

struct Bench {
    server: Server,
    base: String,
    clock: ManualClock,
    client: BigIdClient,
    call: Call,
    tried: usize,
}

fn client(base: &str, clock: &ManualClock) -> BigIdClient {
    let client = BigIdClient::builder(base).user_token("a-user-token").dialect(Dialect::Deployed);
    // Reading the roots of the operating system takes longer than everything else here.
    let client = client.http(|http| http.tls_certs_only([])).clock(clock.clone()).retry(RetryPolicy::none());
    client.build().unwrap()
}

impl Bench {
    async fn of(call: Call) -> Self {
        let (server, base) = Server::start(call.good()).await;
        let clock = ManualClock::default();
        let client = client(&base, &clock);
        if call != Call::Exchange {
            client.session().await.unwrap();
        }
        server.counts();
        Self { server, base, clock, client, call, tried: 0 }
    }

    async fn tries(&mut self, form: Form, body: &str, sent: u16, how: &str, written: Written) {
        let (call, mut what) = (self.call, expected(form, self.call, sent));
        // No session is young, and none ends.
        self.clock.advance(Duration::from_secs(60));
        if call == Call::Exchange {
            self.client = client(&self.base, &self.clock);
            self.server.next_exchange(written);
        } else {
            self.server.next_call(written);
        }
        let outcome = call.make(&self.client).await;
        let (exchanges, calls) = self.server.counts();
        // What passes need not be what a described call was made for.
        let undecided = what == Outcome { error: None, good: false, exchanges: 0, calls: 1 };
        if undecided && matches!(call, Call::List | Call::Get | Call::Create) {
            what.error = outcome.as_ref().err().copied();
        }
        let got = Outcome {
            error: outcome.as_ref().err().copied(),
            good: outcome.as_ref().is_ok_and(|text| text == call.good()) && !(undecided && call == Call::Delete),
            exchanges,
            calls,
        };
        assert_eq!(got, what, "{call:?}, sent {sent}, {how}: {body}\n{outcome:?}");
        if let (true, Call::Undescribed | Call::ExportAny, Ok(text)) = (undecided, call, &outcome) {
            assert_eq!(text.trim_start_matches('\u{feff}').trim(), body, "handed on as it came");
        }
        self.tried += 1;
    }
}

async fn every_form_in_every_framing(call: Call) {
    let mut bench = Bench::of(call).await;
    for (form, body) in CASES {
        for sent in STATUSES {
            for (how, written) in framings(sent, body) {
                bench.tries(form, body, sent, how, written).await;
            }
        }
        // Each place under 200, and under one of the others; `invariants::normalize` holds every verdict to be the same in any pieces.
        for place in 1..body.len() {
            for sent in [STATUSES[0], STATUSES[1 + place % 3]] {
                bench.tries(form, body, sent, &format!("split at {place}"), split(sent, body, place)).await;
            }
        }
    }
    println!("{call:?}: {} calls", bench.tried);
    assert!(bench.tried >= CASES.len() * STATUSES.len() * (20 + 15 / 2));
}

macro_rules! matrix {
    ($($name:ident $call:ident)*) => {
        $(#[tokio::test]
        async fn $name() {
            every_form_in_every_framing(Call::$call).await;
        })*
    };
}

matrix! {
    a_list_is_judged_by_its_whole_response List
    a_get_is_judged_by_its_whole_response Get
    a_creation_is_judged_by_its_whole_response Create
    a_deletion_is_judged_by_its_whole_response Delete
    an_export_of_text_is_judged_by_its_whole_response Export
    an_export_of_any_kind_is_judged_by_its_whole_response ExportAny
    an_undescribed_call_is_judged_by_its_whole_response Undescribed
    an_undescribed_json_call_is_judged_by_its_whole_response UndescribedJson
    an_exchange_is_judged_by_its_whole_response Exchange
}
