use std::time::Duration;

use super::Session;

/// What the cache knows that decides whether a stored session is useful. It is queried each time, because sessions may
/// be refused during an exchange.
#[cfg_attr(not(feature = "session-store"), allow(dead_code, reason = "only a session store asks"))]
pub(crate) trait Demand: Sync {
    /// Whether the server refused this session, or one that was issued later: whatever ended that one may have ended
    /// all earlier ones.
    fn is_refused(&self, session: &Session) -> bool;

    /// The id and the end of the session that is still valid and is being renewed.
    fn serving(&self) -> Option<(u64, Duration)>;

    /// The number of consecutive sessions that were refused while young.
    fn row(&self) -> u32;
}
