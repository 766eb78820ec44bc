//! HTTP: requests as received, and responses as an Express application sends them.

mod query;
pub(crate) use query::{Query, leading_number};

mod received_request;
pub use received_request::ReceivedRequest;

mod response_template;
pub(crate) use response_template::Mark;
pub use response_template::ResponseTemplate;

mod failure;
pub(crate) use failure::{auth_failure, express_not_found, problem, session_failure};
