//! Replays of one call whose session was refused.

use std::time::Duration;

use http::Extensions;

use super::Authenticate;
use crate::error::AuthError;
use crate::layers::attempt::SessionWait;
use crate::layers::deadline::EndsAt;
use crate::layers::rejecting::{Endpoint, Known};
use crate::session::cache::{Grace, Refused};
use crate::session::detector::ResolvedDialect;
use crate::session::event::Event;
use crate::session::{Authorization, Serial, with_bearer};

/// The pauses between the attempts with a young session, in milliseconds, each lengthened by up to its own length. The
/// first attempt is made immediately, the last one to two seconds after the refusal: by then most nodes know a session,
/// and most callers still wait.
const PAUSES: [u64; 6] = [50, 100, 150, 200, 250, 250];

/// A call that was refused.
pub(super) struct Replay<'a> {
    layer: &'a Authenticate,
    endpoint: Endpoint,
    /// The session that was also tried with `Bearer` because the dialect is unknown.
    tried_bearer: Option<Serial>,
    /// Whether the call has been sent with another session than its first.
    renewed: bool,
    /// How often the call has been resent with a young session.
    resent: usize,
}

impl<'a> Replay<'a> {
    pub(super) fn new(layer: &'a Authenticate, endpoint: Endpoint) -> Self {
        Self { layer, endpoint, tried_bearer: None, renewed: false, resent: 0 }
    }

    /// The authorization to replay the call with; `None` to return the refusal.
    pub(super) async fn next(
        &mut self,
        refused: &Authorization,
        extensions: &mut Extensions,
    ) -> Result<Option<Authorization>, AuthError> {
        let cache = &self.layer.cache;
        let is_unknown = self.layer.detector.has_untried_scheme();
        // A session that was not accepted yet may be valid with the other scheme.
        if is_unknown
            && self.tried_bearer != Some(refused.serial)
            && let Some(header) = with_bearer(&refused.header)
        {
            self.tried_bearer = Some(refused.serial);
            return Ok(Some(Authorization { header, serial: refused.serial }));
        }
        let known = self.layer.rejecting.known(self.endpoint, cache.now());
        if known == Known::Suppressed {
            return Ok(None);
        }
        let pause = self.pause(extensions).filter(|_| known == Known::Nothing && !is_unknown);
        // A call gets one new session. If that one is refused too, the call waits, and drops nothing.
        if self.renewed && pause.is_none() {
            return Ok(self.give_up(refused));
        }
        let grace = match pause {
            _ if is_unknown => Grace::Denied,
            None if self.resent > PAUSES.len() => Grace::Exhausted,
            _ => Grace::Remaining,
        };
        match (cache.refuse(refused.serial, grace), pause) {
            (Refused::Kept, Some(pause)) => self.wait(pause, extensions).await,
            (Refused::Kept, None) => return Ok(self.give_up(refused)),
            (Refused::Dropped | Refused::Replaced, _) if self.renewed => return Ok(self.give_up(refused)),
            (Refused::Dropped | Refused::Replaced, _) => {}
        }
        let authorization = self.layer.authorization(extensions).await?;
        if authorization.serial != refused.serial {
            self.renewed = true;
            cache.events().send(Event::Replayed);
        }
        Ok(Some(authorization))
    }

    /// The pause before the next attempt with a young session, if there is one and it ends before the call does.
    fn pause(&self, extensions: &Extensions) -> Option<Duration> {
        let Some(last) = self.resent.checked_sub(1) else { return Some(Duration::ZERO) };
        let pause = Duration::from_millis(*PAUSES.get(last)?).mul_f64(1.0 + fastrand::f64());
        let ends_at = extensions.get::<EndsAt>().map_or(Duration::MAX, |end| end.0);
        Some(pause).filter(|pause| self.layer.cache.now().saturating_add(*pause) < ends_at)
    }

    async fn wait(&mut self, pause: Duration, extensions: &mut Extensions) {
        self.resent += 1;
        if !pause.is_zero() {
            self.layer.cache.sleep(pause).await;
            SessionWait::add(extensions, pause);
        }
    }

    /// Gives up after the endpoint rejected a new session.
    fn give_up(&self, refused: &Authorization) -> Option<Authorization> {
        self.layer.rejecting.rejected(self.endpoint, refused.serial, self.layer.cache.now());
        None
    }

    /// Updates what is known after a success.
    pub(super) fn succeeded(&self, sent: &Authorization) {
        self.layer.rejecting.accepted(|| self.endpoint);
        if !self.layer.detector.has_untried_scheme() {
            return;
        }
        // The call was refused before, so its success proves that the server understood the session.
        if self.tried_bearer == Some(sent.serial) {
            // In this order: a call that is refused in between tries the same, without an exchange.
            self.layer.cache.replace_header(sent.serial, &sent.header);
            self.layer.detector.learn_if_unknown(ResolvedDialect::Spec);
        } else {
            self.layer.detector.learn_if_unknown(ResolvedDialect::Deployed);
        }
    }
}
