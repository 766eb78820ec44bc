use std::time::Duration;

use crate::retry_policy::RetryPolicy;

/// What some calls want otherwise than the rest.
///
/// A generated operation's `send` takes no options, so they are had by a derived client,
/// [`BigIdClient::with_options`](crate::BigIdClient::with_options), which is cheap and shares everything else.
///
/// ```no_run
/// use std::time::Duration;
/// use bigid_auth_ext::{CallOptions, RetryPolicy};
///
/// # async fn run(client: &bigid_auth_ext::BigIdClient) -> Result<(), Box<dyn std::error::Error>> {
/// let patient = client.with_options(CallOptions::new().headers_timeout(Duration::from_secs(600)));
/// let report = patient.export_audit_log().send().await?;
///
/// // A scan that is started twice does no harm here, so that a lost answer may be asked for again.
/// let repeating = client.with_options(CallOptions::new().retry(RetryPolicy::default().all_methods()));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[must_use]
pub struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) headers_timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
}

impl CallOptions {
    /// Everything as the client has it.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long the whole call may take, as [`Builder::call_timeout`](crate::Builder::call_timeout) says.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long each attempt may wait for the headers of its answer, in place of [`HEADERS_TIMEOUT`](crate::HEADERS_TIMEOUT).
    pub fn headers_timeout(mut self, timeout: Duration) -> Self {
        self.headers_timeout = Some(timeout);
        self
    }

    /// How often and how long these calls are sent again, and which of them.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }
}
