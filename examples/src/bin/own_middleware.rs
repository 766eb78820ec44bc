//! Middleware of your own: it names each request, and counts the statuses of the responses.
#![allow(clippy::print_stdout, reason = "a program talks to its terminal")]

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bigid_auth_ext::http::{Extensions, HeaderValue};
use bigid_auth_ext::reqwest::{Request, Response};
use bigid_auth_ext::reqwest_middleware::{self, Middleware, Next};
use bigid_auth_ext::{BigIdClient, async_trait};
use bigid_sandbox::{Fault, http::StatusCode};

#[derive(Clone, Default)]
struct Meter {
    requests: Arc<AtomicU64>,
    statuses: Arc<Mutex<BTreeMap<u16, u64>>>,
}

#[async_trait]
impl Middleware for Meter {
    /// Runs for each attempt, above authentication: the request carries no credential yet.
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        request.headers_mut().insert("x-request-id", HeaderValue::from(number));
        let response = next.run(request, extensions).await?;
        if let Ok(mut statuses) = self.statuses.lock() {
            *statuses.entry(response.status().as_u16()).or_default() += 1;
        }
        Ok(response)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (_, sandbox) = bigid_examples::sandbox().await?;
    let meter = Meter::default();
    let client =
        BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).layer(meter.clone()).build()?;

    sandbox.on("list_data_sources").once(Fault::Status(StatusCode::BAD_GATEWAY));
    client.list_data_sources().limit(10).await?;

    let statuses = meter.statuses.lock().map_err(|_| "the meter is broken")?;
    println!("{} attempts, by status: {statuses:?}", meter.requests.load(Ordering::Relaxed));
    Ok(())
}
