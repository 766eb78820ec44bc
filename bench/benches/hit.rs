//! A cached session against the least that could serve one.
//!
//! Read the ratios of `ratio`, which takes both in turns; the times here belong to the machine, and to its moment.

fn main() {
    divan::main();
}

use bench::{a_thousand_tasks, floor, hit};
use bigid_auth_ext::bigid_api::http::HeaderValue;

#[divan::bench(name = "floor", threads = [1, 2], sample_count = 2000, sample_size = 500)]
fn time_of_the_floor() -> Option<HeaderValue> {
    floor()
}

#[divan::bench(name = "hit", threads = [1, 2], sample_count = 2000, sample_size = 500)]
fn time_of_a_hit() -> Option<HeaderValue> {
    hit()
}

#[divan::bench(sample_count = 100, sample_size = 1)]
fn floor_for_a_thousand_tasks() {
    a_thousand_tasks(floor);
}

#[divan::bench(sample_count = 100, sample_size = 1)]
fn hit_for_a_thousand_tasks() {
    a_thousand_tasks(hit);
}
