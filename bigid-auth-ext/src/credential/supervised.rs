//! Supervises a user's provider, which may hang, panic, block its thread, or call the client that waits for it.

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
use crate::error::ProviderFault;

/// How long a [`CredentialProvider`] may take. A vault responds in milliseconds; calls wait meanwhile.
pub const PROVIDER_TIMEOUT: Duration = Duration::from_secs(10);

/// Runs a provider on a thread for blocking work, so that one that blocks delays no other task.
#[derive(Debug)]
pub(crate) struct Supervised(Arc<dyn CredentialProvider>);

tokio::task_local! {
    /// The address of the provider that is running.
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
        // Dropped with this future: a provider that hangs ends with its timeout or its runtime.
        let (_wanted, unwanted) = oneshot::channel::<()>();
        let task = tokio::task::spawn_blocking(move || {
            runtime.block_on(ASKED.scope(asked, async move {
                let (mut credential, mut unwanted) = (pin!(provider.credential()), pin!(unwanted));
                std::future::poll_fn(|context| match credential.as_mut().poll(context) {
                    Poll::Pending => {
                        unwanted.as_mut().poll(context).map(|_| Err(ProviderFault::TimedOut(PROVIDER_TIMEOUT).into()))
                    }
                    ready => ready,
                })
                .await
            }))
        });
        match tokio::time::timeout(PROVIDER_TIMEOUT, task).await {
            Ok(Ok(result)) => result,
            Ok(Err(error)) if error.is_panic() => Err(ProviderFault::Panicked.into()),
            Ok(Err(_)) | Err(_) => Err(ProviderFault::TimedOut(PROVIDER_TIMEOUT).into()),
        }
    }
}
