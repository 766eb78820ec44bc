//! The decoder of responses against serde_json, for as many texts as are asked for: `decoder N [SEED]`.
//!
//! It is the source of `bigid-api` without the client above it, and with three small records that have a field of every
//! kind in place of the contract's. The loop and what must hold are `bigid-api/src/tests/invariants/decoder.rs`, which
//! `cargo test` runs with the contract's.
#![allow(dead_code, unused_imports, unused_macros, reason = "the client is what uses the rest")]

#[path = "../../../bigid-api/src/tests/invariants/decoder.rs"]
mod decoder;
#[path = "../../../bigid-api/src/lossless/mod.rs"]
mod lossless;
#[path = "../../../bigid-api/src/redact.rs"]
mod redact;
#[path = "../../../bigid-api/src/secret.rs"]
mod secret;

use lossless::Extra;
use secret::Secret;

mod types {
    use serde_json::{Map, Number, Value};

    use crate::Secret;
    use crate::lossless::{open_enum, record};

    record! {
        pub struct DataSource {
            pub object_id: one String = "_id",
            pub id: one i64 = "id",
            pub name: one String = "name",
            pub kind: one Kind = "type",
            pub tags: many Tag = "tags",
            pub owners: many String = "owners",
            pub enabled: one bool = "enabled",
            pub last_scan_at: one Number = "last_scan_at",
            pub location: one Value = "location",
            pub status: one Box<Tag> = "connectionStatusScan",
            pub members: one Map<String, Value> = "connectionStatusTest",
        }
    }

    record! {
        pub struct Tag {
            pub name: one Secret = "name",
            pub is_success: one bool = "is_success",
            pub data: one std::collections::BTreeMap<String, i64> = "data",
        }
    }

    record! {
        pub struct ListDataSourcesResponse lists data {
            pub data: one DataSourcePage = "data",
            pub name: one Value = "name",
        }
    }

    record! {
        pub struct DataSourcePage lists ds_connections {
            pub ds_connections: many DataSource = "ds_connections",
            pub id: many i64 = "id",
        }
    }

    open_enum! {
        pub enum Kind {
            A = "a",
            Yes = "yes",
        }
    }
}

const BATCH: u64 = 1_000_000;

fn main() {
    let mut numbers = std::env::args().skip(1).map(|word| word.parse::<u64>().expect("usage: decoder N [SEED]"));
    let texts = numbers.next().expect("usage: decoder N [SEED]");
    let seed = numbers.next().unwrap_or(1);
    let (mut done, mut json, mut records) = (0, 0, 0);
    while done < texts {
        let counts = decoder::decoder(seed.wrapping_add(done), BATCH.min(texts - done));
        (done, json, records) = (done + counts.texts, json + counts.json, records + counts.records);
        println!("{done} texts, {json} of them JSON, {records} records");
    }
}
