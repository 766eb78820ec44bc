use http::Extensions;

use crate::Operation;

/// What a caller does with the body of a successful response. A layer that must read a body to know what the response
/// means uses it to decide how much to read.
///
/// ```
/// use bigid_api::{ExpectedBody, operations};
///
/// assert_eq!(ExpectedBody::of_operation(&operations::LIST_DATA_SOURCES), ExpectedBody::Json);
/// assert_eq!(ExpectedBody::of_operation(&operations::EXPORT_FINDINGS), ExpectedBody::Text);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExpectedBody {
    /// The body is read completely, and decoded as JSON.
    Json,
    /// The body is a text file, such as CSV, which is streamed. A JSON object is not such a file.
    Text,
    /// The body is a file of any kind, which is streamed.
    File,
    /// Unknown: the request was sent with [`Request::send`](crate::Request::send).
    Unknown,
}

impl ExpectedBody {
    /// What the caller of a request expects, according to the request's extensions.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Self {
        match extensions.get::<&'static Operation>() {
            Some(operation) => Self::of_operation(operation),
            None => extensions.get().copied().unwrap_or(Self::Unknown),
        }
    }

    /// What the contract documents for a successful response of an operation.
    #[must_use]
    pub fn of_operation(operation: &Operation) -> Self {
        match operation.streams {
            false => Self::Json,
            true if operation.media_type.is_some_and(|kind| kind.starts_with("text/")) => Self::Text,
            true => Self::File,
        }
    }
}
