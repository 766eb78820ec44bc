//! A whole call: a list of data sources, asked for and decoded, by the client and by what one would use without it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bigid_auth_ext::bigid_api::types::ListDataSourcesResponse;
use bigid_auth_ext::bigid_api::{Client, Transport};
use bigid_auth_ext::{BaseUrl, BigIdClient};
use serde::Deserialize;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::hit::token;
use crate::server::SIZES;
use crate::table::{Row, Table};
use crate::timing::in_turns;
use crate::{allocations, valgrind};

/// What everything is compared with.
const STRUCT: &str = "bare reqwest, struct of 8 fields";
/// `bigid-api` alone: the same methods and records, without sessions, retries and verdicts.
const WITHOUT_LAYERS: &str = "the client without its layers";
pub const CLIENT: &str = "the client";

pub const ROWS: &[&str] = &[
    STRUCT,
    #[cfg(feature = "plain")]
    "plain progenitor",
    "bare reqwest, serde_json::Value",
    "bare reqwest, the client's types",
    WITHOUT_LAYERS,
    CLIENT,
];

/// A program that needs only eight fields.
#[derive(Deserialize)]
pub struct Envelope {
    pub data: Page,
}

#[derive(Deserialize)]
pub struct Page {
    pub ds_connections: Vec<Source>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "decoded, and not read")]
pub struct Source {
    #[serde(rename = "_id")]
    object_id: Option<String>,
    id: Option<String>,
    name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    enabled: Option<String>,
    location: Option<String>,
    security_tier: Option<String>,
    updated_at: Option<String>,
}

/// The ways to make the call, ready to make it.
pub struct Caller {
    client: BigIdClient,
    without_layers: Client,
    http: reqwest::Client,
    header: reqwest::header::HeaderValue,
    #[cfg(feature = "plain")]
    plain: crate::plain::Client,
    url: String,
}

type Called = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Caller {
    pub fn new(server: &str) -> Self {
        let base = format!("{server}/api/v1");
        let header = reqwest::header::HeaderValue::try_from(token()).unwrap();
        let headers = [(reqwest::header::AUTHORIZATION, header.clone())].into_iter().collect();
        let authorized = bare(server).default_headers(headers).build().unwrap();
        #[cfg(feature = "plain")]
        let plain = crate::plain::Client::new_with_client(&base, authorized.clone());
        Self {
            client: client(server),
            without_layers: Client::new(Transport::new(BaseUrl::parse(server).unwrap(), authorized)),
            http: bare(server).build().unwrap(),
            header,
            #[cfg(feature = "plain")]
            plain,
            url: format!("{base}/ds-connections"),
        }
    }

    /// One call of a row.
    pub fn call(self: &Arc<Self>, row: &str, records: u64) -> Called {
        let this = self.clone();
        match row {
            STRUCT => Box::pin(async move { drop(this.bare::<Envelope>(records).await.data.ds_connections) }),
            "bare reqwest, serde_json::Value" => Box::pin(async move { drop(this.bare::<Value>(records).await) }),
            "bare reqwest, the client's types" => {
                Box::pin(async move { drop(this.bare::<ListDataSourcesResponse>(records).await) })
            }
            #[cfg(feature = "plain")]
            "plain progenitor" => Box::pin(async move {
                let call = this.plain.list_data_sources().skip(0).limit(records as i64);
                drop(call.send().await.unwrap().into_inner());
            }),
            WITHOUT_LAYERS => Box::pin(async move {
                drop(this.without_layers.list_data_sources().skip(0).limit(records as i64).send().await.unwrap());
            }),
            CLIENT => Box::pin(async move {
                drop(this.client.list_data_sources().skip(0).limit(records as i64).send().await.unwrap());
            }),
            _ => panic!("no row {row}"),
        }
    }

    /// A list, to be kept.
    pub async fn list(&self, records: u64) -> ListDataSourcesResponse {
        self.client.list_data_sources().skip(0).limit(records as i64).send().await.unwrap()
    }

    /// Reads the response with this list, of which nothing is kept. Returns its bytes.
    pub async fn drained(&self, records: u64) -> usize {
        let request = self.http.get(&self.url).query(&[("skip", 0), ("limit", records)]);
        let (mut response, mut length) = (request.send().await.unwrap(), 0);
        while let Some(piece) = response.chunk().await.unwrap() {
            length += piece.len();
        }
        length
    }

    async fn bare<T: serde::de::DeserializeOwned>(&self, records: u64) -> T {
        let request = self.http.get(&self.url).query(&[("skip", 0), ("limit", records)]);
        let request = request.header(reqwest::header::AUTHORIZATION, self.header.clone());
        let response = request.send().await.unwrap().error_for_status().unwrap();
        serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
    }
}

