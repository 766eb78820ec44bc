//! A thousand requests in flight, whose token was revoked. Only the client and azure_core react to a 401; the other
//! libraries give out tokens, and never hear of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::behaviour::Outcome;
use crate::peer::Peer;
use crate::peer::all::{Bearer, Ours};
use crate::source::{Plan, Source};

const REQUESTS: u64 = 1_000;

/// The 401s of all requests come within this time.
pub const SPREAD: Duration = Duration::from_millis(200);

/// A library that makes whole requests.
pub trait Caller: Peer {
    /// One request. If the library does not repeat it, the caller does so once.
    fn call(&self) -> impl Future<Output = Result<(), String>> + Send;
}

pub fn outcomes() -> Vec<Outcome> {
    vec![revoke::<Ours>(), revoke::<Bearer>()]
}

fn revoke<C: Caller>() -> Outcome {
    let source = Source::start(Plan::working(50));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let caller = Arc::new(runtime.block_on(C::new(source.clone())));
    runtime.block_on(caller.get()).unwrap();
    source.revoke();
    let begun = Instant::now();
    let failed = runtime.block_on(async {
        let call = |caller: Arc<C>| async move { caller.call().await };
        let calls: Vec<_> = (0..REQUESTS).map(|_| tokio::spawn(call(caller.clone()))).collect();
        let mut failed = 0;
        for call in calls {
            failed += u64::from(!matches!(call.await, Ok(Ok(()))));
        }
        failed
    });
    let seconds = begun.elapsed().as_secs_f64();
    runtime.shutdown_background();
    // The first exchange was before.
    let exchanges = source.exchanges() - 1;
    Outcome { name: C::NAME, exchanges, failed, callers: REQUESTS, seconds: Some(seconds) }
}
