//! How long a whole call may take, with all its attempts.

use std::time::Duration;

use async_trait::async_trait;
use bigid_api::Operation;
use http::Extensions;
use reqwest::{Request, Response};
use reqwest_middleware::{Middleware, Next};

use crate::options::CallOptions;
use crate::patience::ran_out;

/// The layer. A call that streams is as long as its stream, and has no limit here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline(pub(crate) Option<Duration>);

#[async_trait]
impl Middleware for Deadline {
    async fn handle(
        &self,
        request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let limit = extensions.get::<CallOptions>().and_then(|options| options.timeout).or(self.0);
        let streams = extensions.get::<&'static Operation>().is_some_and(|operation| operation.streams);
        let Some(limit) = limit.filter(|_| !streams) else {
            return next.run(request, extensions).await;
        };
        match tokio::time::timeout(limit, next.run(request, extensions)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(ran_out("the call did not end", limit)),
        }
    }
}