/// What builds a bare client, which trusts the server.
#[cfg_attr(not(feature = "tls"), expect(unused_variables, reason = "a server over TLS has a certificate"))]
fn bare(server: &str) -> reqwest::ClientBuilder {
    let http = reqwest::Client::builder().no_proxy();
    #[cfg(feature = "tls")]
    if server.starts_with("https") {
        let pem = std::fs::read(crate::tls::file()).unwrap();
        return http.tls_certs_only([reqwest::Certificate::from_pem(&pem).unwrap()]);
    }
    http
}

fn client(server: &str) -> BigIdClient {
    let client = BigIdClient::builder(server).user_token(token());
    #[cfg(feature = "tls")]
    if server.starts_with("https") {
        let root = bigid_auth_ext::Pem::file(crate::tls::file());
        return client.replace_root_certificates(root).build().unwrap();
    }
    client.build().unwrap()
}

pub fn one_thread() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

pub fn program(row: &str, records: u64, times: u64, server: &str) {
    let (runtime, caller) = (one_thread(), Arc::new(Caller::new(server)));
    for _ in 0..times {
        runtime.block_on(caller.call(row, records));
    }
}

/// Instructions of one call, after the first one has made the connection.
pub fn instructions(row: &str, records: u64, server: &str) -> f64 {
    let more = match records {
        1 => 200,
        100 => 20,
        _ => 1,
    };
    valgrind::per_round(valgrind::instructions, 1, 1 + more, |times| {
        valgrind::words(["call", row, &records.to_string(), &times.to_string(), server])
    })
}

pub fn measure(table: &mut Table, quick: bool, server: &str) {
    let mut costs: Vec<(u64, Vec<f64>)> = Vec::new();
    for (records, section) in SIZES.into_iter().zip(["call, 1 record", "call, 100 records", "call, 10,000 records"]) {
        if valgrind::is_installed() && !(quick && records == 10_000) {
            costs.push((records, ROWS.iter().map(|row| instructions(row, records, server)).collect()));
            instructions_of_all(table, section, &costs[costs.len() - 1].1);
        }
        times_of_all(table, section, records, server, quick);
    }
    // What is left is the decoding.
    for (pair, section) in
        costs.windows(2).zip(["each record more, from 1 to 100", "each record more, from 100 to 10,000"])
    {
        let [(few, of_few), (many, of_many)] = pair else { continue };
        let each = of_few.iter().zip(of_many).map(|(few_cost, many_cost)| (many_cost - few_cost) / (many - few) as f64);
        instructions_of_all(table, section, &each.collect::<Vec<_>>());
    }
    memory(table, server);
    for (tasks, section) in [(1, "calls a second, 1 at once"), (8, "8 at once"), (64, "64 at once")] {
        rate(table, section, tasks, server, quick);
    }
}

/// The same calls of one record over TLS.
#[cfg(feature = "tls")]
pub fn measure_tls(table: &mut Table, quick: bool, server: &str) {
    let section = "call over TLS, 1 record";
    if valgrind::is_installed() {
        let costs: Vec<_> = ROWS.iter().map(|row| instructions(row, 1, server)).collect();
        instructions_of_all(table, section, &costs);
    }
    times_of_all(table, section, 1, server, quick);
    rate(table, "calls a second over TLS, 64 at once", 64, server, quick);
}

fn instructions_of_all(table: &mut Table, section: &'static str, costs: &[f64]) {
    for (row, median) in ROWS.iter().zip(costs) {
        let (name, unit, median, ratio) = ((*row).to_owned(), "instructions", *median, Some(median / costs[0]));
        table.push(Row { section, name, unit, median, spread: None, ratio, against: Some(STRUCT), allocations: None });
    }
}

