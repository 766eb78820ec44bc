//! A list of a million records, read as a stream.

use std::process::Command;

use bigid_auth_ext::BigIdClient;

use crate::call::{Envelope, one_thread};
use crate::server::MANY;
use crate::table::{Row, Table};

const BARE: &str = "bare reqwest, struct of 8 fields, nothing remembered";
const ROWS: [&str; 2] = [BARE, "the client"];
const PAGE: u64 = 1_000;

/// Reads so many records, and prints the memory at most in KiB and the CPU time in ticks.
pub fn program(row: &str, records: u64, server: &str) {
    one_thread().block_on(async {
        match row {
            BARE => {
                let http = reqwest::Client::builder().no_proxy().build().unwrap();
                for skip in (0..records).step_by(PAGE as usize) {
                    let url = format!("{server}/api/v1/ds-connections?skip={skip}&limit={PAGE}");
                    let page = http.get(url).send().await.unwrap().bytes().await.unwrap();
                    let page: Envelope = serde_json::from_slice(&page).unwrap();
                    assert_eq!(page.data.ds_connections.len() as u64, PAGE);
                }
            }
            _ => {
                let client = BigIdClient::builder(server).user_token("user-token").build().unwrap();
                let mut sources = client.list_data_sources().records().page_size(PAGE as u32);
                let mut read = 0;
                while read < records && sources.try_next().await.unwrap().is_some() {
                    read += 1;
                }
                assert_eq!(read, records);
            }
        }
    });
    println!("{} {}", peak(), ticks());
}

fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}

fn ticks() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

pub fn measure(table: &mut Table, quick: bool, server: &str) {
    let records = if quick { 100_000 } else { MANY };
    let section = if quick { "a list of 100,000" } else { "a list of 1,000,000" };
    let mut bare = None;
    for row in ROWS {
        let words = ["program", "list", row, &records.to_string(), server];
        let output = Command::new(std::env::current_exe().unwrap()).args(words).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let figures: Vec<f64> = text.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
        let (peak, seconds) = (figures[0] / 1024.0, figures[1] / 100.0);
        let (bare_peak, bare_seconds) = *bare.get_or_insert((peak, seconds));
        let against = Some(BARE);
        for (unit, median, ratio) in
            [("MiB at most", peak, peak / bare_peak), ("CPU seconds", seconds, seconds / bare_seconds)]
        {
            let (name, ratio) = (row.to_owned(), Some(ratio));
            table.push(Row { section, name, unit, median, spread: None, ratio, against, allocations: None });
        }
    }
}
