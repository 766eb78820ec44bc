//! `X-Signed-Token`: verifies that an execution comes from BigID.

mod token_error;
pub use token_error::TokenError;

mod public_key;
pub use public_key::{PublicKey, PublicKeyError};

mod signed_token;
pub use signed_token::SignedToken;

mod replays;

mod verifier;
pub use verifier::{KEY_RETRY, MAX_KEY_BYTES, REFRESH_INTERVAL, SignatureVerifier};

#[cfg(test)]
mod tests;
