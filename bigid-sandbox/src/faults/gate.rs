//! A gate that holds responses until the test releases them.

use std::sync::Arc;

use tokio::sync::{Semaphore, watch};

/// Holds every response that reaches it until some or all are released.
///
/// With a gate, a test controls the order of events: hold the exchange, let a hundred callers arrive, then open. Clones
/// share one gate; set it with [`Fault::Hold`](crate::Fault::Hold).
///
/// # Examples
/// ```
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use bigid_sandbox::{Fault, Gate, Sandbox};
///
/// let sandbox = Sandbox::start().await?;
/// let gate = Gate::new();
/// sandbox.on("exchange").always(Fault::Hold(gate.clone()));
/// // .. start the callers ..
/// gate.wait_for_held(1).await;
/// gate.open();
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Gate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    passes: Semaphore,
    held: watch::Sender<usize>,
}

impl Gate {
    /// A closed gate.
    pub fn new() -> Self {
        Self(Arc::new(Inner { passes: Semaphore::new(0), held: watch::Sender::new(0) }))
    }

    /// Releases `count` responses: those held longest, then later ones.
    pub fn let_through(&self, count: usize) {
        // The semaphore would panic above its maximum; a gate with that many permits is open.
        if count > Semaphore::MAX_PERMITS - self.0.passes.available_permits() {
            self.open();
        } else if !self.0.passes.is_closed() {
            self.0.passes.add_permits(count);
        }
    }

    /// Releases all responses from now on. The gate cannot be closed again; use another one.
    pub fn open(&self) {
        self.0.passes.close();
    }

    /// The number of responses that it holds.
    pub fn held(&self) -> usize {
        *self.0.held.borrow()
    }

    /// Waits until it holds at least `count` responses.
    ///
    /// # Cancel safety
    /// It changes nothing, and can be dropped at any point.
    pub async fn wait_for_held(&self, count: usize) {
        // The sender lives as long as this gate, so the wait ends only with the condition.
        let _ = self.0.held.subscribe().wait_for(|held| *held >= count).await;
    }

    pub(crate) async fn pass(&self) {
        let _held = HeldCount::count(&self.0.held);
        // An error means that the gate was opened.
        if let Ok(pass) = self.0.passes.acquire().await {
            pass.forget();
        }
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

/// Counts a held response, even if the client disconnects and the wait is dropped.
struct HeldCount<'g>(&'g watch::Sender<usize>);

impl<'g> HeldCount<'g> {
    fn count(held: &'g watch::Sender<usize>) -> Self {
        held.send_modify(|held| *held += 1);
        Self(held)
    }
}

impl Drop for HeldCount<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|held| *held -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_gate_lets_through_as_many_as_it_is_told() {
        let gate = Gate::new();
        let passing = || {
            let gate = gate.clone();
            tokio::spawn(async move { gate.pass().await })
        };
        let held = [passing(), passing(), passing()];
        gate.wait_for_held(3).await;
        gate.let_through(1);
        gate.0.held.subscribe().wait_for(|held| *held == 2).await.unwrap();
        gate.open();
        for pass in held {
            pass.await.unwrap();
        }
        passing().await.unwrap();
        gate.let_through(usize::MAX);
        assert_eq!(gate.held(), 0);
    }

    #[tokio::test]
    async fn a_wait_that_is_dropped_is_no_longer_held() {
        let gate = Gate::new();
        let pass = tokio::spawn({
            let gate = gate.clone();
            async move { gate.pass().await }
        });
        gate.wait_for_held(1).await;
        pass.abort();
        assert!(pass.await.is_err());
        assert_eq!(gate.held(), 0);
    }
}
