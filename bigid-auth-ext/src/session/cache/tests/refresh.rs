//! Sessions are refreshed in time, whatever the lifetime, the clock and the server do.

use super::gate::{DAY, Gated, settle};
use crate::session::cache::*;

#[tokio::test]
async fn any_lifetime_is_refreshed_in_time_and_nobody_waits_once_warm() {
    for seconds in [5, 60, 3_600, 604_800] {
        let lifetime = Duration::from_secs(seconds);
        let exchange = Gated::new(lifetime).open();
        let cache = exchange.cache();
        cache.session().await.unwrap();
        let warm = cache.stats();
        for _ in 0..10_000 {
            exchange.0.clock.advance(lifetime * 3 / 10_000);
            if cache.hit().is_none() {
                cache.session().await.unwrap();
            }
            settle().await;
        }
        assert_eq!(cache.stats().1 - warm.1, 0, "{seconds} s: calls that waited");
        assert!(exchange.calls() <= 5, "{seconds} s: {} exchanges", exchange.calls());
    }
}

#[tokio::test]
async fn a_refresh_that_fails_for_the_whole_window_fails_no_call_before_the_session_ends() {
    for seconds in [5, 60, 3_600, 604_800] {
        let lifetime = Duration::from_secs(seconds);
        let exchange = Gated::new(lifetime).open();
        let cache = exchange.cache();
        let mut events = cache.events().subscribe();
        let session = cache.session().await.unwrap();
        exchange.fail(1_000);
        let mut served = 0;
        while session.is_good(exchange.0.clock.now() + lifetime / 1_000) {
            exchange.0.clock.advance(lifetime / 1_000);
            served += u32::from(cache.hit().is_some());
            settle().await;
        }
        assert_eq!(served, 999, "{seconds} s");
        let tries = exchange.calls() - 1;
        assert!((1..=8).contains(&tries), "{seconds} s: {tries} tries");
        assert!(
            matches!(events.try_recv(), Some(Event::Exchanged))
                && matches!(events.try_recv(), Some(Event::RefreshFailed(_)))
        );
        exchange.0.clock.advance(lifetime);
        assert!(cache.hit().is_none() && cache.session().await.is_err());
        exchange.0.script.lock().unwrap().clear();
        assert!(cache.session().await.is_ok());
    }
}

#[tokio::test]
async fn the_wall_clock_may_step_and_a_day_of_suspend_is_seen() {
    let exchange = Gated::new(DAY).open();
    let cache = exchange.cache();
    cache.session().await.unwrap();
    exchange.0.clock.set_wall(DAY * 400);
    assert!(cache.hit().is_some());
    exchange.0.clock.set_wall(Duration::ZERO);
    assert!(cache.hit().is_some());
    exchange.0.clock.advance(DAY);
    assert!(cache.hit().is_none());
    cache.session().await.unwrap();
    assert_eq!(exchange.calls(), 2);
}

#[tokio::test]
async fn a_refresh_that_failed_is_tried_again_after_an_eighth_of_its_window_and_then_after_quarters() {
    let lifetime = Duration::from_secs(604_800);
    let exchange = Gated::new(lifetime).open();
    let cache = exchange.cache();
    let session = cache.session().await.unwrap();
    let window = session.refresh_window();
    let step = window / 1_000;
    exchange.fail(1_000);
    exchange.0.clock.advance(session.refresh_at());
    let mut tries = Vec::new();
    for at in 0..1_000 {
        let before = exchange.calls();
        assert!(cache.hit().is_some());
        settle().await;
        if exchange.calls() > before {
            tries.push(at);
        }
        exchange.0.clock.advance(step);
    }
    let pauses: Vec<i32> = tries.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(matches!(pauses[..], [125..=127, 250..=252, 250..=252, 250..=252]), "thousandths: {pauses:?}");
}
