//! What can go wrong, and how to recognize it: each fault is scripted on a sandbox, and a predicate of the error
//! identifies it.
#![allow(clippy::print_stdout, reason = "a program talks to its terminal")]

use std::error::Error;

use bigid_auth_ext::{AuthError, BigIdClient, RetryPolicy, http::StatusCode};
use bigid_sandbox::Fault;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, sandbox) = bigid_examples::sandbox().await?;

    for (what, fault) in [
        ("overloaded", Fault::Status(StatusCode::SERVICE_UNAVAILABLE)),
        ("forbidden", Fault::Status(StatusCode::FORBIDDEN)),
        ("cut off", Fault::CutBody { after: 100 }),
        ("unreachable", Fault::Reset),
    ] {
        sandbox.on("list_data_sources").once(fault);
        // Retries are off here, to see the error; by default these calls are retried where that helps.
        match client.list_data_sources().retry(RetryPolicy::none()).await {
            Ok(_) => println!("{what}: no error"),
            Err(error) => println!("{what}: retryable {}, status {:?}: {error}", error.is_retryable(), error.status()),
        }
    }

    // The same predicates hold for every operation.
    if let Err(error) = client.get_data_source("no such source").await {
        println!("missing: not found {}: {error}", error.is_not_found());
    }

    // Why there is no session is an `AuthError` in the chain of sources.
    let stranger = BigIdClient::builder(sandbox.base_url()).user_token("revoked-long-ago").build()?;
    if let Err(error) = stranger.list_data_sources().await {
        let rejected = AuthError::of(&error).is_some_and(AuthError::is_rejected);
        println!("credential: rejected {rejected}: {error}");
    }
    Ok(())
}
