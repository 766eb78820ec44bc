//! The layer that authorizes: acquire before sending; on a 401 invalidate what was refused, and send once more.

use std::sync::Arc;

use async_trait::async_trait;
use bigid_api::{BaseUrl, Cause, LayerError, Operation};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Extensions, HeaderValue, StatusCode};
use reqwest::{Request, Response, ResponseBuilderExt as _, Url};
use reqwest_middleware::{Error, Middleware, Next};
use serde_json::json;

use crate::error::AuthError;
use crate::layers::attempt::Attempts;
use crate::layers::rejecting::{Endpoint, RejectingEndpoints};
use crate::session::behind_bearer;
use crate::session::cache::Cache;
use crate::session::dialect::{DialectDetector, Way};
use crate::session::event::Event;

/// Attaches the session to every request of one deployment.
#[derive(Debug)]
pub(crate) struct Authenticate {
    base: BaseUrl,
    cache: Cache,
    speech: Arc<DialectDetector>,
    stubborn: RejectingEndpoints,
}

impl Authenticate {
    pub(crate) fn new(base: BaseUrl, cache: Cache, speech: Arc<DialectDetector>) -> Self {
        Self { base, cache, speech, stubborn: RejectingEndpoints::default() }
    }

    /// Requests outside the deployment, operations that the contract lets go without a session, and requests that the caller authorized,
    /// are none of this layer's.
    fn concerns(&self, request: &Request, extensions: &Extensions) -> bool {
        let wants = extensions.get::<&'static Operation>().is_none_or(|operation| operation.requires_session());
        wants && self.base.is_deployment_of(request.url()) && !request.headers().contains_key(AUTHORIZATION)
    }

    async fn header(&self, extensions: &mut Extensions) -> Result<HeaderValue, AuthError> {
        if let Some(header) = self.cache.hit() {
            self.cache.count_hit();
            return Ok(header);
        }
        let begun = self.cache.now();
        let session = self.cache.session().await;
        extensions.get_or_insert_default::<Attempts>().waited += self.cache.now().saturating_sub(begun);
        Ok(session?.authorization().clone())
    }

    /// What to send again with after a refusal; `None` where another session would be refused as well.
    async fn second_header(
        &self,
        place: Endpoint,
        refused: &HeaderValue,
        extensions: &mut Extensions,
    ) -> Result<Option<HeaderValue>, AuthError> {
        // A session that has proved nothing yet may be good behind the other prefix.
        if self.speech.has_untried_prefix()
            && let Some(bearer) = behind_bearer(refused)
        {
            return Ok(Some(bearer));
        }
        if self.stubborn.knows(place, refused, self.cache.now()) {
            return Ok(None);
        }
        self.cache.invalidate(refused);
        self.header(extensions).await.map(Some)
    }

    /// Draws the conclusion from the answer to a second try.
    fn conclude(&self, place: Endpoint, first: &HeaderValue, second: &HeaderValue, response: &Response) {
        let refused = response.status() == StatusCode::UNAUTHORIZED;
        if !self.speech.has_untried_prefix() {
            if refused {
                self.stubborn.refused(place, second, self.cache.now());
            } else if response.status().is_success() {
                self.stubborn.took(|| place);
            }
            return;
        }
        if refused {
            self.cache.invalidate(first);
        } else if response.status().is_success() {
            // In this order: whoever is refused in between tries the same, and exchanges nothing.
            self.cache.replace(first, second);
            self.speech.learn_first(Way::Spec);
        }
    }
}

#[async_trait]
impl Middleware for Authenticate {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        if !self.concerns(&request, extensions) {
            return next.run(request, extensions).await;
        }
        let url = request.url().clone();
        let first = match self.header(extensions).await {
            Ok(header) => header,
            Err(error) => return refused_or(&error, url),
        };
        // A streaming body cannot be sent twice; an empty one in its place would be worse than the refusal.
        let again = request.try_clone();
        request.headers_mut().insert(AUTHORIZATION, first.clone());
        let response = next.clone().run(request, extensions).await?;
        if response.status() != StatusCode::UNAUTHORIZED {
            // Only a call that needs a session proves that one was understood.
            let needs_one =
                extensions.get::<&'static Operation>().is_some_and(|operation| operation.requires_session());
            if needs_one && response.status().is_success() {
                self.speech.learn_first(Way::Deployed);
                again.iter().for_each(|again| self.stubborn.took(|| Endpoint::of(again)));
            }
            return Ok(response);
        }
        let Some(mut again) = again else {
            self.cache.invalidate(&first);
            return Ok(response);
        };
        let place = Endpoint::of(&again);
        let second = match self.second_header(place, &first, extensions).await {
            Ok(Some(header)) => header,
            Ok(None) => return Ok(response),
            Err(error) => return refused_or(&error, url),
        };
        again.headers_mut().insert(AUTHORIZATION, second.clone());
        self.cache.teller().tell(Event::Replayed);
        let response = next.run(again, extensions).await?;
        self.conclude(place, &first, &second, &response);
        Ok(response)
    }
}

/// A refused credential is the server's answer to the call; anything else is a failure of this layer.
fn refused_or(error: &AuthError, url: Url) -> reqwest_middleware::Result<Response> {
    if let Some(message) = error.rejection() {
        let body = json!({ "success": false, "message": message }).to_string();
        let response = http::Response::builder()
            .status(StatusCode::UNAUTHORIZED)
            .header(CONTENT_TYPE, "application/json")
            .extension(Cause::new(Arc::new(error.clone())))
            .url(url)
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
        .with_retry_after(error.retry_after());
    Error::middleware(if error.is_unreachable() { layer.unreachable() } else { layer })
}

#[cfg(test)]
mod herd;
