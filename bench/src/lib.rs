//! What the benchmarks measure: a cached session, and the least that could serve one.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use base64::Engine as _;
use bigid_auth_ext::BigIdClient;
use bigid_auth_ext::bigid_api::http::HeaderValue;
use tokio::runtime::Runtime;

/// An access token of the usual length, which needs no exchange to become a session.
fn token() -> String {
    let part = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let claims = format!(r#"{{"type":"access-token","iat":0,"exp":99999999999,"pad":"{}"}}"#, "x".repeat(500));
    format!("{}.{}.{}", part("{}"), part(&claims), part("signature"))
}

/// Two workers.
pub static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap());

static CLIENT: LazyLock<BigIdClient> = LazyLock::new(|| {
    let client = BigIdClient::builder("http://127.0.0.1:9").user_token(token()).build().unwrap();
    RUNTIME.block_on(client.session()).unwrap();
    client
});

/// The header of a cached session.
pub fn hit() -> Option<HeaderValue> {
    CLIENT.cached_authorization()
}

struct Floor {
    header: HeaderValue,
    until: Duration,
}

static FLOOR: LazyLock<ArcSwapOption<Floor>> = LazyLock::new(|| {
    let mut header = HeaderValue::try_from(token()).unwrap();
    header.set_sensitive(true);
    ArcSwapOption::from(Some(Arc::new(Floor { header: header.clone(), until: Duration::MAX })))
});

/// The least that could serve it: load a shared pointer, read the same clock, compare, clone the header.
pub fn floor() -> Option<HeaderValue> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let now = Duration::new(time.tv_sec as u64, time.tv_nsec as u32);
    FLOOR.load().as_ref().filter(|floor| now < floor.until).map(|floor| floor.header.clone())
}

/// A thousand tasks on two workers, a hundred headers each.
pub fn a_thousand_tasks(get: fn() -> Option<HeaderValue>) {
    RUNTIME.block_on(async {
        let tasks: Vec<_> = (0..1_000)
            .map(|_| {
                tokio::spawn(async move {
                    for _ in 0..100 {
                        std::hint::black_box(get());
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}
