//! What a refusal drops, and what it leaves alone.

use futures_util::future::join_all;

use super::gate::{DAY, Gated, refuse};
use crate::session::cache::*;

#[tokio::test]
async fn a_refusal_of_an_old_session_leaves_the_new_session_alone() {
    let exchange = Gated::new(DAY).open();
    let cache = exchange.cache();
    let old = cache.session().await.unwrap();
    assert_eq!(refuse(&cache, &old), Refused::Dropped);
    let new = cache.session().await.unwrap();
    for _ in 0..1_000 {
        assert_eq!(refuse(&cache, &old), Refused::Replaced);
        assert_eq!(cache.session().await.unwrap().serial(), new.serial());
    }
    assert_eq!(exchange.calls(), 2);
}

#[tokio::test]
async fn a_thousand_refused_calls_spread_out_make_one_exchange() {
    for round in 0..100 {
        let exchange = Gated::new(DAY).open();
        let cache = exchange.cache();
        let refused = cache.session().await.unwrap();
        let herd = (0..1_000_usize).map(|caller| {
            let (cache, refused) = (cache.clone(), refused.clone());
            async move {
                for _ in 0..(caller * (round + 7)) % 13 {
                    tokio::task::yield_now().await;
                }
                refuse(&cache, &refused);
                cache.session().await
            }
        });
        assert!(join_all(herd).await.into_iter().all(|outcome| outcome.is_ok()));
        assert_eq!(exchange.calls(), 2);
    }
}

#[tokio::test]
async fn a_young_session_is_kept_and_the_first_in_a_row_is_dropped_once_a_call_has_waited() {
    let exchange = Gated::new(DAY).open();
    let cache = exchange.cache();
    let first = cache.session().await.unwrap();
    assert_eq!(cache.refuse(first.serial(), Grace::Remaining), Refused::Kept);
    assert!(cache.hit().is_some());
    assert_eq!(cache.refuse(first.serial(), Grace::Exhausted), Refused::Dropped);
    let second = cache.session().await.unwrap();
    assert_eq!(cache.refuse(second.serial(), Grace::Exhausted), Refused::Kept);
    exchange.0.clock.advance(Duration::from_millis(3_999));
    assert_eq!(cache.refuse(second.serial(), Grace::Exhausted), Refused::Kept);
    exchange.0.clock.advance(Duration::from_millis(1));
    assert_eq!(cache.refuse(second.serial(), Grace::Remaining), Refused::Dropped);
    assert_eq!(exchange.calls(), 2);
}

#[tokio::test]
async fn a_session_in_another_header_is_another_session() {
    let exchange = Gated::new(DAY).open();
    let cache = exchange.cache();
    let raw = cache.session().await.unwrap();
    cache.replace_header(raw.serial(), &HeaderValue::from_static("Bearer t"));
    assert_eq!(refuse(&cache, &raw), Refused::Replaced);
    cache.replace_header(raw.serial(), &HeaderValue::from_static("Bearer late"));
    assert_eq!(cache.hit_header().unwrap(), "Bearer t");
    assert_eq!(exchange.calls(), 1);
}

#[tokio::test]
async fn an_exchange_knows_how_many_sessions_in_a_row_were_refused_young() {
    let exchange = Gated::new(DAY).open();
    let cache = exchange.cache();
    for _ in 0..3 {
        let session = cache.session().await.unwrap();
        assert_eq!(refuse(&cache, &session), Refused::Dropped);
    }
    exchange.0.clock.advance(Duration::from_secs(60));
    let session = cache.session().await.unwrap();
    exchange.0.clock.advance(Duration::from_secs(60));
    assert_eq!(refuse(&cache, &session), Refused::Dropped);
    cache.session().await.unwrap();
    assert_eq!(*exchange.0.rows.lock().unwrap(), [0, 1, 2, 3, 0]);
}

#[tokio::test]
async fn a_row_that_another_process_stored_goes_on() {
    for (row, refused) in [(0, Refused::Dropped), (1, Refused::Kept)] {
        let exchange = Gated::new(DAY).open();
        exchange.0.stored_row.store(row, Ordering::SeqCst);
        let cache = exchange.cache();
        let session = cache.session().await.unwrap();
        assert_eq!(cache.refuse(session.serial(), Grace::Exhausted), refused);
    }
}
