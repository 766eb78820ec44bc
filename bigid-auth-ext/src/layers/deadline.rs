//! The deadline of a whole call, with all its attempts.

use std::sync::Arc;
use std::time::Duration;

use bigid_api::Operation;
use http::Extensions;
use reqwest::Request;
use reqwest_middleware::{Middleware, Next};

use crate::clock::Clock;
use crate::wire::handling::Handling;
use crate::wire::timeout::timed_out;
use bigid_api::CallOptions;

/// The layer. A stream is limited until it begins, and only by the options of its call: the limit of a client is meant
/// for records, and a file may take minutes to prepare.
#[derive(Debug, Clone)]
pub(crate) struct Deadline {
    pub(crate) limit: Option<Duration>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// The time at which a call ends, on the client's clock, in the extensions of its request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EndsAt(pub(crate) Duration);

impl Middleware for Deadline {
    fn handle<'s, 'e, 'n, 'f>(
        &'s self,
        request: Request,
        extensions: &'e mut Extensions,
        next: Next<'n>,
    ) -> Handling<'f>
    where
        's: 'f,
        'e: 'f,
        'n: 'f,
        Self: 'f,
    {
        let streams = extensions.get::<&'static Operation>().is_some_and(|operation| operation.streams);
        let of_client = self.limit.filter(|_| !streams);
        let Some(limit) = extensions.get::<CallOptions>().and_then(|options| options.timeout).or(of_client) else {
            return next.run(request, extensions);
        };
        extensions.insert(EndsAt(self.clock.now().saturating_add(limit)));
        Box::pin(async move {
            match tokio::time::timeout(limit, next.run(request, extensions)).await {
                Ok(outcome) => outcome,
                Err(_) => Err(timed_out("the call did not finish", limit)),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use bigid_api::operations::{EXPORT_FINDINGS, LIST_DATA_SOURCES};
    use reqwest::Response;
    use reqwest_middleware::ClientBuilder;

    use super::*;

    struct ATenthOfAMinute;

    #[async_trait]
    impl Middleware for ATenthOfAMinute {
        async fn handle(&self, _: Request, _: &mut Extensions, _: Next<'_>) -> reqwest_middleware::Result<Response> {
            tokio::time::sleep(Duration::from_secs(6)).await;
            Ok(http::Response::new("").into())
        }
    }

    async fn ends(limit: Option<u64>, options: Option<u64>, operation: &'static Operation) -> bool {
        let clock = Arc::new(crate::clock::ManualClock::default());
        let deadline = Deadline { limit: limit.map(Duration::from_secs), clock };
        let http = reqwest::Client::builder().build().unwrap();
        let client = ClientBuilder::new(http.clone()).with(deadline).with(ATenthOfAMinute).build();
        let mut extensions = Extensions::new();
        extensions.insert(operation);
        options.map(|limit| extensions.insert(CallOptions::new().timeout(Duration::from_secs(limit))));
        let request = http.get("https://t.bigid.cloud/x").build().unwrap();
        client.execute_with_extensions(request, &mut extensions).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_ends_in_time_and_a_stream_only_by_its_own_options() {
        assert!(ends(None, None, &LIST_DATA_SOURCES).await);
        assert!(ends(Some(7), None, &LIST_DATA_SOURCES).await);
        assert!(!ends(Some(5), None, &LIST_DATA_SOURCES).await);
        assert!(ends(Some(5), Some(7), &LIST_DATA_SOURCES).await);
        assert!(!ends(None, Some(5), &LIST_DATA_SOURCES).await);
        assert!(ends(Some(5), None, &EXPORT_FINDINGS).await);
        assert!(!ends(None, Some(5), &EXPORT_FINDINGS).await);
        assert!(ends(Some(5), Some(7), &EXPORT_FINDINGS).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_call_says_which_limit_it_exceeded_and_what_to_do() {
        let clock = Arc::new(crate::clock::ManualClock::default());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let deadline = Deadline { limit: Some(Duration::from_secs(1)), clock };
        let layers = ClientBuilder::new(http.clone()).with(deadline).with(ATenthOfAMinute).build();
        let base = bigid_api::BaseUrl::parse("https://t.bigid.cloud").unwrap();
        let client = bigid_api::Client::new(bigid_api::Transport::with_layers(base, http, layers));
        let error = client.list_data_sources().send().await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the server did not respond in time: the call did not finish within 1s; allow more time, or try again later"
        );
        assert!(error.is_timeout() && error.is_retryable(), "{error:?}");
    }
}