/// The memory that a list takes at most while it is read, also beyond that of a call that keeps nothing of its
/// response, against its text and its values together.
fn memory(table: &mut Table, server: &str) {
    let section = "memory of a list by the client";
    for records in SIZES {
        let figures = allocations::count(&["list", &records.to_string(), server]);
        let [at_once, values, _, nothing_kept, _, _, text] = figures[..] else { panic!("seven figures: {figures:?}") };
        let whole = text + values;
        for (what, median) in [
            ("the response", text),
            ("its values", values),
            ("at once, by bare reqwest that keeps nothing", nothing_kept),
            ("at once, by the client", at_once),
            ("the client's part of that", at_once - nothing_kept),
        ] {
            let name = format!("{records} records, {what}");
            let (ratio, against) = (Some(median / whole), Some("response and values"));
            table.push(Row { section, name, unit: "bytes", median, spread: None, ratio, against, allocations: None });
        }
    }
}

fn times_of_all(table: &mut Table, section: &'static str, records: u64, server: &str, quick: bool) {
    let (runtime, caller) = (one_thread(), Arc::new(Caller::new(server)));
    let call = |row: &'static str| runtime.block_on(caller.call(row, records));
    let counted: Vec<_> =
        ROWS.iter().map(|row| allocations::count(&["call", row, &records.to_string(), server])).collect();
    for (row, figures) in ROWS.iter().zip(&counted) {
        call(row);
        let (name, unit, median) = ((*row).to_owned(), "bytes at once", figures[0]);
        let ratio = Some(median / counted[0][0]);
        let (against, allocations) = (Some(STRUCT), Some(figures[2] as u64));
        table.push(Row { section, name, unit, median, spread: None, ratio, against, allocations });
    }
    let rounds = match records {
        1 => 500,
        100 => 100,
        _ => 5,
    };
    let mut rows: Vec<_> = ROWS.iter().map(|row| || call(row)).collect();
    let mut turns: Vec<&mut dyn FnMut()> = rows.iter_mut().map(|row| row as &mut dyn FnMut()).collect();
    for (row, (times, ratio)) in ROWS.iter().zip(in_turns(if quick { rounds.min(100) } else { rounds }, &mut turns)) {
        let (low, high) = times.quartiles();
        let (name, unit, median) = ((*row).to_owned(), "us", times.median() / 1e3);
        let (spread, ratio, against) = (Some((low / 1e3, high / 1e3)), Some(ratio), Some(STRUCT));
        table.push(Row { section, name, unit, median, spread, ratio, against, allocations: None });
    }
}

/// Two workers, for calls at once.
fn two_workers() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Makes so many calls of a list of one record, by so many tasks at once.
fn batch(runtime: &Runtime, caller: &Arc<Caller>, row: &'static str, tasks: usize, calls: usize) {
    runtime.block_on(async {
        let running: Vec<_> = (0..tasks)
            .map(|_| {
                let caller = caller.clone();
                tokio::spawn(async move {
                    for _ in 0..calls / tasks {
                        caller.call(row, 1).await;
                    }
                })
            })
            .collect();
        for task in running {
            task.await.unwrap();
        }
    });
}

/// The same as a program, to be watched by other tools.
pub fn batch_program(row: &str, tasks: usize, calls: usize, server: &str) {
    let row = ROWS.iter().find(|known| **known == row).unwrap();
    batch(&two_workers(), &Arc::new(Caller::new(server)), row, tasks, calls);
}

/// Calls a second, by so many tasks at once on two workers.
fn rate(table: &mut Table, section: &'static str, tasks: usize, server: &str, quick: bool) {
    let (runtime, caller) = (two_workers(), Arc::new(Caller::new(server)));
    let mut rows: Vec<_> = ROWS.iter().map(|row| || batch(&runtime, &caller, row, tasks, CALLS)).collect();
    let mut turns: Vec<&mut dyn FnMut()> = rows.iter_mut().map(|row| row as &mut dyn FnMut()).collect();
    for (row, (times, ratio)) in ROWS.iter().zip(in_turns(if quick { 10 } else { 40 }, &mut turns)) {
        let rate = |nanoseconds: f64| CALLS as f64 / (nanoseconds / 1e9);
        let (low, high) = times.quartiles();
        let (name, unit, median) = ((*row).to_owned(), "a second", rate(times.median()));
        let (spread, ratio, against) = (Some((rate(high), rate(low))), Some(1.0 / ratio), Some(STRUCT));
        table.push(Row { section, name, unit, median, spread, ratio, against, allocations: None });
    }
}

/// The calls of one batch.
const CALLS: usize = 256;
