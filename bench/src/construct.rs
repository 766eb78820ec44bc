//! Making a client and its first session, against a bare reqwest client that makes one and the same two requests.

use std::process::Command;

use bigid_auth_ext::BigIdClient;

use crate::call::{Envelope, one_thread};
use crate::callgrind;
use crate::table::{Row, Table};

const SECTION: &str = "a client and its first call";
const BARE: &str = "bare reqwest";
const ROWS: [&str; 2] = [BARE, "the client"];

/// Makes clients, each with its first session and a list of one record, and prints the memory of the first.
pub fn program(row: &str, times: u64, server: &str) {
    let runtime = one_thread();
    let mut kept: Vec<Box<dyn std::any::Any>> = Vec::new();
    let mut make = || {
        allocation_counter::measure(|| {
            runtime.block_on(async {
                match row {
                    BARE => {
                        let http = reqwest::Client::builder().no_proxy().build().unwrap();
                        let get = |path: &str, token: &str| {
                            let request = http.get(format!("{server}/api/v1{path}"));
                            request.header("authorization", token)
                        };
                        let answer = get("/refresh-access-token", "user-token").send().await.unwrap();
                        let answer: serde_json::Value =
                            serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
                        let token = answer["systemToken"].as_str().unwrap();
                        let list = get("/ds-connections?skip=0&limit=1", token).send().await.unwrap();
                        drop(serde_json::from_slice::<Envelope>(&list.bytes().await.unwrap()).unwrap().data);
                        kept.push(Box::new(http));
                    }
                    _ => {
                        let client = BigIdClient::builder(server).user_token("user-token").build().unwrap();
                        client.list_data_sources().skip(0).limit(1).send().await.unwrap();
                        kept.push(Box::new(client));
                    }
                }
            });
        })
    };
    let made: Vec<_> = (0..times).map(|_| make()).collect();
    if let Some(first) = made.first() {
        println!("{} {} {}", first.bytes_max, first.bytes_current, first.count_total);
    }
    if let Some(last) = made.last() {
        println!("{} {} {}", last.bytes_max, last.bytes_current, last.count_total);
    }
}

pub fn measure(table: &mut Table, server: &str) {
    let mut bare = None;
    for row in ROWS {
        let figures = memory(row, server);
        let bare = bare.get_or_insert(figures);
        for (what, at) in [("the first", 0), ("the thousandth", 3)] {
            for (of, index) in [("bytes at most", at), ("bytes kept", at + 1)] {
                let (name, unit, median) = (format!("{row}, {what}"), of, figures[index]);
                let (ratio, against) = (Some(median / bare[index]), Some(BARE));
                let allocations = Some(figures[at + 2] as u64);
                table.push(Row { section: SECTION, name, unit, median, spread: None, ratio, against, allocations });
            }
        }
    }
    if callgrind::is_installed() {
        let cost = |row: &str, times: &str| callgrind::count(&callgrind::words(["construct", row, times, server]));
        let nothing = cost(BARE, "0");
        let bare = cost(BARE, "1") - nothing;
        for (row, cost) in [(BARE, bare), ("the client", cost("the client", "1") - nothing)] {
            let (name, unit, median) = (format!("{row}, the first"), "instructions", cost as f64);
            let (ratio, against) = (Some(median / bare as f64), Some(BARE));
            table.push(Row { section: SECTION, name, unit, median, spread: None, ratio, against, allocations: None });
        }
    }
}

/// Of the first and of the thousandth client: bytes at most, bytes kept, allocations.
fn memory(row: &str, server: &str) -> [f64; 6] {
    let words = ["program", "construct", row, "1000", server];
    let output = Command::new(std::env::current_exe().unwrap()).args(words).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let figures: Vec<f64> = text.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
    figures.try_into().unwrap()
}
