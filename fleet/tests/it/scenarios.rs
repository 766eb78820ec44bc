//! Fleets of real processes, with a folder and with a real Redis. `cargo xtask fleet` runs them with a hundred
//! processes, including those that take half a minute.

use std::time::Duration;

use crate::process::{Process, Redis, Said, hear, is_long, processes, say, start, tell};
use bigid_auth_ext::{BigIdClient, RedisStore};
use bigid_sandbox::{Fault, Gate, Sandbox};
use nix::sys::signal::Signal;
use tempfile::TempDir;

/// The store that a fleet shares.
enum Store {
    Folder(TempDir),
    Redis(Redis),
}

impl Store {
    fn folder() -> Self {
        Self::Folder(tempfile::tempdir().unwrap())
    }

    fn text(&self) -> String {
        match self {
            Self::Folder(folder) => format!("file:{}/sessions", folder.path().display()),
            Self::Redis(redis) => redis.url(),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Folder(_) => "file",
            Self::Redis(_) => "redis",
        }
    }
}

/// Both stores, or only the folder if Redis is not installed.
#[track_caller]
fn stores() -> Vec<Store> {
    let redis = Redis::start().map(Store::Redis);
    std::iter::once(Store::folder()).chain(redis).collect()
}

async fn ready(store: &Store) {
    if let Store::Redis(redis) = store {
        redis.ready().await;
    }
}

fn report(what: &str, store: &Store, sandbox: &Sandbox, said: &[Said]) -> Said {
    let sum = Said::sum(said);
    let exchanges = sandbox.calls("exchange");
    println!("{what}, {}: {} processes, {exchanges} exchanges, {sum:?}", store.name(), said.len());
    sum
}

#[tokio::test]
async fn a_cold_fleet_exchanges_once() {
    for store in stores() {
        ready(&store).await;
        let sandbox = bigid_witness::sandbox().data_sources(1).start().await.unwrap();
        let mut fleet = start(processes(12), &sandbox, &store.text()).await;
        let said = say(&mut fleet, "call").await;
        let sum = report("cold", &store, &sandbox, &said);
        assert_eq!((sum.failed, sum.store_failures, sandbox.calls("exchange")), (0, 0, 1));
    }
}

#[tokio::test]
async fn redis_may_be_reached_by_tls_and_a_stranger_costs_one_exchange() {
    let Some(redis) = Redis::start_with_tls() else { return };
    redis.ready().await;
    let sandbox = bigid_witness::sandbox().data_sources(1).start().await.unwrap();
    let mut fleet: Vec<_> =
        (0..3).map(|_| Process::start_trusting(&redis.authority(), &sandbox, &redis.url())).collect();
    for process in &mut fleet {
        process.ready().await;
    }
    let said = say(&mut fleet, "call").await;
    let sum = Said::sum(&said);
    assert_eq!((sum.failed, sum.store_failures, sandbox.calls("exchange")), (0, 0, 1));
    // A process that does not trust the server's certificate sends it nothing, and exchanges by itself.
    let mut stranger = start(1, &sandbox, &redis.url()).await;
    let said = stranger[0].say("call").await;
    assert_eq!((said.failed, said.store_failures, sandbox.calls("exchange")), (0, 1, 2));
}

#[tokio::test]
async fn redis_holds_no_secret_in_clear() {
    let Some(redis) = Redis::start() else { return };
    redis.ready().await;
    let sandbox = bigid_witness::sandbox().data_sources(1).start().await.unwrap();
    let mut fleet = start(2, &sandbox, &redis.url()).await;
    say(&mut fleet, "call").await;
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token());
    let client = client.session_store(RedisStore::new(&redis.url()).unwrap()).build().unwrap();
    let session = client.session().await.unwrap();
    assert_eq!(client.exchanges(), 0, "the session is the one that is stored");
    let secrets = [sandbox.user_token(), session.authorization().to_str().unwrap().to_owned()];
    let stored = redis.dump();
    assert!(stored.len() >= 4, "{}", stored.len());
    // Complete secrets, and their parts between dots.
    for part in secrets.iter().flat_map(|secret| secret.split('.').chain([&**secret])).filter(|part| part.len() > 8) {
        let is_clear = |value: &Vec<u8>| value.windows(part.len()).any(|window| window == part.as_bytes());
        assert!(!stored.iter().any(is_clear), "a secret in clear");
    }
}

