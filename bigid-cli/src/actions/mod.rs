//! The commands that are not operations.

mod login;
pub(crate) use login::{login, logout, profiles};

mod session;
pub(crate) use session::{token, whoami};

mod api;
pub(crate) use api::api;

mod close;
pub(crate) use close::close;

mod wait;
pub(crate) use wait::wait;

mod fields;
pub(crate) use fields::fields;

mod generate;
pub(crate) use generate::{completions, man};
