//! A layer that sends every call to another URL.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bigid_auth_ext::async_trait;
use bigid_auth_ext::bigid_api::http::Extensions;
use bigid_auth_ext::bigid_api::reqwest::{Request, Response, Url};
use bigid_auth_ext::bigid_api::reqwest_middleware::{self, Middleware, Next};

/// The layer. A clone counts the same calls.
#[derive(Clone)]
pub struct Reroute {
    to: Url,
    calls: Arc<AtomicUsize>,
}

impl Reroute {
    /// Sends calls to `url`.
    pub fn to(url: &str) -> Self {
        Self { to: Url::parse(url).unwrap(), calls: Arc::default() }
    }

    /// How many attempts have passed.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Middleware for Reroute {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        *request.url_mut() = self.to.clone();
        next.run(request, extensions).await
    }
}
