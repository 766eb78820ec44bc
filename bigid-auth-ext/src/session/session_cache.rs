use std::fmt;
use std::sync::Arc;

use bigid_api::BaseUrl;

use crate::credential::redactor::Redactor;
use crate::session::cache::Cache;
use crate::session::detector::DialectDetector;

/// The session cache of one deployment. Several clients can share it.
///
/// Clones of a client already share its session. Two clients with different settings (such as timeouts) share one
/// through [`Builder::session_cache`](crate::Builder::session_cache). A cache belongs to one deployment; a client of
/// another cannot be built with it.
#[derive(Clone)]
pub struct SessionCache {
    pub(crate) base: BaseUrl,
    pub(crate) cache: Cache,
    pub(crate) detector: Arc<DialectDetector>,
    pub(crate) redactor: Redactor,
}

/// The statistics of a cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CacheStats {
    /// Calls that found a good session.
    pub hits: u64,
    /// Calls that waited for an exchange.
    pub waits: u64,
    /// Exchanges that sent a request, successful or not. One exchange may take several requests.
    pub exchanges: u64,
}

impl SessionCache {
    /// Returns the statistics of the cache.
    #[must_use]
    pub fn stats(&self) -> CacheStats {
        let (hits, waits, exchanges) = self.cache.stats();
        CacheStats { hits, waits, exchanges }
    }
}

impl fmt::Debug for SessionCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionCache").field("base", &self.base).field("stats", &self.stats()).finish_non_exhaustive()
    }
}