#[tokio::test]
async fn a_fleet_over_three_lifetimes_exchanges_once_for_each() {
    if !is_long() {
        return;
    }
    for store in stores() {
        ready(&store).await;
        let sandbox =
            Sandbox::builder().data_sources(1).system_token_lifetime(Duration::from_secs(10)).unique_sessions();
        let sandbox = sandbox.start().await.unwrap();
        let mut fleet = start(processes(12), &sandbox, &store.text()).await;
        let said = say(&mut fleet, "run 30000 500").await;
        let sum = report("three lifetimes", &store, &sandbox, &said);
        assert_eq!(sum.failed, 0);
        assert!(sandbox.calls("exchange") <= 4, "{}", sandbox.calls("exchange"));
    }
}

#[tokio::test]
async fn a_revoked_session_is_exchanged_once_and_no_call_fails() {
    for store in stores() {
        ready(&store).await;
        let sandbox = Sandbox::builder().data_sources(1).unique_sessions().start().await.unwrap();
        let mut fleet = start(if is_long() { 20 } else { 6 }, &sandbox, &store.text()).await;
        // Old enough that a rejection is not attributed to a slow node.
        say(&mut fleet, "run 2200 500").await;
        tell(&mut fleet, "run 1500 20").await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        sandbox.revoke_sessions();
        let said = hear(&mut fleet).await;
        let sum = report("revoked", &store, &sandbox, &said);
        assert_eq!((sum.failed, sandbox.calls("exchange")), (0, 2));
    }
}

#[tokio::test]
async fn a_holder_that_is_killed_costs_one_exchange_and_the_time_of_its_lease() {
    for store in stores() {
        ready(&store).await;
        let sandbox = Sandbox::builder().data_sources(1).start().await.unwrap();
        let gate = Gate::new();
        sandbox.on("exchange").once(Fault::Hold(gate.clone()));
        let mut holder = Process::start(&sandbox, &store.text());
        holder.ready().await;
        holder.tell("call").await;
        gate.wait_for_held(1).await;
        let mut fleet = start(if is_long() { 20 } else { 6 }, &sandbox, &store.text()).await;
        tell(&mut fleet, "call").await;
        // By now, the others wait for the lease.
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(sandbox.calls("exchange"), 1);
        holder.kill().await;
        let said = hear(&mut fleet).await;
        let sum = report("holder killed", &store, &sandbox, &said);
        assert_eq!(sum.failed, 0);
        assert!(sandbox.calls("exchange") <= 2);
        assert!(sum.slowest < 9_000, "{}", sum.slowest);
    }
}

#[tokio::test]
async fn a_redis_that_is_killed_restarted_or_hangs_fails_no_call() {
    let Some(mut redis) = Redis::start() else { return };
    redis.ready().await;
    let sandbox = Sandbox::builder().data_sources(1).system_token_lifetime(Duration::from_secs(10)).unique_sessions();
    let sandbox = sandbox.start().await.unwrap();
    let count = if is_long() { 20 } else { 4 };
    let mut fleet = start(count, &sandbox, &redis.url()).await;
    say(&mut fleet, "call").await;
    assert_eq!(sandbox.calls("exchange"), 1);
    let (time, rounds) = if is_long() { (24_000, 3) } else { (11_000, 2) };
    tell(&mut fleet, &format!("run {time} 200")).await;
    redis.kill().await;
    if is_long() {
        tokio::time::sleep(Duration::from_secs(12)).await;
        redis.restart().await;
    }
    let said = hear(&mut fleet).await;
    let store = Store::Redis(redis);
    let sum = report("redis killed", &store, &sandbox, &said);
    assert_eq!(sum.failed, 0);
    // Each process exchanges by itself, once per lifetime.
    assert!(sandbox.calls("exchange") <= 1 + count * rounds, "{}", sandbox.calls("exchange"));
    let Store::Redis(mut redis) = store else { return };
    if !is_long() {
        redis.restart().await;
    }
    redis.signal(Signal::SIGSTOP);
    let exchanges = sandbox.calls("exchange");
    let mut cold = start(count, &sandbox, &redis.url()).await;
    let said = say(&mut cold, "run 3000 200").await;
    let sum = Said::sum(&said);
    println!("redis hangs: {} exchanges, {sum:?}", sandbox.calls("exchange") - exchanges);
    redis.signal(Signal::SIGCONT);
    assert_eq!((sum.failed, sum.store_failures), (0, count as u64));
    // Operations on it are abandoned after two seconds.
    assert!(sum.slowest < 4_500, "{}", sum.slowest);
}

