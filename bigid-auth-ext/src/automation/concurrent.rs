//! Many calls at once, but never more than a limit.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// Runs futures, at most `limit` at a time, and returns their results in the order of the futures.
///
/// They run within the caller's own task, so that nothing goes on when it is dropped, and no runtime is needed. A limit is some ten or
/// twenty; all futures under way are polled whenever one is woken.
pub(super) async fn at_most<F: Future + Send>(
    limit: usize,
    futures: impl IntoIterator<Item = F, IntoIter: Send>,
) -> Vec<F::Output>
where
    F::Output: Send,
{
    let mut waiting = futures.into_iter().enumerate();
    let mut running: Vec<(usize, Pin<Box<F>>)> = Vec::new();
    let mut done = BTreeMap::new();
    poll_fn(|context| {
        loop {
            while running.len() < limit.max(1)
                && let Some((place, future)) = waiting.next()
            {
                running.push((place, Box::pin(future)));
            }
            let before = running.len();
            running.retain_mut(|(place, future)| match future.as_mut().poll(context) {
                Poll::Ready(output) => {
                    done.insert(*place, output);
                    false
                }
                Poll::Pending => true,
            });
            // A place that became free is taken at once.
            match (running.is_empty(), running.len() == before) {
                (true, true) => return Poll::Ready(()),
                (false, true) => return Poll::Pending,
                (_, false) => {}
            }
        }
    })
    .await;
    done.into_values().collect()
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
