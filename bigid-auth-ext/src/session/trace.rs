//! Logging of sessions: a span per exchange, and an event for its outcome. Never a credential, a token or a header.

use bigid_api::BaseUrl;
use tracing::Span;

use crate::credential::Credential;
use crate::error::AuthError;
use crate::session::event::Event;

/// The span around the requests of one exchange.
pub(crate) fn span(base: &BaseUrl, credential: &Credential) -> Span {
    tracing::info_span!("bigid.exchange", bigid.base_url = base.as_str(), bigid.credential = credential.kind())
}

/// Logs a failed exchange once, however many calls fail with it.
pub(crate) fn log_failure(error: &AuthError) {
    let status = error.status().map(|status| status.as_u16());
    let attempts = error.attempts();
    if error.is_rejected() {
        tracing::warn!(http.response.status_code = status, bigid.attempts = attempts, "credential refused: {error}");
    } else {
        tracing::debug!(http.response.status_code = status, bigid.attempts = attempts, "exchange failed: {error}");
    }
}

/// What happened to a session.
pub(crate) fn log_event(event: &Event) {
    match event {
        Event::Exchanged => tracing::info!("session exchanged"),
        Event::Refreshed => tracing::info!("session refreshed before its end"),
        Event::RefreshFailed(error) => {
            tracing::warn!("session refresh failed, the old session serves until it expires: {error}");
        }
        Event::Adopted => tracing::info!("session of another process taken from the session store"),
        Event::StoreFailed(error) => tracing::warn!("session store: {error}"),
        Event::Invalidated => tracing::warn!("session refused by the server, and dropped"),
        Event::Replayed => tracing::debug!("call replayed with another session"),
        Event::CredentialExpiring { remaining } => {
            let hours = remaining.as_secs() / 3600;
            tracing::warn!(remaining_hours = hours, "the user token expires soon; generate a new one");
        }
    }
}
