//! How the store interprets replies, against a scripted server.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::server::tests::server;
use super::*;

fn name() -> EntryName {
    EntryName("a-name".to_owned())
}

#[tokio::test]
async fn a_session_without_a_millisecond_to_live_is_not_stored() {
    let (server, mut scripts) = server(&[&[":1"]]).await;
    let store = RedisStore(server);
    for (microseconds, saved) in [(999, Saved::Superseded), (1_000, Saved::Stored)] {
        let time_to_live = Duration::from_micros(microseconds);
        let entry = NewEntry { replaces: 0, lease: None, sealed: b"sealed", time_to_live };
        assert_eq!(store.save(&name(), entry).await.unwrap(), saved);
        assert_eq!(scripts.try_recv().is_ok(), saved == Saved::Stored);
    }
}

#[tokio::test]
async fn a_lease_that_another_process_holds_is_not_granted() {
    let (server, _scripts) = server(&[&[":0", ":7", ":1"]]).await;
    let store = RedisStore(server);
    assert!(store.try_lease(&name()).await.unwrap().is_none());
    assert_eq!(store.try_lease(&name()).await.unwrap().unwrap().generation(), Some(7));
}

#[test]
fn the_keys_of_a_session_are_three_in_one_slot() {
    let keys = [session(&name()), lease(&name()), count(&name())];
    assert_eq!(keys, ["bigid:{a-name}:session", "bigid:{a-name}:lease", "bigid:{a-name}:count"]);
}

#[tokio::test]
async fn an_entry_has_a_generation_and_a_session_or_is_none() {
    let (server, _scripts) = server(&[&["*2\r\n:3\r\n$6\r\nsealed", "*2\r\n$-1\r\n$-1"]]).await;
    let store = RedisStore(server);
    let entry = store.load(&name()).await.unwrap().unwrap();
    assert_eq!((entry.generation, &*entry.sealed), (3, &b"sealed"[..]));
    assert!(store.load(&name()).await.unwrap().is_none());
}
