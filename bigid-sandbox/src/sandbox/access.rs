//! Access Management: users, their tokens, their sessions.

use std::time::Duration;

use super::Sandbox;
use crate::auth::{GeneratedToken, SessionKind, TokenError, User};

impl Sandbox {
    /// Adds a user, or replaces the one with that name.
    pub fn add_user(&self, user: User) {
        self.shared.state().users.put(user);
    }

    /// Generates a user token, as Access Management does. It is inactive until [`save_user`](Self::save_user).
    ///
    /// # Errors
    /// [`TokenError`] for a number of days outside 1 to 999, and for an unknown user.
    pub fn generate_user_token(&self, user: &str, days: u32) -> Result<GeneratedToken, TokenError> {
        let mut state = self.shared.state();
        if state.users.find(user).is_none() {
            return Err(TokenError::UnknownUser(user.to_owned()));
        }
        let now = state.clock.unix_seconds();
        state.user_tokens.generate(user, days, now)
    }

    /// Saves a user, which activates the tokens generated for it.
    ///
    /// # Errors
    /// [`TokenError::UnknownUser`] if no user has this name.
    pub fn save_user(&self, user: &str) -> Result<(), TokenError> {
        let mut state = self.shared.state();
        if state.users.find(user).is_none() {
            return Err(TokenError::UnknownUser(user.to_owned()));
        }
        state.user_tokens.save(user);
        Ok(())
    }

    /// Revokes a user token by its [name](GeneratedToken::name); [`user_token_name`](Self::user_token_name) is that of
    /// the sandbox's own. Revoking a revoked token has no effect.
    ///
    /// # Errors
    /// [`TokenError::UnknownToken`] if no token of this name was generated.
    ///
    /// # Examples
    /// ```
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = bigid_sandbox::Sandbox::start().await?;
    /// assert!(sandbox.revoke_user_token("guess").is_err());
    /// sandbox.revoke_user_token(&sandbox.user_token_name())?;
    /// // From here on, `sandbox.user_token()` is refused.
    /// # Ok(())
    /// # }
    /// ```
    pub fn revoke_user_token(&self, name: &str) -> Result<(), TokenError> {
        self.shared.state().user_tokens.revoke(name)
    }

    /// A system token of the sandbox's own user, as an exchange would return it, without a request.
    ///
    /// For tests of a client that gets a session instead of a user token. Every [node](crate::Builder::nodes) knows
    /// it at once.
    pub fn system_token(&self) -> String {
        let state = &mut *self.shared.state();
        let occasion = state.occasion(None);
        state.sessions.issue(SessionKind::System, &self.owner, occasion, 0)
    }

    /// A service token, as the identity provider of an app that BigID hosts would issue it: valid for 24 hours, and
    /// only for `exchangeServiceToken`.
    pub fn service_token(&self) -> String {
        let state = self.shared.state();
        state.sessions.issue_service_token(state.clock.unix_seconds())
    }

    /// Revokes every session: each token issued so far is rejected from now on.
    ///
    /// With a [`revocation_lag`](crate::Builder::revocation_lag) only node 0 rejects them at once.
    pub fn revoke_sessions(&self) {
        let mut state = self.shared.state();
        let occasion = state.occasion(Some(0));
        state.sessions.revoke_all(occasion);
    }

    /// Revokes one session. If an equal token is issued again within the same second, it is valid again.
    ///
    /// With a [`revocation_lag`](crate::Builder::revocation_lag) only node 0 rejects it at once.
    ///
    /// # Errors
    /// [`TokenError::UnknownSession`] if the text is not an open session: never issued here, expired, or already
    /// revoked.
    pub fn revoke_session(&self, token: &str) -> Result<(), TokenError> {
        let mut state = self.shared.state();
        let occasion = state.occasion(Some(0));
        state.sessions.revoke(token, occasion)
    }

    /// Sets the lifetime of system tokens that are issued from now on, in whole seconds.
    pub fn set_system_token_lifetime(&self, lifetime: Duration) {
        self.shared.state().sessions.set_lifetime(SessionKind::System, lifetime);
    }

    /// Sets the lifetime of session tokens that are issued from now on, in whole seconds.
    pub fn set_session_lifetime(&self, lifetime: Duration) {
        self.shared.state().sessions.set_lifetime(SessionKind::Password, lifetime);
    }
}
