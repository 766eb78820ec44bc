//! Authentication: attaches a session to each request; on a 401 decides about the session and replays the request.

mod replay;

use std::sync::Arc;

use bigid_api::{BaseUrl, Cause, LayerError, Operation};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Extensions, StatusCode};
use reqwest::{Request, Response, ResponseBuilderExt as _, Url};
use reqwest_middleware::{Error, Middleware, Next};
use serde_json::json;

use crate::error::AuthError;
use crate::layers::attempt::SessionWait;
use crate::layers::rejecting::{Endpoint, RejectingEndpoints};
use crate::layers::retry::Unsent;
use crate::session::Authorization;
use crate::session::cache::{Cache, Grace};
use crate::session::detector::{DialectDetector, ResolvedDialect};
use crate::wire::handling::Handling;
use crate::wire::receive::OwnAuthorization;

use replay::Replay;

/// Attaches the session to every request of one deployment.
pub(crate) struct Authenticate {
    base: BaseUrl,
    cache: Cache,
    detector: Arc<DialectDetector>,
    rejecting: RejectingEndpoints,
}

impl Authenticate {
    pub(crate) fn new(base: BaseUrl, cache: Cache, detector: Arc<DialectDetector>) -> Self {
        Self { base, cache, detector, rejecting: RejectingEndpoints::default() }
    }

    /// Requests outside the deployment, operations that need no session, and requests that the caller authorized pass
    /// unchanged.
    fn concerns(&self, request: &Request, extensions: &Extensions) -> bool {
        let wants = extensions.get::<&'static Operation>().is_none_or(|operation| operation.requires_session());
        wants && self.base.is_deployment_of(request.url()) && !request.headers().contains_key(AUTHORIZATION)
    }

    async fn authorization(&self, extensions: &mut Extensions) -> Result<Authorization, AuthError> {
        if let Some(authorization) = self.cache.hit() {
            self.cache.count_hit();
            return Ok(authorization);
        }
        let started = self.cache.now();
        let session = Box::pin(self.cache.session()).await;
        SessionWait::add(extensions, self.cache.now().saturating_sub(started));
        Ok(session?.as_authorization())
    }
}

impl Middleware for Authenticate {
    fn handle<'s, 'e, 'n, 'f>(
        &'s self,
        mut request: Request,
        extensions: &'e mut Extensions,
        next: Next<'n>,
    ) -> Handling<'f>
    where
        's: 'f,
        'e: 'f,
        'n: 'f,
        Self: 'f,
    {
        if !self.concerns(&request, extensions) {
            if request.headers().contains_key(AUTHORIZATION) {
                extensions.insert(OwnAuthorization);
            }
            return next.run(request, extensions);
        }
        Box::pin(async move {
            let sent = match self.authorization(extensions).await {
                Ok(authorization) => authorization,
                Err(error) => return refused_or(&error, request.url()),
            };
            // A streaming body cannot be sent twice; sending an empty one instead would be worse than the refusal.
            let again = extensions
                .remove::<Unsent>()
                .map_or_else(|| request.try_clone().map(Arc::new), |unsent| Some(unsent.0));
            request.headers_mut().insert(AUTHORIZATION, sent.header.clone());
            let response = next.clone().run(request, extensions).await?;
            if response.status() != StatusCode::UNAUTHORIZED {
                if response.status().is_success() {
                    self.succeeded(again.as_deref(), extensions);
                }
                return Ok(response);
            }
            let Some(again) = again else {
                self.cache.refuse(sent.serial, Grace::Remaining);
                return Ok(response);
            };
            // Boxed, so that the futures of calls that are not replayed are small.
            Box::pin(self.replay(&again, sent, response, extensions, next)).await
        })
    }
}

impl Authenticate {
    /// Updates what is known after a success of the first attempt.
    fn succeeded(&self, request: Option<&Request>, extensions: &Extensions) {
        // Only an operation that needs a session proves that the server understood it.
        if extensions.get::<&'static Operation>().is_some_and(|operation| operation.requires_session()) {
            self.detector.learn_if_unknown(ResolvedDialect::Deployed);
        }
        if let Some(request) = request {
            self.rejecting.accepted(|| Endpoint::new(request, extensions, &self.base));
        }
    }

    /// Sends a refused request again, for as long as another session may be accepted.
    async fn replay(
        &self,
        again: &Request,
        mut sent: Authorization,
        mut response: Response,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let mut replay = Replay::new(self, Endpoint::new(again, extensions, &self.base));
        loop {
            sent = match replay.next(&sent, extensions).await {
                Ok(Some(authorization)) => authorization,
                Ok(None) => return Ok(response),
                Err(error) => return refused_or(&error, again.url()),
            };
            let Some(mut request) = again.try_clone() else { return Ok(response) };
            request.headers_mut().insert(AUTHORIZATION, sent.header.clone());
            response = next.clone().run(request, extensions).await?;
            if response.status() != StatusCode::UNAUTHORIZED {
                if response.status().is_success() {
                    replay.succeeded(&sent);
                }
                return Ok(response);
            }
        }
    }
}

/// A rejected credential becomes a 401 response to the call; anything else is an error of this layer.
fn refused_or(error: &AuthError, url: &Url) -> reqwest_middleware::Result<Response> {
    if let Some(message) = error.rejection() {
        let body = json!({ "success": false, "message": message }).to_string();
        let response = http::Response::builder()
            .status(StatusCode::UNAUTHORIZED)
            .header(CONTENT_TYPE, "application/json")
            .extension(Cause::new(Arc::new(error.clone())))
            .extension(bigid_api::Attempts(0))
            .url(url.clone())
            .body(body)
            .map_err(|_| failed(error))?;
        return Ok(response.into());
    }
    Err(failed(error))
}

fn failed(error: &AuthError) -> Error {
    let layer = LayerError::new(error.clone())
        .with_status(error.status())
        .with_retryable(error.is_transient())
        .with_message(error.message().map(str::to_owned))
        .with_retry_after(error.retry_after());
    let unreachable = |layer: LayerError| layer.unreachable().with_retryable(error.is_transient());
    Error::middleware(if error.is_unreachable() { unreachable(layer) } else { layer })
}

#[cfg(test)]
mod tests;
