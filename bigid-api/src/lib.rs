//! A typed client for the BigID REST API, generated from a checked-in OpenAPI contract.
//!
//! What the generator leaves to be desired is mended here:
//!
//! - **Responses lose nothing.** A field that the contract does not know, a null, and a value of another kind than declared stay in the
//!   record's `extra` map; enumerations have a variant for values that the contract does not name. Deployed servers send 113 fields
//!   where the vendor's description has 8, and one odd field must not lose a page of records. A bare array is a [`List`], in which an
//!   element that is no record keeps its place. A response whose shape nobody has described is an
//!   [`AnyJson`](types::AnyJson).
//! - **Lists are read to their end.** [`Records`] is a stream over an operation that returns pages: each record once, in a stable
//!   order, and never in silence where something is missing.
//! - **Files are streams.** [`ByteStream`] writes an export to any writer; a file that breaks off is an error, never a shorter file.
//! - **Errors help.** The first line of an [`Error`] suffices: the status, the server's words without secrets, and what to do. It keeps
//!   the status of a response that could not be decoded, and links its cause.
//! - **Secrets are a type.** [`Secret`] has no `Display`, and `Debug` of a record shows only the keys of what no contract describes.
//! - **Layers are the ecosystem's.** A request leaves through a [`Transport`], a chain of [`reqwest_middleware`] layers. Tokens are
//!   such a layer: see the crate `bigid-auth-ext`.
//!
//! ```no_run
//! use bigid_api::{BaseUrl, Client, Transport};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let base = BaseUrl::parse("https://acme.bigid.cloud")?;
//! let client = Client::new(Transport::new(base, bigid_api::reqwest::Client::builder().build()?));
//! let mut sources = client.list_data_sources().records();
//! while let Some(source) = sources.try_next().await? {
//!     println!("{:?} is a {:?}", source.name, source.type_);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The operations by domain, each with an example, are in [`domains`].
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `httpmock` | no | typed mocks of every operation, for the tests of services that use this client |
//! | `rustls` | no | [`ConnectionFault`] is read from rustls's own errors, where it is otherwise read from their text |
//!
//! # No `api-version` header
//!
//! The generator would send the contract's version as an `api-version` header. BigID knows no such header: no published client and no
//! recording sends one. It is not sent.

mod secret;
pub use secret::Secret;

mod redact;

mod json;
pub use json::from_json;

mod lossless;
pub use lossless::Extra;

mod list;
pub use list::List;

mod operation;
pub use operation::{Operation, Provenance};

mod expected_body;
pub use expected_body::ExpectedBody;

mod encoding;
pub use encoding::UnsupportedEncoding;

mod deployment;

mod base_url;
pub use base_url::{BaseUrl, DEFAULT_BASE_PATH, InvalidUrl};

mod layer;
pub use layer::{Attempts, Cause, LayerError, Redact, Sent};

mod retry_after;
pub use retry_after::{ReceivedAt, retry_after};

mod progress;
pub use progress::{Incomplete, ListProgress};

mod error;
pub use error::{
    CommunicationError, ConnectionFault, Error, ErrorResponse, Interrupted, OptionalExt, Payload, UnexpectedResponse,
};

mod byte_stream;
pub use byte_stream::{ByteStream, Progress, WriteError};

mod response;
pub use response::{MAX_JSON_BODY, Response};

mod transport;
pub use transport::{Transport, USER_AGENT_VALUE};

mod request;
pub use request::Request;

mod retry_policy;
pub use retry_policy::{INITIAL_BACKOFF, MAX_ATTEMPTS, MAX_BACKOFF, MAX_ELAPSED, MAX_RETRY_AFTER, RetryPolicy};

mod call_options;
pub use call_options::CallOptions;

mod call;

mod client;
pub use client::Client;

mod open;
pub use open::NotAnObject;

mod yes_no;

mod paging;
pub use paging::{DEFAULT_PAGE_SIZE, MAX_FAILURES, MAX_UNCOUNTED_PAGES, Page, Pages, Records};

pub mod domains;

#[cfg(any(test, fuzzing))]
#[doc(hidden)]
#[allow(clippy::panic, reason = "an invariant that does not hold ends the test")]
pub mod invariants;

#[cfg(feature = "httpmock")]
mod mock;

#[rustfmt::skip]
#[allow(missing_docs, missing_debug_implementations, unreachable_pub, unused_qualifications, deprecated, clippy::all, clippy::unwrap_used)]
mod generated {
    pub mod builder;
    mod client;
    #[cfg(feature = "httpmock")]
    pub mod httpmock;
    pub mod operations;
    mod paging;
    pub mod types;
}
pub use generated::{builder, operations, types};

/// Typed mocks of every operation, on [`::httpmock`], under the base path [`DEFAULT_BASE_PATH`].
///
/// ```
/// use bigid_api::httpmock::MockServerExt as _;
/// use bigid_api::types::{DataSource, ListDataSourcesResponse, DataSourcePage};
/// use bigid_api::{BaseUrl, Client, Transport};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = httpmock::MockServer::start_async().await;
/// let source: DataSource = DataSource::new().name("Orders".to_owned());
/// let page: DataSourcePage = DataSourcePage::new().ds_connections(vec![source]).total_count(1);
/// let list: ListDataSourcesResponse = ListDataSourcesResponse::new().data(page);
/// let mock = server.list_data_sources(|when, then| {
///     when.limit(10);
///     then.ok(&list);
/// });
///
/// let http = bigid_api::reqwest::Client::builder().build()?;
/// let client = Client::new(Transport::new(BaseUrl::parse(&server.base_url())?, http));
/// assert_eq!(client.list_data_sources().limit(10).await?, list);
/// mock.assert();
/// # Ok(())
/// # }
/// ```
#[cfg(feature = "httpmock")]
pub mod httpmock {
    pub use crate::generated::httpmock::{MockServerExt, operations};
}

pub use {http, reqwest, reqwest_middleware};