#[tokio::test]
async fn a_full_disk_costs_an_exchange_for_each_process_and_fails_no_call() {
    let store = Store::folder();
    let sandbox = Sandbox::builder().data_sources(1).start().await.unwrap();
    let mut fleet: Vec<_> =
        (0..if is_long() { 20 } else { 4 }).map(|_| Process::start_on_a_full_disk(&sandbox, &store.text())).collect();
    for process in &mut fleet {
        process.ready().await;
    }
    let said = say(&mut fleet, "run 1000 100").await;
    let sum = report("full disk", &store, &sandbox, &said);
    assert_eq!((sum.failed, sum.store_failures), (0, said.len() as u64));
    assert_eq!(sandbox.calls("exchange"), said.len());
    // A process that can write repairs the folder for later ones.
    let mut fleet = start(3, &sandbox, &store.text()).await;
    say(&mut fleet, "call").await;
    assert_eq!(sandbox.calls("exchange"), said.len() + 1);
}

#[tokio::test]
async fn nodes_that_learn_late_do_not_make_a_fleet_exchange_in_turns() {
    for store in stores() {
        ready(&store).await;
        let sandbox = Sandbox::builder().data_sources(1).nodes(3).lag(Duration::from_secs(1)).unique_sessions();
        let sandbox = sandbox.start().await.unwrap();
        let mut fleet = start(if is_long() { 20 } else { 6 }, &sandbox, &store.text()).await;
        let said = say(&mut fleet, "run 4000 200").await;
        let sum = report("slow nodes", &store, &sandbox, &said);
        assert!(sandbox.calls("exchange") <= 2, "{}", sandbox.calls("exchange"));
        assert!(sum.failed_last <= 2_500, "{}", sum.failed_last);
    }
}

/// A holder that was suspended past its lease does not replace its successor's session, but adopts it.
#[tokio::test]
async fn a_holder_that_slept_takes_over_the_session_of_its_successor() {
    for store in stores() {
        // The kernel's lock is kept while suspended: the others wait for ten to fifteen seconds, and exchange as well.
        if matches!(store, Store::Folder(_)) && !is_long() {
            continue;
        }
        ready(&store).await;
        let sandbox = Sandbox::builder().data_sources(1).unique_sessions().start().await.unwrap();
        let gate = Gate::new();
        sandbox.on("exchange").once(Fault::Hold(gate.clone()));
        let mut holder = Process::start(&sandbox, &store.text());
        holder.ready().await;
        holder.tell("call").await;
        gate.wait_for_held(1).await;
        holder.signal(Signal::SIGSTOP);
        let mut fleet = start(3, &sandbox, &store.text()).await;
        let said = say(&mut fleet, "call").await;
        let sum = report("holder asleep", &store, &sandbox, &said);
        let exchanges = sandbox.calls("exchange");
        assert_eq!(sum.failed, 0);
        assert!((2..=4).contains(&exchanges), "{exchanges}");
        gate.open();
        holder.signal(Signal::SIGCONT);
        let said = holder.hear().await;
        assert_eq!((said.failed, said.exchanges, said.adopted), (0, 1, 1), "{said:?}");
        // The stored session is still the successor's.
        let mut next = start(1, &sandbox, &store.text()).await;
        assert_eq!(next[0].say("call").await.adopted, 1);
        assert_eq!(sandbox.calls("exchange"), exchanges);
    }
}
