//! Everything a sandbox knows and that a request can change.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::auth::{Occasion, Sessions, UserTokens, Users};
use crate::clock::Clock;
use crate::data::{DataSources, Record};
use crate::profile::Profile;

pub(crate) struct State {
    pub(crate) profile: Profile,
    pub(crate) clock: Clock,
    pub(crate) users: Users,
    pub(crate) user_tokens: UserTokens,
    pub(crate) sessions: Sessions,
    pub(crate) refuses_sessions: bool,
    pub(crate) data_sources: DataSources,
    pub(crate) scan_profiles: Vec<Arc<Record>>,
    pub(crate) failing_connections: BTreeSet<String>,
}

impl State {
    /// Now, at a node, or everywhere.
    pub(crate) fn occasion(&self, node: Option<usize>) -> Occasion {
        Occasion { node, unix_millis: self.clock.unix_millis() }
    }
}
