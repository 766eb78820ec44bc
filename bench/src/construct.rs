//! Making a client and its first session, against a bare reqwest client that makes one and the same two requests.

use std::any::Any;

use bigid_auth_ext::BigIdClient;
use tokio::runtime::Runtime;

use crate::call::{Envelope, one_thread};
use crate::table::{Row, Table};
use crate::{allocations, valgrind};

const SECTION: &str = "a client and its first call";
const BARE: &str = "bare reqwest";
const ROWS: [&str; 2] = [BARE, "the client"];

/// Makes the client of one of many deployments, its first session and a list of one record. The client is returned, so
/// that it stays.
pub fn make(row: &str, runtime: &Runtime, server: &str, deployment: usize) -> Box<dyn Any> {
    let server = format!("{server}/deployment-{deployment}");
    runtime.block_on(async {
        if row == BARE {
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            let get = |path: &str, token: &str| {
                let request = http.get(format!("{server}/api/v1{path}"));
                request.header("authorization", token)
            };
            let response = get("/refresh-access-token", "user-token").send().await.unwrap();
            let response: serde_json::Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
            let token = response["systemToken"].as_str().unwrap();
            let list = get("/ds-connections?skip=0&limit=1", token).send().await.unwrap();
            drop(serde_json::from_slice::<Envelope>(&list.bytes().await.unwrap()).unwrap().data);
            return Box::new(http) as Box<dyn Any>;
        }
        let client = BigIdClient::builder(&server).user_token("user-token").build().unwrap();
        client.list_data_sources().skip(0).limit(1).send().await.unwrap();
        Box::new(client)
    })
}

/// Makes so many clients, which live at once.
pub fn program(row: &str, times: usize, server: &str) {
    let runtime = one_thread();
    let kept: Vec<_> = (0..times).map(|deployment| make(row, &runtime, server, deployment)).collect();
    drop(kept);
}

pub fn measure(table: &mut Table, server: &str) {
    let mut bare = None;
    for row in ROWS {
        let figures = allocations::count(&["construct", row, "1000", server]);
        let bare = bare.get_or_insert_with(|| figures.clone());
        for (what, at) in [("the first", 0), ("the thousandth", 3)] {
            for (of, index) in [("bytes at most", at), ("bytes kept", at + 1)] {
                let (name, unit, median) = (format!("{row}, {what}"), of, figures[index]);
                let (ratio, against) = (Some(median / bare[index]), Some(BARE));
                let allocations = Some(figures[at + 2] as u64);
                table.push(Row { section: SECTION, name, unit, median, spread: None, ratio, against, allocations });
            }
        }
    }
    if valgrind::is_installed() {
        let cost = |row: &str, times: &str| valgrind::instructions(&valgrind::words(["construct", row, times, server]));
        let nothing = cost(BARE, "0");
        let bare = cost(BARE, "1") - nothing;
        for (row, cost) in [(BARE, bare), ("the client", cost("the client", "1") - nothing)] {
            let (name, unit, median) = (format!("{row}, the first"), "instructions", cost as f64);
            let (ratio, against) = (Some(median / bare as f64), Some(BARE));
            table.push(Row { section: SECTION, name, unit, median, spread: None, ratio, against, allocations: None });
        }
    }
}
