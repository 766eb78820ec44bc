//! A cached session against the least that could serve one: load a shared pointer, read the same clock, compare, clone the header.
//!
//! Read the ratio of `hit` to `floor` in one run; the times themselves belong to the machine.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use base64::Engine as _;
use bigid_auth_ext::BigIdClient;
use bigid_auth_ext::bigid_api::http::HeaderValue;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

/// An access token of the usual length, which needs no exchange to become a session.
fn token() -> String {
    let part = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let claims = format!(r#"{{"type":"access-token","iat":0,"exp":99999999999,"pad":"{}"}}"#, "x".repeat(500));
    format!("{}.{}.{}", part("{}"), part(&claims), part("signature"))
}

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap());

static CLIENT: LazyLock<BigIdClient> = LazyLock::new(|| {
    let client = BigIdClient::builder("http://127.0.0.1:9").user_token(token()).build().unwrap();
    RUNTIME.block_on(client.session()).unwrap();
    client
});

struct Floor {
    header: HeaderValue,
    until: Duration,
}

static FLOOR: LazyLock<ArcSwapOption<Floor>> = LazyLock::new(|| {
    let mut header = HeaderValue::try_from(token()).unwrap();
    header.set_sensitive(true);
    ArcSwapOption::from(Some(Arc::new(Floor { header: header.clone(), until: Duration::MAX })))
});

fn floor_header() -> Option<HeaderValue> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let now = Duration::new(time.tv_sec as u64, time.tv_nsec as u32);
    FLOOR.load().as_ref().filter(|floor| now < floor.until).map(|floor| floor.header.clone())
}

#[divan::bench(threads = [1, 2], sample_count = 2000, sample_size = 500)]
fn floor() -> Option<HeaderValue> {
    floor_header()
}

#[divan::bench(threads = [1, 2], sample_count = 2000, sample_size = 500)]
fn hit() -> Option<HeaderValue> {
    CLIENT.cached_authorization()
}

/// A thousand tasks on two workers, a hundred headers each.
fn tasks(get: fn() -> Option<HeaderValue>) {
    RUNTIME.block_on(async {
        let tasks: Vec<_> = (0..1_000)
            .map(|_| {
                tokio::spawn(async move {
                    for _ in 0..100 {
                        divan::black_box(get());
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}

#[divan::bench(sample_count = 100, sample_size = 1)]
fn floor_for_a_thousand_tasks() {
    tasks(floor_header);
}

#[divan::bench(sample_count = 100, sample_size = 1)]
fn hit_for_a_thousand_tasks() {
    tasks(|| CLIENT.cached_authorization());
}
