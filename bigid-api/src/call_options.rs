use std::time::Duration;

use crate::RetryPolicy;

/// Per-call overrides: timeouts and retries.
///
/// Every operation's builder has [`timeout`](crate::builder::ListDataSources::timeout), `retry` and `options`; a
/// derived client of `bigid-auth-ext` (`BigIdClient::with_options`) applies them to many calls. Options of a call take
/// precedence over those of a derived client, which take precedence over the client's settings.
///
/// The layers of the [`Transport`](crate::Transport) read the options from the request's extensions; they are absent if
/// no option is set. Those of `bigid-auth-ext` support all of them; a transport without layers supports only
/// `timeout`.
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
    /// The timeout of the whole call, including its exchange, all attempts and the pauses between them.
    pub timeout: Option<Duration>,
    /// The timeout of each attempt for the response headers.
    pub headers_timeout: Option<Duration>,
    /// How often and how long the call is retried.
    pub retry: Option<RetryPolicy>,
}

impl CallOptions {
    /// No overrides.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the timeout of the whole call. For a streamed response, it ends when the stream begins.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets the timeout of each attempt for the response headers. Raise it for reports that take the server minutes to
    /// prepare.
    pub fn headers_timeout(mut self, timeout: Duration) -> Self {
        self.headers_timeout = Some(timeout);
        self
    }

    /// Replaces the retry policy.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Returns these options, with unset ones taken from `other`.
    pub fn or(self, other: Self) -> Self {
        Self {
            timeout: self.timeout.or(other.timeout),
            headers_timeout: self.headers_timeout.or(other.headers_timeout),
            retry: self.retry.or(other.retry),
        }
    }
}
