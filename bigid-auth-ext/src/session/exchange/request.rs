//! The requests of exchanges.

use bigid_api::Secret;
use http::HeaderValue;

use crate::credential::Credential;
use crate::dialect::AuthScheme;
use crate::session::classify::{ExchangeFailure, rejected};
use crate::session::detector::ResolvedDialect;
use crate::session::header;

/// One request for a session.
pub(super) struct ExchangeRequest<'a> {
    pub(super) credential: &'a Credential,
    pub(super) operation: ExchangeOperation<'a>,
    /// The scheme with which the returned session is sent.
    pub(super) scheme: AuthScheme,
}

/// The operation of the contract.
pub(super) enum ExchangeOperation<'a> {
    /// The exchange of a user token, with the method of a dialect.
    UserToken { dialect: ResolvedDialect, authorization: HeaderValue },
    /// The exchange of a hosted app's token.
    ServiceToken { authorization: HeaderValue, tenant: Option<&'a str> },
    /// The sign-in by password.
    Password { username: &'a str, password: &'a Secret },
}

impl<'a> ExchangeRequest<'a> {
    pub(super) fn of_user_token(
        credential: &'a Credential,
        token: &Secret,
        dialect: ResolvedDialect,
        scheme: AuthScheme,
    ) -> Result<Self, ExchangeFailure> {
        let authorization =
            header(token, scheme).map_err(|reason| ExchangeFailure::Terminal(rejected(credential, reason, None)))?;
        Ok(Self { credential, operation: ExchangeOperation::UserToken { dialect, authorization }, scheme })
    }

    /// `scheme` is that of the session; the token itself is sent without a scheme.
    pub(super) fn of_service_token(
        credential: &'a Credential,
        token: &Secret,
        tenant: Option<&'a str>,
        scheme: AuthScheme,
    ) -> Result<Self, ExchangeFailure> {
        let authorization = header(token, AuthScheme::Raw)
            .map_err(|reason| ExchangeFailure::Terminal(rejected(credential, reason, None)))?;
        Ok(Self { credential, operation: ExchangeOperation::ServiceToken { authorization, tenant }, scheme })
    }
}
