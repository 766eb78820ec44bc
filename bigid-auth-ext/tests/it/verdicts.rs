//! What a response means, for every form of a failure, every framing, every kind of call and every status: the verdict,
//! the exchanges, the replays, and what is in the file.
//!
//! {every recorded form of a refusal, a gateway's page, an envelope with a status, a business failure, malformed JSON}
//! x {every framing and size that HTTP/1.1 allows; two chunks, split at every byte; the framings of HTTP/2}
//! x {list, get, create, delete, two exports, undescribed, undescribed JSON, exchange} x {200, 401, 403, 500}.

mod call;
mod form;
mod framing;
mod http2;
pub mod server;

use std::time::Duration;

use bigid_auth_ext::{BigIdClient, Dialect, ManualClock, RetryPolicy};
use call::Call;
use form::{CASES, Form, Outcome, expected};
use framing::split;
use server::{Response, Server};

const STATUSES: [u16; 4] = [200, 401, 403, 500];

#[derive(Debug, Clone, Copy)]
enum Version {
    Http1,
    Http2,
}

struct Bench<R> {
    server: Server<R>,
    base: String,
    clock: ManualClock,
    client: BigIdClient,
    version: Version,
    call: Call,
    tried: usize,
}

fn client(base: &str, clock: &ManualClock, version: Version) -> BigIdClient {
    let client = BigIdClient::builder(base).user_token("a-user-token").dialect(Dialect::Deployed);
    // Reading the roots of the operating system takes longer than everything else here.
    let client = client.http(move |http| match version {
        Version::Http1 => http.tls_certs_only([]),
        Version::Http2 => http.tls_certs_only([]).http2_prior_knowledge(),
    });
    let client = client.clock(clock.clone()).retry(RetryPolicy::none());
    client.build().unwrap()
}

impl<R: Response> Bench<R> {
    async fn of(call: Call, version: Version) -> Self {
        let (server, base) = Server::start(call.good()).await;
        let clock = ManualClock::default();
        let client = client(&base, &clock, version);
        if call != Call::Exchange {
            client.session().await.unwrap();
        }
        server.counts();
        Self { server, base, clock, client, version, call, tried: 0 }
    }

    async fn tries(&mut self, form: Form, body: &str, sent: u16, how: &str, written: R) {
        let (call, mut what) = (self.call, expected(form, self.call, sent));
        // No session is young, and none ends.
        self.clock.advance(Duration::from_secs(60));
        if call == Call::Exchange {
            self.client = client(&self.base, &self.clock, self.version);
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
    let mut bench = Bench::of(call, Version::Http1).await;
    for (form, body) in CASES {
        for sent in STATUSES {
            for (how, written) in framing::framings(sent, body) {
                bench.tries(form, body, sent, how, written).await;
            }
        }
        // Each place under 200, and under one of the others; `invariants::normalize` holds every verdict to be the same
        // in any pieces.
        for place in 1..body.len() {
            for sent in [STATUSES[0], STATUSES[1 + place % 3]] {
                bench.tries(form, body, sent, &format!("split at {place}"), split(sent, body, place)).await;
            }
        }
    }
    println!("{call:?}: {} calls", bench.tried);
    assert!(bench.tried >= CASES.len() * STATUSES.len() * (20 + 15 / 2));
}

async fn every_form_over_http2(call: Call) {
    let mut bench = Bench::of(call, Version::Http2).await;
    for (form, body) in CASES {
        for sent in STATUSES {
            for (how, frames) in http2::framings(sent, body) {
                bench.tries(form, body, sent, how, frames).await;
            }
        }
    }
    println!("{call:?} over HTTP/2: {} calls", bench.tried);
    assert_eq!(bench.tried, CASES.len() * STATUSES.len() * 9);
}

macro_rules! matrix {
    ($($name:ident $call:ident)*) => {
        $(#[tokio::test]
        async fn $name() {
            every_form_in_every_framing(Call::$call).await;
            every_form_over_http2(Call::$call).await;
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
