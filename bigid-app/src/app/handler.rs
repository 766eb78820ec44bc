use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::failure::Failure;
use crate::manifest::Action;
use crate::response::Done;
use crate::run::Run;

type Outcome = Pin<Box<dyn Future<Output = Result<Done, Failure>> + Send>>;

/// An action and its handler.
pub(super) struct Handler {
    pub(super) action: Action,
    run: Arc<dyn Fn(Run) -> Outcome + Send + Sync>,
}

impl Handler {
    pub(super) fn new<F, O>(action: Action, run: F) -> Self
    where
        F: Fn(Run) -> O + Send + Sync + 'static,
        O: Future<Output = Result<Done, Failure>> + Send + 'static,
    {
        Self { action, run: Arc::new(move |context| Box::pin(run(context))) }
    }

    /// The action's future. It is created where it is polled, so that panics of both are caught in one place.
    pub(super) fn start(&self, context: Run) -> impl Future<Output = Result<Done, Failure>> + Send + 'static {
        let run = self.run.clone();
        async move { run(context).await }
    }
}
