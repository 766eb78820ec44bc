use http::Extensions;

use crate::Operation;

/// What a caller does with the body of a successful response. A layer that has to read a body before it can tell what the response
/// means learns from it how much to read.
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
    /// It is read whole, and decoded as JSON.
    Json,
    /// It is a file of text, such as CSV, and is handed on as a stream. A JSON object is not such a file.
    Text,
    /// It is a file of any kind, and is handed on as a stream.
    File,
    /// Unknown: the request was sent with [`Request::send`](crate::Request::send).
    Unknown,
}

impl ExpectedBody {
    /// What the caller of a request expects, by the extensions that the request travels with.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Self {
        match extensions.get::<&'static Operation>() {
            Some(operation) => Self::of_operation(operation),
            None => extensions.get().copied().unwrap_or(Self::Unknown),
        }
    }

    /// What the contract documents for the success of an operation.
    #[must_use]
    pub fn of_operation(operation: &Operation) -> Self {
        match operation.streams {
            false => Self::Json,
            true if operation.media_type.is_some_and(|kind| kind.starts_with("text/")) => Self::Text,
            true => Self::File,
        }
    }
}
