//! One process of a fleet: a client configured by the environment, which executes commands from standard input, one per
//! line.
//!
//! | line | what it does |
//! |---|---|
//! | `call` | one call |
//! | `run MILLISECONDS PAUSE` | calls for this long, with a pause between two |
//!
//! For each line it prints `CALLS FAILED SLOWEST EXCHANGES ADOPTED STORE_FAILURES FAILED_LAST`: times in milliseconds,
//! the last one from the start of the line to the last failure. It ends with its input.
//!
//! As `fleet churn FOLDER` it saves a session there over and over, until it is killed: `saving` says that it has begun.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it talks to its parent")]

mod churn;

use std::time::Duration;

use bigid_auth_ext::{BigIdClient, Event, Events};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::time::Instant;

#[derive(Default)]
struct Seen {
    calls: u32,
    failed: u32,
    slowest: Duration,
    adopted: u32,
    store_failures: u32,
    failed_last: Duration,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, folder] = &arguments[..]
        && word == "churn"
    {
        return churn::churn(folder).await;
    }
    let client = BigIdClient::from_env()?;
    let mut events = client.subscribe();
    println!("ready");
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (time, pause) = match words.as_slice() {
            ["run", time, pause] => (time.parse()?, pause.parse()?),
            _ => (0, 0),
        };
        let mut seen = run(&client, Duration::from_millis(time), Duration::from_millis(pause)).await;
        count(&mut events, &mut seen);
        println!(
            "{} {} {} {} {} {} {}",
            seen.calls,
            seen.failed,
            seen.slowest.as_millis(),
            client.exchanges(),
            seen.adopted,
            seen.store_failures,
            seen.failed_last.as_millis()
        );
    }
    Ok(())
}

async fn run(client: &BigIdClient, time: Duration, pause: Duration) -> Seen {
    let (started, mut seen) = (Instant::now(), Seen::default());
    loop {
        let called = Instant::now();
        let outcome = client.list_data_sources().limit(1).send().await;
        seen.calls += 1;
        seen.slowest = seen.slowest.max(called.elapsed());
        if let Err(error) = outcome {
            seen.failed += 1;
            seen.failed_last = started.elapsed();
            eprintln!("{error}");
        }
        if started.elapsed() + pause >= time {
            return seen;
        }
        tokio::time::sleep(pause).await;
    }
}

fn count(events: &mut Events, seen: &mut Seen) {
    while let Some(event) = events.try_recv() {
        match event {
            Event::Adopted => seen.adopted += 1,
            Event::StoreFailed(error) => {
                seen.store_failures += 1;
                eprintln!("{error}");
            }
            _ => {}
        }
    }
}
