//! Counts the allocations of one call, or of making a client: `allocations call ROW RECORDS SERVER`,
//! `allocations list RECORDS SERVER`, `allocations construct ROW TIMES SERVER`. It prints bytes at most, bytes kept and
//! allocations; for clients, of the first one and then of the last one; for a list, then those of a call that keeps
//! nothing of its response, and the bytes of the response.
#![allow(clippy::unwrap_used, reason = "a benchmark that fails ends")]

use std::sync::Arc;

use allocation_counter::{AllocationInfo, measure};
use bench::call::{Caller, one_thread};
use bench::construct;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words[..] {
        ["call", row, records, server] => {
            let (runtime, caller, records) = (one_thread(), Arc::new(Caller::new(server)), records.parse().unwrap());
            // The first call makes the connection.
            runtime.block_on(caller.call(row, records));
            print(&measure(|| runtime.block_on(caller.call(row, records))));
        }
        ["list", records, server] => {
            let (runtime, caller, records) = (one_thread(), Arc::new(Caller::new(server)), records.parse().unwrap());
            runtime.block_on(caller.list(records));
            let mut kept = None;
            print(&measure(|| kept = Some(runtime.block_on(caller.list(records)))));
            // The other client's first call, for the same reason.
            let mut length = runtime.block_on(caller.drained(records));
            print(&measure(|| length = runtime.block_on(caller.drained(records))));
            println!("{length}");
        }
        ["construct", row, times, server] => {
            let (runtime, mut kept) = (one_thread(), Vec::new());
            let times: usize = times.parse().unwrap();
            let mut make = |deployment| kept.push(construct::make(row, &runtime, server, deployment));
            let made: Vec<_> = (0..times).map(|deployment| measure(|| make(deployment))).collect();
            made.first().into_iter().chain(made.last()).for_each(print);
        }
        _ => panic!("no program {words:?}"),
    }
}

fn print(counted: &AllocationInfo) {
    println!("{} {} {}", counted.bytes_max, counted.bytes_current, counted.count_total);
}
