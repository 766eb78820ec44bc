//! Runtimes that are dropped, idle or missing.

use futures_util::future::join_all;
use futures_util::poll;

use super::gate::{DAY, Gated, runtime, settle};
use crate::session::cache::*;

#[test]
fn a_runtime_dropped_after_the_exchange_leaves_the_session_to_another() {
    let exchange = Gated::new(DAY).open();
    let cache = exchange.cache();
    let first = runtime();
    first.block_on(cache.session()).unwrap();
    drop(first);
    assert!(runtime().block_on(async { cache.session().await.is_ok() && cache.hit().is_some() }));
    assert_eq!(exchange.calls(), 1);
}

#[test]
fn a_runtime_dropped_mid_exchange_is_followed_by_one_exchange_on_another() {
    for pauses in [false, true] {
        let exchange = Gated::pausing(DAY, pauses);
        let cache = exchange.cache();
        let first = runtime();
        first.block_on(async {
            let mut caller = Box::pin(cache.session());
            assert!(poll!(&mut caller).is_pending());
            settle().await;
        });
        assert_eq!(exchange.calls(), 1);
        runtime().block_on(async {
            let mut herd: Vec<_> = (0..100).map(|_| Box::pin(cache.session())).collect();
            for caller in &mut herd {
                assert!(poll!(caller).is_pending());
            }
            first.shutdown_background();
            exchange.0.gate.add_permits(2);
            assert!(join_all(herd).await.into_iter().all(|outcome| outcome.is_ok()));
        });
        assert_eq!(exchange.calls(), 2);
    }
}

#[test]
fn an_exchange_on_a_runtime_that_nobody_drives_is_taken_over_within_a_second() {
    for pauses in [false, true] {
        let exchange = Gated::pausing(DAY, pauses);
        let cache = exchange.cache();
        let still = runtime();
        still.block_on(async {
            let mut caller = Box::pin(cache.session());
            assert!(poll!(&mut caller).is_pending());
            settle().await;
        });
        // Paused: no socket is open here, and time passes as soon as nothing else can happen.
        let other = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        other.block_on(async {
            // The first permit is for the stalled exchange, which cannot take it.
            exchange.0.gate.add_permits(2);
            let started = tokio::time::Instant::now();
            assert!(join_all((0..100).map(|_| cache.session())).await.into_iter().all(|outcome| outcome.is_ok()));
            assert!(started.elapsed() <= Duration::from_secs(1), "{:?}", started.elapsed());
        });
        assert_eq!(exchange.calls(), 2);
        // It continues, but its result is no longer needed.
        exchange.0.gate.add_permits(1);
        let header = cache.hit_header().unwrap();
        still.block_on(settle());
        assert_eq!(cache.hit_header().unwrap(), header);
    }
}

#[test]
fn an_exchange_on_a_runtime_that_somebody_drives_is_waited_for() {
    let exchange = Gated::new(DAY);
    let cache = exchange.cache();
    let driven = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut leader = Box::pin(cache.session());
    driven.block_on(async { assert!(poll!(&mut leader).is_pending()) });
    runtime().block_on(async {
        let mut follower = Box::pin(cache.session());
        assert!(poll!(&mut follower).is_pending());
        // As if a probe was due: the other runtime runs its tasks.
        let (_, handle) = cache.0.flight.with_lock(|flight| flight.current()).unwrap();
        assert!(Tokio::is_running(&handle).await);
        exchange.0.gate.add_permits(1);
        assert!(follower.await.is_ok());
    });
    assert_eq!(exchange.calls(), 1);
}

#[test]
fn outside_a_runtime_the_old_session_serves_and_nothing_panics() {
    let exchange = Gated::new(DAY).open();
    let cache = exchange.cache();
    runtime().block_on(cache.session()).unwrap();
    exchange.0.clock.advance(DAY * 99 / 100);
    assert!(cache.hit().is_some());
    assert_eq!(exchange.calls(), 1);
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    let cache = Gated::new(DAY).cache();
    let error = futures_util::FutureExt::now_or_never(cache.session()).unwrap().unwrap_err();
    assert!(error.to_string().contains("needs a tokio runtime"), "{error}");
}
