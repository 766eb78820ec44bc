use std::time::Duration;

use super::App;
use crate::run::Stage;

/// What was running when a shutdown began.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shutdown {
    /// Each execution that was running, by its identifier.
    pub stopped: Vec<Stopped>,
}

impl Shutdown {
    /// Those that did not end by themselves in the grace period.
    pub fn interrupted(&self) -> impl Iterator<Item = &Stopped> {
        self.stopped.iter().filter(|one| one.was_interrupted)
    }

    /// Those whose end BigID does not know.
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
    /// Whether it was dropped. Otherwise it ended by itself.
    pub was_interrupted: bool,
    /// Whether its end was reported: in the response of an immediate action, and in an update of one in the background.
    pub is_reported: bool,
}

impl App {
    /// Ends what is running, and tells BigID.
    ///
    /// From now on, executions are refused. Those that run are [asked to end](crate::Run::cancelled), and dropped after the grace period;
    /// BigID is told so with the status ERROR. What could not be reported within [`REPORT_WINDOW`] is given up, so that the whole takes the
    /// grace period and that window at most.
    ///
    /// Serve requests until it returns, so that immediate actions can respond.
    ///
    /// # Cancel safety
    /// If the future is dropped, executions stay refused, and those that run go on. It can be called again.
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

/// How long a shutdown reports interrupted executions: 20 s. With a grace period of up to 10 s, it fits the 30 s that Kubernetes grants.
pub const REPORT_WINDOW: Duration = Duration::from_secs(20);
