//! Authentication: users, the tokens they generate, and the sessions exchanged for these.

mod jwt;

mod user;
pub use user::User;
pub(crate) use user::Users;

mod user_token;
pub use user_token::{GeneratedToken, MAX_USER_TOKEN_DAYS, TokenError};
pub(crate) use user_token::{Rejection, UserTokens};

mod permissions;
pub(crate) use permissions::permissions;

mod replication;
pub(crate) use replication::{Lag, Occasion};

mod session;
pub use session::{DEFAULT_SESSION_LIFETIME, DEFAULT_SYSTEM_TOKEN_LIFETIME};
pub(crate) use session::{OWN_TENANT, SessionForm, SessionKind, Sessions, TENANTS};
