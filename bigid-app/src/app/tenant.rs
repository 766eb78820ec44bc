use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde::Deserialize;

use super::App;
use crate::failure::Failure;

pub(super) type OnConfigure =
    Arc<dyn Fn(Tenant) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>> + Send + Sync>;

/// A tenant that BigID sets up or deletes: the body of `POST /configure`. Every member may be absent.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Tenant {
    /// The tenant.
    pub tenant_id: Option<String>,
    /// The URL of its BigID, which belongs to a deployment in the app's configuration.
    pub bigid_url: Option<String>,
    /// Whether the tenant is deleted.
    pub is_deleted: Option<bool>,
}

impl App {
    /// Handles the body of `POST /configure`.
    ///
    /// # Errors
    /// The message of the response, whose status is 400: the token was not accepted, the body is not a tenant, its URL
    /// belongs to no named deployment, or the handler failed.
    ///
    /// # Cancel safety
    /// The handler goes on if the future is dropped.
    pub async fn configure(&self, signed_token: Option<&str>, body: &[u8]) -> Result<(), String> {
        if let Some(verifier) = &self.0.verifier {
            verifier.verify(signed_token).await.map_err(|error| error.to_string())?;
        }
        let tenant: Tenant = serde_json::from_slice(body).map_err(|_| "the request is not a tenant".to_owned())?;
        if tenant.bigid_url.as_deref().is_some_and(|url| self.0.deployments.find(url).is_none()) {
            return Err("bigidUrl does not belong to a deployment that this app works for".to_owned());
        }
        let Some(run) = self.0.on_configure.clone() else { return Ok(()) };
        let end = tokio::spawn(async move { run(tenant).await }).await;
        match end {
            Ok(Ok(())) => Ok(()),
            Ok(Err(failure)) => Err(failure.to_string()),
            Err(error) if error.is_panic() => Err("the app panicked".to_owned()),
            Err(_) => Err("the app ended".to_owned()),
        }
    }
}
