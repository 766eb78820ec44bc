//! The trace of a call: one span with OpenTelemetry's names, one event per attempt, and no content.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bigid_auth_ext::bigid_api::http::{Method, StatusCode};
use bigid_auth_ext::{BigIdClient, ManualClock};
use bigid_sandbox::{Fault, RetryAfter};
use bigid_witness::{AllowedViolation, Part, Witness};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

type Fields = BTreeMap<String, String>;

/// The spans by their order, and the attempts.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<(Vec<Fields>, Vec<Fields>)>>);

struct Into<'a>(&'a mut Fields);

impl Visit for Into<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}").trim_matches('"').to_owned());
    }
}

/// The place of a span in the log.
struct Place(usize);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Log {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        // An exchange has a separate span: see session_events.rs.
        if attributes.metadata().name() != "bigid" {
            return;
        }
        let mut log = self.0.lock().unwrap();
        let mut fields = Fields::new();
        attributes.record(&mut Into(&mut fields));
        context.span(id).unwrap().extensions_mut().insert(Place(log.0.len()));
        log.0.push(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(Place(place)) = context.span(id).unwrap().extensions().get() {
            values.record(&mut Into(&mut self.0.lock().unwrap().0[*place]));
        }
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::new();
        event.record(&mut Into(&mut fields));
        if event.metadata().target().starts_with("bigid") && field(&fields, "message") == "attempt" {
            self.0.lock().unwrap().1.push(fields);
        }
    }
}

impl Log {
    fn take(&self) -> (Vec<Fields>, Vec<Fields>) {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", String::as_str)
}

#[tokio::test]
async fn a_call_is_a_span_around_the_events_of_its_attempts() {
    let log = Log::default();
    let _guard = crate::subscribe(tracing_subscriber::registry().with(log.clone()));
    let marked = AllowedViolation {
        operation: "listClusters",
        part: Part::Parameter,
        reason: "a query that holds a mark, to be looked for in the log",
    };
    let sandbox = Witness::default().allow(marked).sandbox().data_sources(3).start().await.unwrap();
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token());
    let clock = ManualClock::default();
    let client = client.clock(clock.clone()).build().unwrap();

    sandbox.on("list_data_sources").once(Fault::RetryAfter(StatusCode::SERVICE_UNAVAILABLE, RetryAfter::Seconds(2)));
    sandbox.on("list_data_sources").once(Fault::RevokeSessions);
    client.session().await.unwrap();
    // Its refusal is not a slow node's.
    clock.advance(Duration::from_secs(3));
    client.list_data_sources().sort("hunter2").send().await.unwrap();
    let (spans, attempts) = log.take();
    let [span] = &spans[..] else { panic!("{spans:?}") };
    for (name, value) in [
        ("otel.name", "GET /ds-connections"),
        ("otel.kind", "client"),
        ("bigid.operation", "listDataSources"),
        ("http.request.method", "GET"),
        ("http.request.resend_count", "2"),
        ("http.response.status_code", "200"),
        ("url.scheme", "http"),
        ("url.template", "/ds-connections"),
        ("server.address", "127.0.0.1"),
        ("otel.status_code", ""),
        ("error.type", ""),
    ] {
        assert_eq!(field(span, name), value, "{name}: {span:?}");
    }
    assert!(field(span, "bigid.elapsed_ms").parse::<u64>().unwrap() >= 2_000);
    assert_eq!(field(span, "server.port"), sandbox.base_url().rsplit(':').next().unwrap().split('/').next().unwrap());
    let seen: Vec<_> = attempts
        .iter()
        .map(|attempt| (field(attempt, "bigid.attempt"), field(attempt, "http.response.status_code")))
        .collect();
    assert_eq!(seen, [("1", "503"), ("2", "401"), ("3", "200")]);
    assert!(attempts.iter().all(|attempt| attempt.contains_key("bigid.session_wait_ms")));

    sandbox.on("list_data_sources").always(Fault::Close);
    assert!(client.list_data_sources().send().await.is_err());
    let (spans, attempts) = log.take();
    assert_eq!((field(&spans[0], "error.type"), field(&spans[0], "otel.status_code")), ("connection", "ERROR"));
    assert_eq!(attempts.len(), 4);

    clock.advance(Duration::from_secs(3));
    sandbox.revoke_sessions();
    sandbox.on("exchange").always(Fault::Status(StatusCode::SERVICE_UNAVAILABLE));
    assert!(client.list_users().send().await.is_err());
    let (spans, attempts) = log.take();
    assert_eq!((field(&spans[0], "error.type"), attempts.len()), ("session", 1));
    sandbox.clear_faults();
    clock.advance(Duration::from_secs(10));

    client.request(Method::GET, "/clusters?name=hunter2-query").send().await.unwrap();
    let (spans, attempts) = log.take();
    assert_eq!((field(&spans[0], "otel.name"), field(&spans[0], "url.path")), ("GET", "/api/v1/clusters"));
    assert_eq!(field(&spans[0], "http.request.resend_count"), "", "it was sent once");
    let everything = format!("{spans:?} {attempts:?}");
    assert!(!everything.contains("hunter2") && !everything.contains(&sandbox.user_token()), "{everything}");
}
