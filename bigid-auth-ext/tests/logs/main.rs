//! Tests that read the log, in a process of their own: most other tests have no subscriber, and could switch lines off
//! for these.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "some tests print figures, or why they were skipped")]
#![allow(missing_docs, unreachable_pub, reason = "modules of a test")]

mod canary;
#[allow(dead_code, reason = "the tests of `it` use the rest")]
#[path = "../it/raw/mod.rs"]
mod raw;
mod secrets;
mod session_events;
mod trace;

use std::sync::LazyLock;

use tracing::Dispatch;
use tracing::subscriber::{DefaultGuard, NoSubscriber, Subscriber};

/// While a process has one subscriber, `tracing` asks the current thread's alone whether a line is wanted, and
/// remembers it for all threads. These make sure that there is never one alone.
static OTHERS: LazyLock<[Dispatch; 2]> = LazyLock::new(|| [(); 2].map(|()| Dispatch::new(NoSubscriber::new())));

/// Sends the log of this thread to a subscriber until the guard is dropped.
fn subscribe(subscriber: impl Subscriber + Send + Sync + 'static) -> DefaultGuard {
    LazyLock::force(&OTHERS);
    tracing::subscriber::set_default(subscriber)
}
