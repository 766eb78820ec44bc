//! A cached token: times of one thread and of 64 tasks, and instructions.

use std::future::Future;
use std::sync::Arc;

use bench::table::{Row, Table};
use bench::timing::in_turns;
use bench::valgrind;
use tokio::runtime::Runtime;
use tokio::task::unconstrained;

use crate::peer::{Peer, all::*, every_peer};
use crate::source::{Plan, Source};

const SECTION: &str = "cached token";

/// One row: its name, and gets of one thread and of 64 tasks.
struct Get {
    name: &'static str,
    one: Box<dyn FnMut(u64)>,
    tasks: Box<dyn FnMut(u64)>,
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Without tokio's budget, which would make a loop of gets yield.
fn gets<P: Peer>(peer: &P, times: u64) -> impl Future<Output = ()> + Send {
    unconstrained(async move {
        for _ in 0..times {
            peer.get().await.unwrap();
        }
    })
}

fn get<P: Peer>() -> Get {
    let runtime = Arc::new(runtime());
    let peer: Arc<P> = Arc::new(runtime.block_on(P::new(Source::start(Plan::working(0)))));
    runtime.block_on(gets(&*peer, 2));
    let (shared, workers) = (peer.clone(), runtime.clone());
    Get {
        name: P::NAME,
        one: Box::new(move |times| runtime.block_on(gets(&*peer, times))),
        tasks: Box::new(move |times| {
            workers.block_on(async {
                let task = |peer: Arc<P>| async move { gets(&*peer, times).await };
                let tasks: Vec<_> = (0..64).map(|_| tokio::spawn(task(shared.clone()))).collect();
                for task in tasks {
                    task.await.unwrap();
                }
            });
        }),
    }
}

fn rows() -> Vec<Get> {
    let mut rows = vec![get::<Floor>()];
    rows.extend(every_peer!(get()));
    rows.push(get::<GoogleUnchanged>());
    rows
}

/// What valgrind counts.
pub fn program(name: &str, times: u64) {
    let row = |get: fn() -> Get, own: &str| (own == name).then(get);
    let found = [row(get::<Floor>, Floor::NAME), row(get::<GoogleUnchanged>, GoogleUnchanged::NAME)];
    fn named<P: Peer>(name: &str) -> Option<Get> {
        (P::NAME == name).then(get::<P>)
    }
    let mut get = found.into_iter().chain(every_peer!(named(name))).flatten().next().unwrap();
    (get.one)(times);
}

pub fn measure(table: &mut Table, quick: bool) {
    let mut rows = rows();
    let names: Vec<&str> = rows.iter().map(|row| row.name).collect();
    if valgrind::is_installed() {
        let arguments = |name: &str, times: u64| valgrind::words(["hit", name, &times.to_string()]);
        let instructions =
            |name: &str| valgrind::per_round(valgrind::instructions, 1_000, 11_000, |times| arguments(name, times));
        let floor = instructions(names[0]);
        for name in &names {
            let median = if *name == names[0] { floor } else { instructions(name) };
            let counted = valgrind::per_round(valgrind::allocations, 100, 1_100, |times| arguments(name, times));
            let name = format!("{name}, 1 thread");
            table.push(Row {
                allocations: Some(counted.round() as u64),
                ..row(name, "instructions", median, median / floor)
            });
        }
    }
    let rounds = if quick { 50 } else { 500 };
    timed(table, rounds, "1 thread", 2_000, 2_000, rows.iter_mut().map(|row| (row.name, &mut row.one)).collect());
    timed(
        table,
        rounds,
        "64 tasks on 2 workers",
        100,
        6_400,
        rows.iter_mut().map(|row| (row.name, &mut row.tasks)).collect(),
    );
}

type Turns<'a> = Vec<(&'static str, &'a mut Box<dyn FnMut(u64)>)>;

fn timed(table: &mut Table, rounds: usize, of: &str, each: u64, all: u64, rows: Turns<'_>) {
    let (names, runs): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let mut runs: Vec<_> = runs.into_iter().map(|run| move || run(each)).collect();
    let mut turns: Vec<&mut dyn FnMut()> = runs.iter_mut().map(|run| run as &mut dyn FnMut()).collect();
    for (name, (times, ratio)) in names.iter().zip(in_turns(rounds, &mut turns)) {
        let (low, high) = times.quartiles();
        let all = all as f64;
        let spread = Some((low / all, high / all));
        table.push(Row { spread, ..row(format!("{name}, {of}"), "ns", times.median() / all, ratio) });
    }
}

fn row(name: String, unit: &'static str, median: f64, ratio: f64) -> Row {
    let (ratio, against) = (Some(ratio), Some(Floor::NAME));
    Row { section: SECTION, name, unit, median, spread: None, ratio, against, allocations: None }
}
