use std::fmt;
use std::time::Duration;

/// A provider that failed to return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProviderFault {
    /// It did not return within this time.
    TimedOut(Duration),
    Panicked,
    CalledBack,
}

impl ProviderFault {
    /// The fault behind a provider's error, if there is one. A provider that calls its own client returns the error of
    /// that call.
    pub(crate) fn of(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        std::iter::successors(Some(error), |error| error.source()).find_map(|error| {
            let of_call = error.downcast_ref::<super::AuthError>().and_then(super::AuthError::provider_fault);
            error.downcast_ref().copied().or(of_call)
        })
    }
}

impl fmt::Display for ProviderFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut(limit) => write!(
                f,
                "the credential provider did not return within {limit:?}; check what it waits for, which must not be a call \
                 of its own client"
            ),
            Self::Panicked => f.write_str("the credential provider panicked"),
            Self::CalledBack => f.write_str(
                "the credential provider called its own client, whose calls wait for the provider; give the provider a separate client",
            ),
        }
    }
}

impl std::error::Error for ProviderFault {}
