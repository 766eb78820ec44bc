//! A cached session, against the least that could serve one.

use std::cell::RefCell;
use std::hint::black_box;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use base64::Engine as _;
use bigid_auth_ext::BigIdClient;
use bigid_auth_ext::bigid_api::http::HeaderValue;
use tokio::runtime::Runtime;

use crate::table::{Row, Table};
use crate::timing::in_turns;
use crate::valgrind;

const SECTION: &str = "cached session";
const FLOOR: &str = "ArcSwap floor";

/// An access token of the usual length, which needs no exchange to become a session.
pub fn token() -> String {
    let part = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let claims = format!(r#"{{"type":"access-token","iat":0,"exp":99999999999,"pad":"{}"}}"#, "x".repeat(500));
    format!("{}.{}.{}", part("{}"), part(&claims), part("signature"))
}

/// Two workers.
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap());

static CLIENT: LazyLock<BigIdClient> = LazyLock::new(|| {
    let client = BigIdClient::builder("http://127.0.0.1:9").user_token(token()).build().unwrap();
    RUNTIME.block_on(client.session()).unwrap();
    client
});

/// The header of a cached session.
fn hit() -> Option<HeaderValue> {
    CLIENT.cached_authorization()
}

struct Floor {
    header: HeaderValue,
    until: Duration,
}

fn header() -> HeaderValue {
    let mut header = HeaderValue::try_from(token()).unwrap();
    header.set_sensitive(true);
    header
}

/// It is written after it was made, as every cache is. The compiler inlines the load of one that never is, which saves
/// 18 instructions.
static FLOOR_HEADER: LazyLock<ArcSwapOption<Floor>> = LazyLock::new(|| {
    let slot = ArcSwapOption::empty();
    slot.store(Some(Arc::new(Floor { header: header(), until: Duration::MAX })));
    slot
});

fn now() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The least that could serve it: load a shared pointer, read the same clock, compare, clone the header.
pub fn floor() -> Option<HeaderValue> {
    let now = now();
    FLOOR_HEADER.load().as_ref().filter(|floor| now < floor.until).map(|floor| floor.header.clone())
}

thread_local! {
    static OWN_HEADER: RefCell<Option<Floor>> = RefCell::new(Some(Floor { header: header(), until: Duration::MAX }));
}

/// The same, of a thread that shares nothing.
fn thread_local() -> Option<HeaderValue> {
    let now = now();
    OWN_HEADER.with_borrow(|own| own.as_ref().filter(|floor| now < floor.until).map(|floor| floor.header.clone()))
}

type Get = fn() -> Option<HeaderValue>;

const ROWS: [(&str, Get); 3] = [(FLOOR, floor), ("thread-local floor", thread_local), ("the client", hit)];

fn get(row: &str) -> Get {
    ROWS.iter().find(|(name, _)| *name == row).unwrap().1
}

fn calls(get: Get, times: u64) {
    for _ in 0..times {
        black_box(get());
    }
}

pub fn program(row: &str, times: u64) {
    calls(get(row), times);
}

/// Instructions of one header.
pub fn instructions(row: &str) -> f64 {
    valgrind::per_round(valgrind::instructions, 1_000, 11_000, |times| {
        valgrind::words(["hit", row, &times.to_string()])
    })
}

pub fn floor_instructions() -> f64 {
    instructions(FLOOR)
}

pub fn measure(table: &mut Table, quick: bool) {
    if valgrind::is_installed() {
        let floor = instructions(FLOOR);
        for (name, _) in ROWS {
            let median = if name == FLOOR { floor } else { instructions(name) };
            let ratio = Some(median / floor);
            let (name, unit) = (format!("{name}, 1 thread"), "instructions");
            let (spread, against, allocations) = (None, Some(FLOOR), Some(0));
            table.push(Row { section: SECTION, name, unit, median, spread, ratio, against, allocations });
        }
    }
    let rounds = if quick { 100 } else { 1_000 };
    for (threads, of) in [(1, "1 thread"), (2, "2 threads"), (64, "64 tasks on 2 workers")] {
        let each = if threads == 64 { 200 } else { 2_000 };
        let run = |get: Get| match threads {
            64 => on_workers(get, each),
            _ => on_threads(get, threads, each),
        };
        let (mut one, mut two, mut three) = (|| run(ROWS[0].1), || run(ROWS[1].1), || run(ROWS[2].1));
        let times = in_turns(rounds, &mut [&mut one, &mut two, &mut three]);
        for ((name, _), (times, ratio)) in ROWS.iter().zip(times) {
            let all = (threads * each) as f64;
            let (low, high) = times.quartiles();
            let (name, unit, median) = (format!("{name}, {of}"), "ns", times.median() / all);
            let (spread, against) = (Some((low / all, high / all)), Some(FLOOR));
            let row =
                Row { section: SECTION, name, unit, median, spread, ratio: Some(ratio), against, allocations: None };
            table.push(row);
        }
    }
}

fn on_threads(get: Get, threads: u64, each: u64) {
    if threads == 1 {
        return calls(get, each);
    }
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| calls(get, each));
        }
    });
}

fn on_workers(get: Get, each: u64) {
    RUNTIME.block_on(async {
        let tasks: Vec<_> = (0..64).map(|_| tokio::spawn(async move { calls(get, each) })).collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}
