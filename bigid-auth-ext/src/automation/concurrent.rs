//! Concurrent calls, up to a limit.

use std::future::Future;

use futures_util::stream::{self, StreamExt as _};

/// Runs futures, at most `limit` at a time, and returns their results in the order of the futures.
///
/// They run within the caller's task, so nothing goes on when it is dropped.
pub(super) async fn at_most<F: Future + Send>(
    limit: usize,
    futures: impl IntoIterator<Item = F, IntoIter: Send>,
) -> Vec<F::Output>
where
    F::Output: Send,
{
    let number = |(place, future): (usize, F)| async move { (place, future.await) };
    let numbered: Vec<_> = futures.into_iter().enumerate().map(number).collect();
    let mut done: Vec<_> = stream::iter(numbered).buffer_unordered(limit.max(1)).collect().await;
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, output)| output).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn no_more_than_the_limit_run_and_results_keep_their_order() {
        for limit in [0, 1, 3, 50] {
            let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let job = async |number: usize| {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                for _ in 0..=number % 7 {
                    tokio::task::yield_now().await;
                }
                running.fetch_sub(1, Ordering::SeqCst);
                number
            };
            let jobs: Vec<_> = (0..20).map(|number| Box::pin(job(number))).collect();
            assert_eq!(at_most(limit, jobs).await, (0..20).collect::<Vec<_>>());
            assert_eq!(most.load(Ordering::SeqCst), limit.clamp(1, 20));
        }
        assert!(at_most(3, Vec::<std::future::Ready<u8>>::new()).await.is_empty());
    }
}
