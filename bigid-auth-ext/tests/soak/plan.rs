//! Which fault meets which attempt of which call: it follows from the seed and from nothing else, however the calls
//! interleave.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bigid_auth_ext::bigid_api::http::StatusCode;
use bigid_sandbox::{Fault, ReceivedRequest, RetryAfter, Sandbox};

/// Numbers that follow from a number (SplitMix64).
pub fn random(seed: u64, of: u64, salt: u64) -> u64 {
    let mut z = of.wrapping_add(seed).wrapping_add(salt.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The faults, each with its chance in thousandths.
fn mix(elsewhere: &str) -> Vec<(u64, Fault)> {
    vec![
        (10, Fault::Reset),
        (10, Fault::Close),
        (10, Fault::Status(StatusCode::BAD_GATEWAY)),
        (10, Fault::Status(StatusCode::SERVICE_UNAVAILABLE)),
        (5, Fault::Status(StatusCode::INTERNAL_SERVER_ERROR)),
        (10, Fault::RetryAfter(StatusCode::TOO_MANY_REQUESTS, RetryAfter::Seconds(1))),
        (10, Fault::GatewayPageUnder200),
        (10, Fault::RejectToken),
        (10, Fault::CutBody { after: 100 }),
        (10, Fault::ResetBody { after: 100 }),
        (10, Fault::WrongContentLength(50)),
        (2, Fault::Redirect(StatusCode::TEMPORARY_REDIRECT, elsewhere.to_owned())),
        // Whole responses in every framing: split at small and large pieces, chunked, until the connection closes.
        (20, Fault::SlowBody { piece: 100, pause: Duration::ZERO }),
        (5, Fault::SlowBody { piece: 7, pause: Duration::ZERO }),
        (30, Fault::ChunkedBody { chunk: 100 }),
        (5, Fault::ChunkedBody { chunk: 3 }),
        (40, Fault::UntilClose),
    ]
}

/// The faults that were met.
#[derive(Clone, Debug, Default)]
pub struct Met(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// The attempts of the calls in flight: a replay of an attempt meets no second fault.
    attempts: Mutex<HashSet<(u64, u64)>>,
    count: AtomicU64,
    /// A sum of hashes, which is the same in whatever order they were met.
    digest: AtomicU64,
}

impl Met {
    pub fn forget_attempts(&self) {
        self.0.attempts.lock().unwrap().clear();
    }

    /// How many, and a digest of which.
    pub fn summary(&self) -> (u64, u64) {
        (self.0.count.load(Ordering::SeqCst), self.0.digest.load(Ordering::SeqCst))
    }

    fn meet(&self, call: u64, attempt: u64, fault: usize) -> bool {
        let is_first = self.0.attempts.lock().unwrap().insert((call, attempt));
        if is_first {
            self.0.count.fetch_add(1, Ordering::SeqCst);
            self.0.digest.fetch_add(random(call, attempt, fault as u64), Ordering::SeqCst);
        }
        is_first
    }
}

/// Scripts the faults of a seed. Calls are marked by the headers `x-call`, from 1, and `x-attempt`; unmarked calls get
/// no faults.
pub fn script(sandbox: &Sandbox, seed: u64, elsewhere: &str) -> Met {
    let met = Met::default();
    let mut from = 0;
    for (fault, (chance, kind)) in mix(elsewhere).into_iter().enumerate() {
        let (range, met) = (from..from + chance, met.clone());
        from += chance;
        let due = move |request: &ReceivedRequest| {
            let Some((call, attempt)) = number(request, "x-call").zip(number(request, "x-attempt")) else {
                return false;
            };
            let drawn = random(seed, call.wrapping_mul(1_000).wrapping_add(attempt), 3) % 1_000;
            call > 0 && range.contains(&drawn) && met.meet(call, attempt, fault)
        };
        sandbox.on_every().when(due).always(kind);
    }
    // Every third exchange fails, so that no two in a row do.
    for (place, kind) in [(1, Fault::Status(StatusCode::SERVICE_UNAVAILABLE)), (4, Fault::Reset)] {
        let exchanges = AtomicU64::new(0);
        let due = move |_: &ReceivedRequest| exchanges.fetch_add(1, Ordering::SeqCst) % 6 == place;
        sandbox.on("exchange").when(due).always(kind);
    }
    met
}

pub fn number(request: &ReceivedRequest, header: &str) -> Option<u64> {
    request.header(header)?.parse().ok()
}
