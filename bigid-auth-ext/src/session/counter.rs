//! A counter for the hot path, in which no two threads write to one cache line.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// More shards would not help on typical machines.
const SHARDS: usize = 16;

/// A counter with one shard per thread, up to a limit.
#[derive(Debug, Default)]
pub(crate) struct Counter([Shard; SHARDS]);

/// Alone on its cache line, and on the adjacent one that is prefetched with it.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Shard(AtomicU64);

static NEXT: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static MINE: usize = NEXT.fetch_add(1, Ordering::Relaxed) % SHARDS;
}

impl Counter {
    pub(crate) fn add_one(&self) {
        let mine = MINE.try_with(|mine| *mine).unwrap_or(0);
        if let Some(shard) = self.0.get(mine) {
            shard.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn total(&self) -> u64 {
        self.0.iter().map(|shard| shard.0.load(Ordering::Relaxed)).sum()
    }
}
