//! Tokens that the caller supplied as they are.

use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;

use async_trait::async_trait;
use bigid_api::Secret;
use http::StatusCode;

use super::gate::settle;
use crate::clock::ManualClock;
use crate::dialect::AuthScheme;
use crate::session::Demand;
use crate::session::cache::*;

/// Provides the token of a number, for a minute.
struct Provides {
    token: Arc<Mutex<Serial>>,
    clock: ManualClock,
    calls: Arc<AtomicUsize>,
}

#[async_trait]
impl Exchange for Provides {
    fn started(&self) -> u64 {
        0
    }

    async fn session(&self, _: &dyn Demand) -> Result<Session, AuthError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let token = crate::tests::jwt(r#"{"exp":60}"#);
        let session = Session::provided(
            &Secret::from(token),
            *self.token.lock().unwrap(),
            AuthScheme::Raw,
            self.clock.now(),
            Duration::ZERO,
        );
        Ok(session.unwrap())
    }
}

fn providing() -> (Cache, Arc<Mutex<Serial>>, ManualClock, Arc<AtomicUsize>) {
    let (token, clock, calls) = (Arc::new(Mutex::new(Serial::next())), ManualClock::default(), Arc::default());
    let exchange = Provides { token: token.clone(), clock: clock.clone(), calls: Arc::clone(&calls) };
    (Cache::new(exchange, Arc::new(clock.clone()), EventSender::default()), token, clock, calls)
}

#[tokio::test]
async fn a_provided_token_is_not_refreshed_while_it_serves() {
    let (cache, _, clock, calls) = providing();
    cache.session().await.unwrap();
    for _ in 0..599 {
        clock.advance(Duration::from_millis(100));
        assert!(cache.hit().is_some());
        settle().await;
    }
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    clock.advance(Duration::from_millis(100));
    assert!(cache.hit().is_none());
}

#[tokio::test]
async fn a_provided_token_that_was_refused_is_an_error_for_a_second_and_another_token_is_none() {
    let (cache, token, clock, _) = providing();
    let session = cache.session().await.unwrap();
    // However young it is.
    assert_eq!(cache.refuse(session.serial(), Grace::Remaining), Refused::Dropped);
    for _ in 0..3 {
        let error = cache.session().await.unwrap_err();
        assert!(error.is_rejected() && error.status() == Some(StatusCode::UNAUTHORIZED), "{error}");
    }
    clock.advance(Duration::from_millis(999));
    assert!(cache.session().await.is_err());
    clock.advance(Duration::from_millis(1));
    let session = cache.session().await.unwrap();
    assert_eq!(cache.refuse(session.serial(), Grace::Remaining), Refused::Dropped);
    *token.lock().unwrap() = Serial::next();
    let other = cache.session().await.unwrap();
    assert_ne!(other.serial(), session.serial());
    // The refusal of a session that is not cached any more says nothing of the token that is.
    assert_eq!(cache.refuse(session.serial(), Grace::Denied), Refused::Replaced);
    assert!(cache.session().await.is_ok());
}
