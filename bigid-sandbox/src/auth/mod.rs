//! Who may call: users, the tokens they generate, and the sessions those turn into.

mod jwt;
mod session;
mod user;
mod user_token;

pub use session::{DEFAULT_SESSION_LIFETIME, DEFAULT_SYSTEM_TOKEN_LIFETIME};
pub(crate) use session::{SessionKind, Sessions};
pub use user::User;
pub(crate) use user::Users;
pub use user_token::{GeneratedToken, MAX_USER_TOKEN_DAYS, TokenError};
pub(crate) use user_token::{Rejection, UserTokens};
