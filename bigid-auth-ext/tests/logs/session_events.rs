//! What a log records of sessions: the level and the words of each event, a span around each exchange, and no secret.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bigid_auth_ext::bigid_api::http::StatusCode;
use bigid_auth_ext::{BigIdClient, Builder, ManualClock};
use bigid_sandbox::{Fault, Sandbox};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

/// A line for each span and event of the SDK, those of attempts excepted.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}{}", self.0);
        } else {
            write!(self.0, " {}={value:?}", field.name()).unwrap();
        }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Log {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        if attributes.metadata().name() == "bigid.exchange" {
            let mut line = Line(String::new());
            attributes.record(&mut line);
            self.0.lock().unwrap().push(format!("span{}", line.0));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if !event.metadata().target().starts_with("bigid") {
            return;
        }
        let mut line = Line(String::new());
        event.record(&mut line);
        if !line.0.starts_with("attempt ") {
            let within = context.event_span(event).map_or("", |span| span.metadata().name());
            self.0.lock().unwrap().push(format!("{} {} {}", event.metadata().level(), within, line.0));
        }
    }
}

impl Log {
    /// The lines since the last look, none of which holds a secret.
    fn take(&self, secrets: &[&str]) -> Vec<String> {
        let lines = std::mem::take(&mut *self.0.lock().unwrap());
        for secret in secrets {
            assert!(!lines.iter().any(|line| line.contains(secret)), "{lines:?}");
        }
        lines
    }
}

fn builder(sandbox: &Sandbox) -> Builder {
    BigIdClient::builder(sandbox.base_url()).clock(ManualClock::default()).http(|http| http.tls_certs_only([]))
}

/// The number of lines with this start and this continuation.
fn count(lines: &[String], begin: &str, part: &str) -> usize {
    lines.iter().filter(|line| line.starts_with(begin) && line.contains(part)).count()
}

#[tokio::test]
async fn sessions_are_logged_at_the_level_that_they_deserve() {
    let log = Log::default();
    let _guard = crate::subscribe(tracing_subscriber::registry().with(log.clone()));
    let sandbox = bigid_witness::sandbox().data_sources(3).unique_sessions().start().await.unwrap();
    let token = sandbox.user_token().to_owned();
    let client = builder(&sandbox).user_token(&*token).build().unwrap();
    client.list_data_sources().send().await.unwrap();
    let lines = log.take(&[&token]);
    assert_eq!(count(&lines, "span", "bigid.credential=\"user token\""), 1, "{lines:?}");
    assert_eq!(count(&lines, "INFO", "session exchanged"), 1, "{lines:?}");

    sandbox.on("list_data_sources").once(Fault::RevokeSessions);
    client.list_data_sources().send().await.unwrap();
    let lines = log.take(&[&token]);
    assert_eq!(count(&lines, "WARN", "session refused"), 1, "{lines:?}");
    assert_eq!(count(&lines, "INFO", "session exchanged"), 1, "{lines:?}");
    assert_eq!(count(&lines, "DEBUG", "call replayed"), 1, "{lines:?}");

    client.list_data_sources().send().await.unwrap();
    assert!(log.take(&[&token]).is_empty(), "a hit is no event");
}

#[tokio::test]
async fn the_end_of_a_user_token_is_a_warning_with_the_hours_that_are_left() {
    let log = Log::default();
    let _guard = crate::subscribe(tracing_subscriber::registry().with(log.clone()));
    let sandbox = bigid_witness::sandbox().start().await.unwrap();
    let token = sandbox.generate_user_token(&sandbox.username(), 3).unwrap();
    sandbox.save_user(&sandbox.username()).unwrap();
    let clock = ManualClock::default();
    // A minute later, three days are 71 hours and some minutes.
    let now = Duration::from_millis(u64::try_from(sandbox.clock().unix_millis()).unwrap());
    clock.set_wall(now + Duration::from_secs(60));
    let client = builder(&sandbox).user_token(token.value()).clock(clock).build().unwrap();
    client.session().await.unwrap();
    let lines = log.take(&[token.value()]);
    assert_eq!(
        count(&lines, "WARN", "the user token expires soon; generate a new one remaining_hours=71"),
        1,
        "{lines:?}"
    );
}

#[tokio::test]
async fn a_wrong_token_is_a_warning_once_and_an_exchange_that_fails_is_debug() {
    let log = Log::default();
    let _guard = crate::subscribe(tracing_subscriber::registry().with(log.clone()));
    let sandbox = bigid_witness::sandbox().data_sources(3).start().await.unwrap();
    let client = builder(&sandbox).user_token("hunter2-wrong").build().unwrap();
    for _ in 0..20 {
        client.list_data_sources().send().await.unwrap_err();
    }
    let lines = log.take(&["hunter2-wrong"]);
    assert_eq!(count(&lines, "WARN", "credential refused: BigID refused the user token"), 1, "{lines:?}");
    assert_eq!(count(&lines, "WARN", ""), 1, "{lines:?}");

    sandbox.on("exchange").always(Fault::Status(StatusCode::SERVICE_UNAVAILABLE));
    let token = sandbox.user_token().to_owned();
    let client = builder(&sandbox).user_token(&*token).build().unwrap();
    client.list_data_sources().send().await.unwrap_err();
    let lines = log.take(&[&token]);
    assert_eq!(count(&lines, "DEBUG", "exchange failed: no session: the exchange failed with 503"), 1, "{lines:?}");
    assert_eq!(count(&lines, "DEBUG", "bigid.attempts=3"), 1, "{lines:?}");
    assert_eq!(count(&lines, "WARN", ""), 0, "{lines:?}");
}
