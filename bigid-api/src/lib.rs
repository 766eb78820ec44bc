#![doc = include_str!("../README.md")]

mod secret;
pub use secret::Secret;

mod redact;

mod json;
pub use json::{from_json, json_start};

mod lossless;
pub use lossless::Extra;

mod list;
pub use list::List;

mod raw_json;
pub use raw_json::RawJson;

mod operation;
pub use operation::{Operation, PagingRules, Provenance};

mod expected_body;
pub use expected_body::ExpectedBody;

mod encoding;
pub use encoding::UnsupportedEncoding;

mod deployment;
pub use deployment::DEFAULT_BASE_PATH;

mod base_url;
pub use base_url::{BaseUrl, InvalidUrl};

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

mod form_file;
pub use form_file::FormFile;

mod retry_policy;
pub use retry_policy::{INITIAL_BACKOFF, MAX_ATTEMPTS, MAX_BACKOFF, MAX_ELAPSED, MAX_RETRY_AFTER, RetryPolicy};

mod call_options;
pub use call_options::CallOptions;

mod call;

mod call_builder;
pub use call_builder::CallBuilder;

mod sending;
pub use sending::Sending;

mod client;
pub use client::Client;

mod open;
pub use open::NotAnObject;

mod yes_no;

mod text_or_list;
pub use text_or_list::TextOrList;

mod paging;
pub use paging::{DEFAULT_PAGE_SIZE, MAX_FAILURES, MAX_UNCOUNTED_PAGES, Page, Pages, Records};

mod operation_call;
pub use operation_call::{OperationCall, RawRecord};

pub mod domains;

#[cfg(any(test, fuzzing))]
#[doc(hidden)]
#[allow(clippy::panic, reason = "an invariant that does not hold ends the test")]
pub mod tests;

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
