use std::time::Duration;

use super::App;
use crate::run::Stage;

/// The executions that were running when a shutdown began.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shutdown {
    /// The executions, ordered by id.
    pub stopped: Vec<Stopped>,
}

impl Shutdown {
    /// Those that did not end within the grace period.
    pub fn interrupted(&self) -> impl Iterator<Item = &Stopped> {
        self.stopped.iter().filter(|one| one.was_interrupted)
    }

    /// Those whose end could not be reported to BigID.
    pub fn unreported(&self) -> impl Iterator<Item = &Stopped> {
        self.stopped.iter().filter(|one| !one.is_reported)
    }
}

/// An execution that was running when a shutdown began.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stopped {
    /// The execution.
    pub execution_id: String,
    /// Its action.
    pub action: String,
    /// Whether it was dropped, rather than ended by itself.
    pub was_interrupted: bool,
    /// Whether its end was reported: in the response of an immediate action, and in an update of one in the background.
    pub is_reported: bool,
}

impl App {
    /// Ends the running executions, and reports this to BigID.
    ///
    /// From now on, new executions are refused. Running ones are [asked to end](crate::Run::cancelled) and dropped
    /// after the grace period, which is reported to BigID with the status ERROR. Reports that cannot be sent within
    /// [`REPORT_WINDOW`] are given up, so the shutdown takes at most the grace period plus that window.
    ///
    /// Serve requests until it returns, so that immediate actions can respond.
    ///
    /// # Cancel safety
    /// If the future is dropped, new executions are still refused, and running ones go on. It can be called again.
    pub async fn shutdown(&self, grace: Duration) -> Shutdown {
        let running = &self.0.running;
        running.close();
        running.advance_all(Stage::Cancelled);
        self.idle_within(grace).await;
        running.advance_all(Stage::Interrupted);
        self.idle_within(REPORT_WINDOW).await;
        Shutdown { stopped: running.stopped() }
    }

    /// Waits on the app's clock.
    #[cfg(feature = "axum")]
    pub(crate) async fn sleep(&self, time: Duration) {
        self.0.clock.sleep(time).await;
    }

    async fn idle_within(&self, time: Duration) {
        tokio::select! {
            biased;
            () = self.0.running.idle() => {}
            () = self.0.clock.sleep(time) => {}
        }
    }
}

/// How long a shutdown reports interrupted executions: 20 s. With a grace period of up to 10 s, it fits the 30 s that
/// Kubernetes grants.
pub const REPORT_WINDOW: Duration = Duration::from_secs(20);
