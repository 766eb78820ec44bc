//! Renewing and releasing a lease, against a scripted server.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::session::store::redis::server::tests::server;

fn held(server: Server) -> HeldLease {
    HeldLease { server, key: "the-lease".to_owned(), owner: "the-owner".to_owned() }
}

/// Whether it is this script, for the lease and its owner.
fn is_of_holder(command: &[String], script: &redis::Script) -> bool {
    command[1] == script.get_hash() && command[3] == "the-lease" && command[4] == "the-owner"
}

#[tokio::test]
async fn a_lease_has_a_generation_and_is_released_once() {
    let (server, mut scripts) = server(&[&[":1", ":1"]]).await;
    let lease = Box::new(RedisLease::new(held(server), 7));
    assert_eq!(lease.generation(), Some(7));
    lease.release().await;
    assert!(is_of_holder(&scripts.try_recv().unwrap(), &RELEASE));
    assert!(scripts.try_recv().is_err());
}

#[tokio::test]
async fn a_lease_that_is_dropped_is_released() {
    let (server, mut scripts) = server(&[&[":1"]]).await;
    drop(RedisLease::new(held(server), 7));
    assert!(is_of_holder(&scripts.recv().await.unwrap(), &RELEASE));
}

#[tokio::test]
async fn a_lease_is_renewed_until_it_is_lost() {
    let (server, mut scripts) = server(&[&[":1", "-ERR busy", ":1", ":0", ":1"]]).await;
    held(server).renew(Duration::ZERO).await;
    let renewals: Vec<_> = std::iter::from_fn(|| scripts.try_recv().ok()).collect();
    assert_eq!(renewals.len(), 4);
    assert!(renewals.iter().all(|renewal| is_of_holder(renewal, &RENEW) && renewal[5] == "5000"));
}
