#![doc = include_str!("../README.md")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod contract;
pub use contract::{contract, operations};

mod sample;
pub use sample::{Sample, TEXT, value};

mod outcome;
pub use outcome::{Outcome, Paged};

mod client;
pub use client::client;

mod server;
pub use server::{ReceivedRequest, Server};

#[rustfmt::skip]
#[allow(clippy::all, unreachable_pub, reason = "generated code")]
mod generated {
    pub(crate) mod calls;
    pub(crate) mod lists;
    mod records;
}
pub use generated::calls::mock;
pub use generated::lists::list;

use bigid_api::types::ApiErrorBody;
use bigid_api::{Client, Error};

/// Calls an operation by its id, with every parameter or with the required ones alone.
///
/// # Panics
/// If no operation has this id.
pub async fn call(client: &Client, id: &str, sample: &Sample) -> Outcome {
    generated::calls::call(client, id, sample).await.unwrap_or_else(|failure| failure.outcome)
}

/// The error of a call, if it failed.
///
/// # Panics
/// If no operation has this id, or its errors have another body than [`ApiErrorBody`].
pub async fn error(client: &Client, id: &str, sample: &Sample) -> Option<Error<ApiErrorBody>> {
    let failure = generated::calls::call(client, id, sample).await.err()?;
    let error = failure.error.downcast().unwrap_or_else(|_| panic!("{id} has another body of its errors"));
    Some(*error)
}
