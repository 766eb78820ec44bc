//! The state of a sandbox that requests can change.

use std::collections::BTreeSet;

use crate::auth::{Occasion, Sessions, UserTokens, Users};
use crate::clock::Clock;
use crate::profile::Profile;
use crate::world::World;

pub(crate) struct State {
    pub(crate) profile: Profile,
    pub(crate) clock: Clock,
    pub(crate) users: Users,
    pub(crate) user_tokens: UserTokens,
    pub(crate) sessions: Sessions,
    pub(crate) refuses_sessions: bool,
    pub(crate) failing_connections: BTreeSet<String>,
    pub(crate) world: World,
}

impl State {
    /// The current time, at a node or everywhere.
    pub(crate) fn occasion(&self, node: Option<usize>) -> Occasion {
        Occasion { node, unix_millis: self.clock.unix_millis() }
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.unix_millis()
    }
}
