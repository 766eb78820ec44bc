use std::time::Duration;

use crate::RetryPolicy;

/// Per-call overrides: timeouts and retries.
///
/// Every operation's builder has [`timeout`](crate::builder::ListDataSources::timeout), `retry` and `options`; a derived client of
/// `bigid-auth-ext` (`BigIdClient::with_options`) applies them to many calls. What one call sets wins over the derived client, and that
/// over the client's settings.
///
/// The options travel in the request's extensions, for the layers of the [`Transport`](crate::Transport) to read. Those of
/// `bigid-auth-ext` act on all of them. A transport without layers acts on `timeout` alone: it has no retries to change.
///
/// ```
/// use std::time::Duration;
/// use bigid_api::{CallOptions, RetryPolicy};
///
/// let patient = CallOptions::new().headers_timeout(Duration::from_secs(600)).retry(RetryPolicy::none());
/// assert_eq!(patient.timeout, None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
#[must_use]
pub struct CallOptions {
    /// The limit of the whole call, with its exchange, its attempts and the waits between them.
    pub timeout: Option<Duration>,
    /// The limit of each attempt until the headers of its response.
    pub headers_timeout: Option<Duration>,
    /// How often and how long the call is retried.
    pub retry: Option<RetryPolicy>,
}

impl CallOptions {
    /// No overrides.
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits the whole call. A call whose response is a stream is limited until the stream begins.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Limits each attempt until the headers of its response. Raise it for reports that the server prepares for minutes.
    pub fn headers_timeout(mut self, timeout: Duration) -> Self {
        self.headers_timeout = Some(timeout);
        self
    }

    /// Replaces the retry policy.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// These options, and those of `other` where these have none.
    pub fn or(self, other: Self) -> Self {
        Self {
            timeout: self.timeout.or(other.timeout),
            headers_timeout: self.headers_timeout.or(other.headers_timeout),
            retry: self.retry.or(other.retry),
        }
    }
}
