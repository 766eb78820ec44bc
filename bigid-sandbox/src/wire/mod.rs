//! HTTP as this server speaks it: requests as received, responses as an Express application sends them.

mod query;
pub(crate) use query::{Query, leading_number};

mod received;
pub use received::Received;

mod answer;
pub use answer::Answer;
pub(crate) use answer::Mark;

mod failure;
pub(crate) use failure::{auth_failure, express_not_found, problem, session_failure};
