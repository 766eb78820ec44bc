//! Work on every record of a collection, on all processors.

use std::ops::Range;
use std::panic::resume_unwind;
use std::thread;

/// Does something with every part of `0..end`, in order. Parts start at multiples of 64, so that no two share a word of
/// a bit set.
pub(super) fn in_parts<T: Send>(end: usize, act: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let threads = if end < WORTH_A_THREAD { 1 } else { thread::available_parallelism().map_or(1, usize::from) };
    in_parts_on(threads, end, act)
}

fn in_parts_on<T: Send>(threads: usize, end: usize, act: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let size = end.div_ceil(threads.max(1)).next_multiple_of(64).max(64);
    let mut parts = (0..end).step_by(size).map(|start| start..end.min(start + size));
    let Some(first) = parts.next() else { return Vec::new() };
    let act = &act;
    thread::scope(|scope| {
        let others: Vec<_> = parts.map(|part| scope.spawn(move || act(part))).collect();
        let first = act(first);
        let others = others.into_iter().map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        std::iter::once(first).chain(others).collect()
    })
}

/// Below so many records, a thread costs more than it saves. Tests have few records, and threads all the same.
const WORTH_A_THREAD: usize = if cfg!(test) { 500 } else { 50_000 };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_the_whole_in_order_and_none_is_empty() {
        for threads in [0, 1, 2, 3, 8] {
            for end in [0, 1, 63, 64, 65, 128, 1_000] {
                let parts = in_parts_on(threads, end, |part| part);
                assert!(parts.len() <= threads.max(1) && parts.iter().all(|part| !part.is_empty()), "{threads} {end}");
                assert!(parts.iter().all(|part| part.start % 64 == 0));
                assert_eq!(parts.into_iter().flatten().collect::<Vec<_>>(), (0..end).collect::<Vec<_>>());
            }
        }
        assert_eq!(in_parts(WORTH_A_THREAD, |part| part.len()).iter().sum::<usize>(), WORTH_A_THREAD);
    }
}
