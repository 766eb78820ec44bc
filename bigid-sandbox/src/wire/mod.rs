//! HTTP as this server speaks it: requests as received, answers as an Express application gives them.

mod answer;
mod failure;
mod query;
mod received;

pub use answer::Answer;
pub(crate) use failure::{auth_failure, express_not_found, problem, session_failure};
pub(crate) use query::Query;
pub use received::Received;
