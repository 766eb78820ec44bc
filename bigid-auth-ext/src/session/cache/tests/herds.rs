//! Herds of callers share one exchange and its outcome.

use std::sync::atomic::AtomicUsize;

use async_trait::async_trait;
use futures_util::future::join_all;
use futures_util::poll;

use super::gate::{DAY, Gated, runtime, settle};
use crate::clock::ManualClock;
use crate::session::Demand;
use crate::session::cache::*;

#[tokio::test]
async fn ten_thousand_cold_callers_share_one_exchange() {
    let exchange = Gated::new(DAY);
    let cache = exchange.cache();
    let herd: Vec<_> = (0..10_000)
        .map(|_| {
            let cache = cache.clone();
            tokio::spawn(async move { cache.session().await })
        })
        .collect();
    while cache.stats().1 < 10_000 {
        tokio::task::yield_now().await;
    }
    exchange.0.gate.add_permits(1);
    let errors = join_all(herd).await.into_iter().filter(|outcome| !matches!(outcome, Ok(Ok(_)))).count();
    assert_eq!((exchange.calls(), errors), (1, 0));
}

#[tokio::test]
async fn a_thousand_cold_callers_share_one_refusal() {
    let exchange = Gated::new(DAY);
    exchange.refuse(1);
    let cache = exchange.cache();
    let mut herd: Vec<_> = (0..1_000).map(|_| Box::pin(cache.session())).collect();
    for caller in &mut herd {
        assert!(poll!(caller).is_pending());
    }
    exchange.0.gate.add_permits(1);
    let refused =
        join_all(herd).await.into_iter().filter(|outcome| outcome.as_ref().is_err_and(AuthError::is_rejected)).count();
    assert_eq!((exchange.calls(), refused), (1, 1_000));
}

#[tokio::test]
async fn callers_with_short_deadlines_leave_the_exchange_to_those_who_come_later() {
    let exchange = Gated::new(DAY);
    let cache = exchange.cache();
    for _ in 0..200 {
        let mut impatient = Box::pin(cache.session());
        assert!(poll!(&mut impatient).is_pending());
        drop(impatient);
        settle().await;
    }
    exchange.0.gate.add_permits(1);
    assert!(cache.session().await.is_ok());
    assert!(cache.hit().is_some());
    assert_eq!(exchange.calls(), 1);
}

#[tokio::test]
async fn a_leader_that_is_cancelled_mid_exchange_leads_on() {
    let exchange = Gated::new(DAY);
    let cache = exchange.cache();
    let leader = tokio::spawn({
        let cache = cache.clone();
        async move { cache.session().await }
    });
    settle().await;
    let follower = tokio::spawn({
        let cache = cache.clone();
        async move { cache.session().await }
    });
    settle().await;
    leader.abort();
    exchange.0.gate.add_permits(1);
    assert!(follower.await.unwrap().is_ok());
    assert_eq!(exchange.calls(), 1);
}

#[tokio::test]
async fn a_flight_past_its_deadline_is_followed_by_another_whose_result_its_callers_get_as_well() {
    let exchange = Gated::new(DAY);
    let cache = exchange.cache();
    let mut first = Box::pin(cache.session());
    assert!(poll!(&mut first).is_pending());
    settle().await;
    exchange.0.clock.advance(FLIGHT_DEADLINE - Duration::from_millis(1));
    let mut second = Box::pin(cache.session());
    assert!(poll!(&mut second).is_pending());
    settle().await;
    assert_eq!(exchange.calls(), 1);
    exchange.0.clock.advance(Duration::from_millis(1));
    let mut third = Box::pin(cache.session());
    assert!(poll!(&mut third).is_pending());
    settle().await;
    assert_eq!(exchange.calls(), 2);
    // Both end, and the session of the first is not wanted any more.
    exchange.0.gate.add_permits(1);
    let (first, second, third) = (first.await.unwrap(), second.await.unwrap(), third.await.unwrap());
    assert!(first.serial() == second.serial() && second.serial() == third.serial());
    assert_eq!(exchange.calls(), 2);
}

#[test]
fn a_hit_allocates_nothing_from_a_threads_second_on() {
    let exchange = Gated::new(DAY).open();
    let cache = exchange.cache();
    runtime().block_on(cache.session()).unwrap();
    std::thread::spawn(move || {
        let _ = cache.hit();
        let counted = allocation_counter::measure(|| {
            for _ in 0..1_000 {
                assert!(cache.hit().is_some());
            }
        });
        assert_eq!(counted.count_total, 0);
    })
    .join()
    .unwrap();
}

/// An exchange that panics.
#[derive(Clone, Default)]
struct Panics(Arc<AtomicUsize>);

#[async_trait]
impl Exchange for Panics {
    fn started(&self) -> u64 {
        self.0.load(Ordering::SeqCst) as u64
    }

    async fn session(&self, _: &dyn Demand) -> Result<Session, AuthError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        panic!("planted");
    }
}

#[tokio::test]
async fn an_exchange_that_panics_fails_every_caller_and_is_not_restarted_forever() {
    let cache: Cache = Cache::new(Panics::default(), Arc::new(ManualClock::default()), EventSender::default());
    let outcomes = join_all((0..100).map(|_| cache.session())).await;
    assert!(outcomes.into_iter().all(|outcome| outcome.is_err_and(|error| error.to_string().contains("panicked"))));
    assert_eq!(cache.stats().2, 1);
}
