//! A provider of the user's, under supervision: it may hang, panic, block its thread, or call the client that waits for it.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::credential::Credential;
use crate::credential::provider::{CredentialProvider, ProviderError};

/// How long a [`CredentialProvider`] may take. A vault answers in milliseconds; calls wait meanwhile.
pub const PROVIDER_TIMEOUT: Duration = Duration::from_secs(10);

/// Asks a provider on a thread for blocking work, so that one which blocks holds up no other task.
#[derive(Debug)]
pub(crate) struct Supervised(Arc<dyn CredentialProvider>);

tokio::task_local! {
    /// The address of the provider that is being asked.
    static ASKED: usize;
}

/// Whether the caller runs within this provider.
pub(crate) fn is_called_by(provider: &Arc<dyn CredentialProvider>) -> bool {
    ASKED.try_with(|asked| *asked == Arc::as_ptr(provider).addr()).unwrap_or(false)
}

impl Supervised {
    pub(crate) fn new(provider: Arc<dyn CredentialProvider>) -> Self {
        Self(provider)
    }
}

#[async_trait]
impl CredentialProvider for Supervised {
    async fn credential(&self) -> Result<Credential, ProviderError> {
        let (provider, runtime, asked) = (self.0.clone(), Handle::current(), std::ptr::from_ref(self).addr());
        // Dropped with this future, so that a provider which hangs ends with its limit or its runtime.
        let (_wanted, unwanted) = oneshot::channel::<()>();
        let answer = tokio::task::spawn_blocking(move || {
            runtime.block_on(ASKED.scope(asked, async move {
                let (mut credential, mut unwanted) = (pin!(provider.credential()), pin!(unwanted));
                std::future::poll_fn(|context| match credential.as_mut().poll(context) {
                    Poll::Pending => unwanted.as_mut().poll(context).map(|_| Err(ProviderFault::TimedOut.into())),
                    ready => ready,
                })
                .await
            }))
        });
        match tokio::time::timeout(PROVIDER_TIMEOUT, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) if error.is_panic() => Err(ProviderFault::Panicked.into()),
            Ok(Err(_)) | Err(_) => Err(ProviderFault::TimedOut.into()),
        }
    }
}

/// A provider that did not return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProviderFault {
    TimedOut,
    Panicked,
    CalledBack,
}

impl ProviderFault {
    /// The fault behind a provider's error, if there is one. A provider that calls its own client hands on the error of that call.
    pub(crate) fn of(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        std::iter::successors(Some(error), |error| error.source()).find_map(|error| {
            let of_call = error.downcast_ref::<crate::AuthError>().and_then(crate::AuthError::provider_fault);
            error.downcast_ref().copied().or(of_call)
        })
    }
}

impl fmt::Display for ProviderFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut => write!(
                f,
                "the credential provider did not return within {PROVIDER_TIMEOUT:?}; check what it waits for, which must not be a call \
                 of its own client"
            ),
            Self::Panicked => f.write_str("the credential provider panicked"),
            Self::CalledBack => f.write_str(
                "the credential provider called its own client, whose calls wait for the provider; give it a client of its own",
            ),
        }
    }
}

impl std::error::Error for ProviderFault {}
