//! aws-smithy-runtime's cache of identities, which is in every client of the AWS SDK.

use std::sync::Arc;

use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource};
use aws_smithy_runtime::client::identity::IdentityCache;
use aws_smithy_runtime_api::client::identity::{
    Identity as Resolved, IdentityFuture, ResolveCachedIdentity as _, ResolveIdentity, SharedIdentityCache,
    SharedIdentityResolver,
};
use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
use aws_smithy_types::config_bag::ConfigBag;

use super::{Peer, done};
use crate::source::Source;

pub struct Identity {
    cache: SharedIdentityCache,
    resolver: SharedIdentityResolver,
    components: RuntimeComponents,
    config: ConfigBag,
}

/// Exchanges in memory.
#[derive(Debug)]
struct Resolver(Arc<Source>);

impl ResolveIdentity for Resolver {
    fn resolve_identity<'a>(&'a self, _: &'a RuntimeComponents, _: &'a ConfigBag) -> IdentityFuture<'a> {
        IdentityFuture::new(async {
            let token = self.0.exchange().await.map_err(|status| status.to_string())?;
            let expiry = Some(self.0.expiry());
            Ok(Resolved::new(token, expiry))
        })
    }
}

impl Peer for Identity {
    const NAME: &'static str = "aws-smithy-runtime";

    async fn new(source: Arc<Source>) -> Self {
        let components = RuntimeComponentsBuilder::for_tests()
            .with_sleep_impl(Some(SharedAsyncSleep::new(TokioSleep::new())))
            .with_time_source(Some(SharedTimeSource::new(SystemTimeSource::new())))
            .build()
            .unwrap();
        let cache = IdentityCache::lazy().build();
        Self { cache, resolver: SharedIdentityResolver::new(Resolver(source)), components, config: ConfigBag::base() }
    }

    async fn get(&self) -> Result<(), String> {
        done(self.cache.resolve_cached_identity(self.resolver.clone(), &self.components, &self.config).await)
    }
}
