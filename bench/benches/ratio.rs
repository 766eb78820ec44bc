//! How many times the floor a hit costs, measured in turns, so that a machine that is now quick and now slow is so for both.

use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use bench::{a_thousand_tasks, floor, hit};

const ROUNDS: usize = 2_000;
const CALLS: u32 = 2_000;

fn main() {
    println!("hit against floor, medians of paired rounds");
    for threads in [1, 2] {
        report(&format!("{threads} thread(s)"), rounds_on(threads), CALLS);
    }
    let tasks = (0..100)
        .map(|round| in_turn(round, &|| {}, || time(|| a_thousand_tasks(floor)), || time(|| a_thousand_tasks(hit))));
    report("1,000 tasks on 2 workers", tasks.collect(), 100_000);
}

/// The times of the floor and of a hit, round for round, of threads that keep step.
fn rounds_on(threads: usize) -> Vec<(Duration, Duration)> {
    let step = Barrier::new(threads);
    let wait = || drop(step.wait());
    let rounds = || {
        (0..ROUNDS)
            .map(|round| in_turn(round, &wait, || time(|| calls(floor)), || time(|| calls(hit))))
            .collect::<Vec<_>>()
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(rounds)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

/// Both, the first of them in even rounds being the second in odd ones.
fn in_turn<T>(round: usize, step: &impl Fn(), one: impl Fn() -> T, other: impl Fn() -> T) -> (T, T) {
    step();
    if round % 2 == 0 {
        let one = one();
        step();
        return (one, other());
    }
    let other = other();
    step();
    (one(), other)
}

fn calls<T>(call: fn() -> T) {
    for _ in 0..CALLS {
        black_box(call());
    }
}

fn time(act: impl Fn()) -> Duration {
    let begun = Instant::now();
    act();
    begun.elapsed()
}

fn report(what: &str, rounds: Vec<(Duration, Duration)>, calls: u32) {
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let nanoseconds = |time: &Duration| time.as_nanos() as f64 / f64::from(calls);
    let floor = median(rounds.iter().map(|(floor, _)| nanoseconds(floor)).collect());
    let hit = median(rounds.iter().map(|(_, hit)| nanoseconds(hit)).collect());
    let ratio = median(rounds.iter().map(|(floor, hit)| hit.as_secs_f64() / floor.as_secs_f64()).collect());
    println!("{what:26} floor {floor:6.1} ns   hit {hit:6.1} ns   ratio {ratio:.3}");
}
