use std::error::Error as StdError;
use std::fmt;

use bigid_auth_ext::{ConfigError, Error};

use crate::credentials_key::DecryptError;

/// Why a call of a running execution failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum RunError {
    /// The request lacks this member.
    Absent(&'static str),
    /// The action has ended, so nothing more can be reported.
    Over,
    /// A client with the session of this execution cannot be built.
    Client(ConfigError),
    /// A call failed. Its predicates say how.
    Call(Box<Error>),
    /// This field of the credentials is encrypted, and the app has no key.
    NoKey(String),
    /// This field of the credentials could not be decrypted.
    Decrypt(String, DecryptError),
}

impl RunError {
    pub(crate) fn call<E>(error: Error<E>) -> Self {
        Self::Call(Box::new(error.into_untyped()))
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent(member) => write!(f, "BigID sent no {member} with this execution"),
            Self::Over => f.write_str("the action has ended"),
            Self::Client(_) => f.write_str("no client can be built for this execution"),
            Self::Call(_) => f.write_str("the call to BigID failed"),
            Self::NoKey(field) => {
                write!(
                    f,
                    "the credential field {field:?} is encrypted, and the app has no key for it; set it with `credentials_key`"
                )
            }
            Self::Decrypt(field, _) => write!(f, "the credential field {field:?} cannot be read"),
        }
    }
}

impl StdError for RunError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Client(error) => Some(error),
            Self::Call(error) => Some(error),
            Self::Decrypt(_, error) => Some(error),
            Self::Absent(_) | Self::Over | Self::NoKey(_) => None,
        }
    }
}
