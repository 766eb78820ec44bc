//! Waits for jobs on the server: scans, reports about people, minimizations.

mod states;

mod target;
pub use target::{Started, WaitTarget};

mod ticket;
pub use ticket::{InvalidTicket, WaitTicket};

mod error;
pub use error::WaitError;

mod watch;
pub use watch::{WaitProgress, Watch};

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use crate::client::BigIdClient;
use states::FinalStates;
use watch::Watcher;

/// The upper limit of the pause before the second poll of a job. Each pause is random, between half of its limit and
/// the limit, and the limits grow by half.
pub const POLL_INTERVAL: Duration = Duration::from_secs(2);

/// The upper limit of every pause. A scan takes minutes to days, so being a minute late does not matter.
pub const MAX_POLL_INTERVAL: Duration = Duration::from_secs(60);

/// The default deadline of a wait: a day, which is longer than a scan usually takes. There is
/// always a limit, because the states in which jobs of deployed servers fail are not all known.
pub const WAIT_DEADLINE: Duration = Duration::from_secs(24 * 60 * 60);

/// Waits until a job has ended. Awaiting it returns the last [`WaitProgress`]; [`watch`](Self::watch) streams all of
/// them.
///
/// ```no_run
/// # async fn run(client: &bigid_auth_ext::BigIdClient) -> Result<(), Box<dyn std::error::Error>> {
/// use bigid_auth_ext::automation::Started as _;
/// use bigid_auth_ext::types::StartScanRequest;
///
/// let scan = StartScanRequest::new().scan_profile_name("Nightly");
/// client.start_scan(scan).await?.finished(client).await?;
/// # Ok(())
/// # }
/// ```
///
/// # States
/// `Completed` means success; it is the only final state that a public source names. `Failed`, `Error`, `Stopped`,
/// `Aborted` and `Canceled` are failures. In every other state the wait goes on until the deadline, whose error names
/// the state; [`success_state`](Self::success_state) and [`failure_state`](Self::failure_state) add final states.
///
/// # Polling
/// The state is requested after a pause that starts below [`POLL_INTERVAL`] and grows to [`MAX_POLL_INTERVAL`], or is
/// as long as the server's `Retry-After`. A request that fails transiently is repeated after such a pause, in addition
/// to the client's own retries, until the deadline. All of this runs on the client's [`Clock`](crate::Clock).
///
/// # Cancel safety
/// Dropping it stops only the wait, not the job. Resume it, in this process or another, from the id or a
/// [`WaitTicket`].
#[must_use = "a wait does nothing until it is awaited"]
pub struct Wait {
    client: BigIdClient,
    target: WaitTarget,
    states: FinalStates,
    interval: Duration,
    max_interval: Duration,
    /// On the client's clock.
    started_at: Duration,
    limit: Duration,
}

impl BigIdClient {
    /// Waits until a scan has ended.
    pub fn wait_for_scan(&self, id: impl Into<String>) -> Wait {
        Wait::new(self, WaitTarget::Scan(id.into()))
    }

    /// Waits until the latest scan of a data source has ended.
    pub fn wait_for_data_source_scan(&self, name: impl Into<String>) -> Wait {
        Wait::new(self, WaitTarget::DataSourceScan(name.into()))
    }

    /// Waits until the report of a data subject request is ready.
    pub fn wait_for_dsar_report(&self, request_id: impl Into<String>) -> Wait {
        Wait::new(self, WaitTarget::DsarReport(request_id.into()))
    }

    /// Waits until every object that was found for a request has been minimized. A request without objects has nothing
    /// left to wait for.
    pub fn wait_for_minimization(&self, request_id: impl Into<String>) -> Wait {
        Wait::new(self, WaitTarget::Minimization(request_id.into()))
    }

    /// Resumes a wait that another process started. Its deadline stays the same.
    pub fn resume_wait(&self, ticket: &WaitTicket) -> Wait {
        let left = ticket.ends_at.saturating_sub(self.clock().wall());
        Wait::new(self, ticket.target.clone()).deadline(left)
    }
}

impl Wait {
    fn new(client: &BigIdClient, target: WaitTarget) -> Self {
        Self {
            client: client.clone(),
            target,
            states: FinalStates::default(),
            interval: POLL_INTERVAL,
            max_interval: MAX_POLL_INTERVAL,
            started_at: client.clock().now(),
            limit: WAIT_DEADLINE,
        }
    }

    /// How long to wait from now; [`WAIT_DEADLINE`] by default. When it has passed, the state is requested one last
    /// time.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.started_at = self.client.clock().now();
        self.limit = limit;
        self
    }

    /// The limit of the first pause; [`POLL_INTERVAL`] by default. At least a millisecond.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval.max(Duration::from_millis(1));
        self
    }

    /// The longest limit of a pause; [`MAX_POLL_INTERVAL`] by default.
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.max_interval = interval.max(Duration::from_millis(1));
        self
    }

    /// Treats this state as success.
    pub fn success_state(mut self, state: impl Into<String>) -> Self {
        self.states.succeeded.push(state.into());
        self
    }

    /// Treats this state as a failure.
    pub fn failure_state(mut self, state: impl Into<String>) -> Self {
        self.states.failed.push(state.into());
        self
    }

    /// A ticket, as text, with which another process can [resume](BigIdClient::resume_wait) the wait.
    #[must_use]
    pub fn ticket(&self) -> WaitTicket {
        let clock = self.client.clock();
        let left = self.limit.saturating_sub(clock.now().saturating_sub(self.started_at));
        WaitTicket { target: self.target.clone(), ends_at: clock.wall().saturating_add(left) }
    }

    /// The progress of the job, as a stream that ends with the job.
    pub fn watch(self) -> Watch {
        Watch::new(self)
    }
}

impl IntoFuture for Wait {
    type Output = Result<WaitProgress, WaitError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut watcher = Watcher::new(self);
            loop {
                let progress = watcher.progress().await?;
                if progress.is_final {
                    return Ok(progress);
                }
            }
        })
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait").field("target", &self.target).field("limit", &self.limit).finish_non_exhaustive()
    }
}
