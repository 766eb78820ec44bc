//! A sandbox and a client on one clock, which only waits move.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bigid_auth_ext::{BigIdClient, Clock, ManualClock, RetryPolicy};
use bigid_sandbox::{Builder, Sandbox};
use bigid_witness::{AllowedViolation, Part, Witness};

/// 2025-06-15T15:06:40Z.
pub const START: i64 = 1_750_000_000;

const OTHER_STATES: AllowedViolation = AllowedViolation {
    operation: "getScan",
    part: Part::Body,
    reason: "a wait meets states that the contract does not name",
};

/// The clock of both sides: sleeping on it advances it for the server as well.
#[derive(Debug, Clone)]
pub struct OneClock {
    client: ManualClock,
    server: bigid_sandbox::Clock,
}

impl OneClock {
    pub fn advance(&self, time: Duration) {
        self.client.advance(time);
        self.server.advance(time);
    }
}

impl Clock for OneClock {
    fn now(&self) -> Duration {
        self.client.now()
    }

    fn wall(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.server.unix_millis()).unwrap())
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.advance(time);
        Box::pin(std::future::ready(()))
    }
}

pub struct Fixture {
    pub sandbox: Sandbox,
    pub clock: OneClock,
    pub client: BigIdClient,
}

impl Fixture {
    pub async fn new() -> Self {
        Self::with(|builder| builder).await
    }

    pub async fn with(change: impl FnOnce(Builder) -> Builder) -> Self {
        let server = bigid_sandbox::Clock::manual(START);
        let witness = Witness::default().allow(OTHER_STATES);
        let builder = witness.sandbox().clock(server.clone()).data_sources(12).catalog_objects(200).cases(60);
        let sandbox = change(builder).start().await.unwrap();
        let clock = OneClock { client: ManualClock::default(), server };
        let client = client(&sandbox, &clock);
        Self { sandbox, clock, client }
    }

    /// The same deployment, in a process that knows nothing of the others.
    pub fn another_process(&self) -> BigIdClient {
        client(&self.sandbox, &self.clock)
    }
}

/// A client that does not retry, so every poll is one request.
fn client(sandbox: &Sandbox, clock: &OneClock) -> BigIdClient {
    let builder = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token());
    builder.clock(clock.clone()).retry(RetryPolicy::none()).build().unwrap()
}
