//! Onboards data sources from records, and again, which changes nothing.
//!
//! It changes data, so it always runs against a sandbox.
#![allow(clippy::print_stdout, reason = "a program talks to its terminal")]

use std::error::Error;

use bigid_auth_ext::automation::{Onboarded, OnboardingOutcome};
use bigid_auth_ext::types::DataSource;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, _sandbox) = bigid_examples::sandbox().await?;
    println!("{}\n", client.whoami().await?);

    let records = || (1..=200).map(|number| DataSource::new().name(format!("share-{number}")).type_("smb"));
    for run in ["first", "second"] {
        let onboarded = client.onboard(records()).concurrency(4).await;
        let count = |wanted: fn(&Onboarded) -> bool| onboarded.iter().filter(|source| wanted(source)).count();
        println!(
            "{run} run: {} created, {} unchanged, {} failed",
            count(|source| matches!(source.outcome, Ok(OnboardingOutcome::Created))),
            count(|source| matches!(source.outcome, Ok(OnboardingOutcome::Unchanged))),
            count(|source| source.outcome.is_err()),
        );
    }
    Ok(())
}
