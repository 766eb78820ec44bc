//! What the layers and the lossless records cost a call, against bare reqwest with a ready header on the same answers.
//!
//! Both are measured in turns, on one thread that makes the calls; the server has threads of its own. Allocations are those of the
//! calling thread, on which the connection runs as well.

use std::future::Future;
use std::time::{Duration, Instant};

use bigid_auth_ext::BigIdClient;
use bigid_auth_ext::bigid_api::reqwest;
use bigid_auth_ext::bigid_api::types::ListDataSourcesResponse;
use bigid_sandbox::Sandbox;
use serde_json::Value;
use tokio::runtime::Runtime;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sandbox = runtime.block_on(Sandbox::builder().data_sources(10_000).start()).unwrap();
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).build().unwrap();
    let token = runtime.block_on(client.session()).unwrap().authorization().clone();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    println!("a list of data sources, 113 fields in all: the client against bare reqwest, medians of paired rounds");
    for (records, rounds) in [(1, 3_000), (100, 300), (10_000, 7)] {
        let url = format!("{}/ds-connections?skip=0&limit={records}", sandbox.base_url());
        let bytes = || async {
            let response = http.get(&url).header("Authorization", token.clone()).send().await.unwrap();
            response.bytes().await.unwrap()
        };
        let values = || async { drop(serde_json::from_slice::<Value>(&bytes().await).unwrap()) };
        let typed = || async { drop(serde_json::from_slice::<ListDataSourcesResponse>(&bytes().await).unwrap()) };
        let stack = || async { drop(client.list_data_sources().skip(0).limit(records).send().await.unwrap()) };
        let length = runtime.block_on(bytes()).len();
        let mut times: [Vec<Duration>; 3] = Default::default();
        for round in 0..rounds {
            for turn in 0..3 {
                let which = (round + turn) % 3;
                let time = match which {
                    0 => time(&runtime, &values),
                    1 => time(&runtime, &typed),
                    _ => time(&runtime, &stack),
                };
                times[which].push(time);
            }
        }
        let [values_time, typed_time, stack_time] = times.map(|mut times| {
            times.sort();
            times[times.len() / 2].as_secs_f64() * 1e6
        });
        let allocations = [count(&runtime, &values), count(&runtime, &typed), count(&runtime, &stack)];
        println!("{records} record(s), {length} bytes");
        for (what, time, allocations) in [
            ("bare reqwest, serde_json::Value", values_time, allocations[0]),
            ("bare reqwest, the client's types", typed_time, allocations[1]),
            ("the client", stack_time, allocations[2]),
        ] {
            let ratio = time / values_time;
            println!("  {what:34} {time:11.1} us   {ratio:5.2} times   {allocations:9} allocations");
        }
        println!(
            "  the layers alone                   {:11.1} us   {:5.2} times",
            stack_time - typed_time,
            stack_time / typed_time
        );
    }
}

fn time<F: Future<Output = ()>>(runtime: &Runtime, call: &impl Fn() -> F) -> Duration {
    let begun = Instant::now();
    runtime.block_on(call());
    begun.elapsed()
}

fn count<F: Future<Output = ()>>(runtime: &Runtime, call: &impl Fn() -> F) -> u64 {
    allocation_counter::measure(|| runtime.block_on(call())).count_total
}
