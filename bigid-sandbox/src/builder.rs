//! The configuration of a sandbox.
//!
//! This file is long because each setter has its documentation.

use std::collections::BTreeSet;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;

use crate::auth::{
    DEFAULT_SESSION_LIFETIME, DEFAULT_SYSTEM_TOKEN_LIFETIME, GeneratedToken, Lag, SessionForm, Sessions, User,
    UserTokens, Users, permissions,
};
use crate::clock::Clock;
use crate::console::Console;
use crate::data::{Facts, Generator, Sizes};
use crate::faults::Faults;
use crate::journal::{Journal, Limits};
use crate::observer::{Objections, Observed, Observer};
use crate::profile::Profile;
use crate::random::Random;
use crate::server::{Balancing, Nodes, Shared};
use crate::state::State;
use crate::world::{DataSources, World};

/// Configures a [`Sandbox`](crate::Sandbox); created by [`Sandbox::builder`](crate::Sandbox::builder()).
#[derive(Clone, Debug)]
#[must_use = "a sandbox does nothing before `start`"]
pub struct Builder {
    profile: Profile,
    address: SocketAddr,
    clock: Clock,
    seed: u64,
    sizes: Sizes,
    shifting_order: bool,
    users: Vec<User>,
    system_token_lifetime: Duration,
    session_lifetime: Duration,
    session_form: SessionForm,
    nodes: NonZeroUsize,
    lag: Lag,
    balancing: Balancing,
    refuse_sessions: bool,
    journal: Limits,
    observer: Observer,
    console: bool,
    #[cfg(feature = "tls")]
    tls: bool,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            profile: Profile::default(),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            clock: Clock::system(),
            seed: DEFAULT_SEED,
            sizes: Sizes {
                data_sources: DEFAULT_DATA_SOURCES,
                catalog_objects: DEFAULT_CATALOG_OBJECTS,
                cases: DEFAULT_CASES,
                records: DEFAULT_RECORDS,
            },
            shifting_order: false,
            users: Vec::new(),
            system_token_lifetime: DEFAULT_SYSTEM_TOKEN_LIFETIME,
            session_lifetime: DEFAULT_SESSION_LIFETIME,
            session_form: SessionForm::Recorded,
            nodes: NonZeroUsize::MIN,
            lag: Lag::default(),
            balancing: Balancing::default(),
            refuse_sessions: false,
            journal: Limits { requests: DEFAULT_JOURNAL_CAPACITY, bytes: DEFAULT_JOURNAL_BYTES },
            observer: Observer::default(),
            console: false,
            #[cfg(feature = "tls")]
            tls: false,
        }
    }

    /// The server to imitate. Defaults to [`Profile::Deployed6x`].
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// The number of data sources. Defaults to [`DEFAULT_DATA_SOURCES`]. Even with a million, only those that are read
    /// are generated.
    pub fn data_sources(mut self, count: usize) -> Self {
        self.sizes.data_sources = count;
        self
    }

    /// The number of objects in the catalog, spread evenly over the data sources; none without data sources. Defaults
    /// to [`DEFAULT_CATALOG_OBJECTS`]. Even with a million, only those that are read are generated.
    pub fn catalog_objects(mut self, count: usize) -> Self {
        self.sizes.catalog_objects = count;
        self
    }

    /// The number of cases, each about an object that violates a policy; none without objects. Defaults to
    /// [`DEFAULT_CASES`].
    pub fn cases(mut self, count: usize) -> Self {
        self.sizes.cases = count;
        self
    }

    /// The number of records in each list that is generated from the contract's schema. Defaults to
    /// [`DEFAULT_RECORDS`].
    pub fn records(mut self, count: usize) -> Self {
        self.sizes.records = count;
        self
    }

    /// The seed of the generated data: the same seed and sizes give the same data. Defaults to [`DEFAULT_SEED`].
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The clock on which every lifetime runs. Defaults to [`Clock::system`].
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Adds a user; [`Sandbox::username`](crate::Sandbox::username()) still names the sandbox's own.
    pub fn user(mut self, user: User) -> Self {
        self.users.push(user);
        self
    }

    /// The lifetime of system tokens, in whole seconds. Defaults to [`DEFAULT_SYSTEM_TOKEN_LIFETIME`], 7 days.
    pub fn system_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.system_token_lifetime = lifetime;
        self
    }

    /// The lifetime of session tokens, in whole seconds. Defaults to [`DEFAULT_SESSION_LIFETIME`], 24 hours.
    pub fn session_lifetime(mut self, lifetime: Duration) -> Self {
        self.session_lifetime = lifetime;
        self
    }

    /// Adds a `jti` claim to sessions, so that no two of them are equal.
    ///
    /// By default, sessions carry only the recorded claims. Two sessions of one user within one second are then equal,
    /// as on a real server; a test that needs equal ones stops the [clock](Self::clock).
    pub fn unique_sessions(mut self) -> Self {
        self.session_form = SessionForm::Unique;
        self
    }

    /// Makes sessions opaque instead of signed tokens, so that they do not state their lifetime.
    ///
    /// No recorded session is opaque, but a client that reads tokens should handle one. This and
    /// [`unique_sessions`](Self::unique_sessions) replace each other.
    pub fn opaque_sessions(mut self) -> Self {
        self.session_form = SessionForm::Opaque;
        self
    }

    /// Runs this many nodes behind one address. Defaults to 1; 0 counts as 1.
    ///
    /// They share everything, but a node may learn about sessions late: see [`lag`](Self::lag) and
    /// [`revocation_lag`](Self::revocation_lag). [`balancing`](Self::balancing) decides which node responds, and
    /// [`ReceivedRequest::node`](crate::ReceivedRequest::node) is the one that did.
    ///
    /// # Examples
    /// A node refuses a session that another one has just issued:
    /// ```
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    /// use bigid_sandbox::{Balancing, Clock, Sandbox};
    ///
    /// let clock = Clock::manual(1_700_000_000);
    /// let builder = Sandbox::builder().clock(clock.clone()).nodes(2).lag(Duration::from_millis(300));
    /// let sandbox = builder.balancing(Balancing::Only(0)).start().await?;
    /// // An exchange here gives a session that node 0 knows at once.
    /// sandbox.balance(Balancing::Only(1));
    /// // A call with it is refused here, until the clock has moved by the lag.
    /// clock.advance(Duration::from_millis(300));
    /// # Ok(())
    /// # }
    /// ```
    pub fn nodes(mut self, nodes: usize) -> Self {
        self.nodes = NonZeroUsize::new(nodes).unwrap_or(NonZeroUsize::MIN);
        self
    }

    /// How long a node refuses a session that another node has issued, on the [clock](Self::clock), to the
    /// millisecond. Defaults to zero.
    pub fn lag(mut self, lag: Duration) -> Self {
        self.lag.issue = lag;
        self
    }

    /// How long a node accepts a session that another node has revoked, on the [clock](Self::clock), to the
    /// millisecond. Defaults to zero.
    pub fn revocation_lag(mut self, lag: Duration) -> Self {
        self.lag.revocation = lag;
        self
    }

    /// How requests are distributed over the [nodes](Self::nodes). Defaults to [`Balancing::PerRequest`].
    pub fn balancing(mut self, balancing: Balancing) -> Self {
        self.balancing = balancing;
        self
    }

    /// Rejects every user name and password, as the cloud does.
    pub fn refuse_sessions(mut self) -> Self {
        self.refuse_sessions = true;
        self
    }

    /// Returns lists without a `sort` in a different order for every request, so that pages overlap and miss records,
    /// as reported of real servers.
    pub fn shifting_order(mut self) -> Self {
        self.shifting_order = true;
        self
    }

    /// The number of requests that the journal keeps in full; older ones are only counted. Defaults to
    /// [`DEFAULT_JOURNAL_CAPACITY`].
    pub fn journal_capacity(mut self, requests: usize) -> Self {
        self.journal.requests = requests;
        self
    }

    /// The total size in bytes of the requests in the journal, bodies and headers together; beyond it the oldest ones
    /// are only counted, as beyond the [`journal_capacity`](Self::journal_capacity). The latest request is kept
    /// whatever its size. Defaults to [`DEFAULT_JOURNAL_BYTES`].
    pub fn journal_bytes(mut self, bytes: usize) -> Self {
        self.journal.bytes = bytes;
        self
    }

    /// Calls `observer` with every request and its response. Defaults to none.
    ///
    /// If it returns an error, dropping the sandbox panics with it, so the test fails automatically. The observer runs
    /// on the server's thread, before the response is sent. Its errors should not contain values, because they are
    /// printed.
    ///
    /// # Examples
    /// Every request must have a user agent:
    /// ```
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use bigid_sandbox::Sandbox;
    ///
    /// let named = Sandbox::builder().observer(|observed| match observed.request().header("user-agent") {
    ///     Some(_) => Ok(()),
    ///     None => Err(format!("a request for {} has no user agent", observed.request().operation())),
    /// });
    /// let sandbox = named.start().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn observer(mut self, look: impl Fn(&Observed<'_>) -> Result<(), String> + Send + Sync + 'static) -> Self {
        self.observer = Observer::new(look);
        self
    }

    /// Serves a page for the browser under `/console`, at [`Sandbox::console_url`](crate::Sandbox::console_url()):
    /// the tutorial, every operation of the contract, the requests of clients as they arrive, faults and breakpoints.
    ///
    /// Without it, nothing is served under `/console`. It is for this machine only: with an
    /// [`address`](Self::address) that is not loopback, the sandbox does not start. Requests for the page do not appear
    /// in the journal, and no observer sees them.
    pub fn console(mut self) -> Self {
        self.console = true;
        self
    }

    /// The address to listen on. Defaults to a free port of 127.0.0.1.
    ///
    /// On an address that is not loopback, anyone who can reach the port can use the sandbox, and the check that
    /// requests are addressed to this machine is off.
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Speaks HTTPS, with a certificate for localhost and the loopback addresses. The certificate authority is created
    /// for this sandbox and its key is not kept; make clients trust
    /// [`Sandbox::certificate_authority`](crate::Sandbox::certificate_authority()).
    #[cfg(feature = "tls")]
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    pub(crate) fn listens_on(&self) -> SocketAddr {
        self.address
    }

    /// Whether other machines could reach the console.
    pub(crate) fn exposes_console(&self) -> bool {
        self.console && !self.address.ip().is_loopback()
    }

    pub(crate) fn build(self) -> io::Result<(Arc<Shared>, User, GeneratedToken)> {
        let owner = User::new("sandbox-admin").first_name("Sandbox").last_name("Admin").admin(true);
        let mut users = Users::default();
        users.put(owner.clone());
        (1..=4).for_each(|number| users.put(User::new(format!("analyst-{number}"))));
        self.users.into_iter().for_each(|user| users.put(user));
        let mut user_tokens = UserTokens::new();
        let token = user_tokens.generate_longest(&owner.name, self.clock.unix_seconds());
        user_tokens.save(&owner.name);
        let shifting = self.shifting_order.then(|| Random::seeded(self.seed));
        let sources = Generator { generation: self.profile.generation(), seed: self.seed };
        let facts = Facts::new(sources, self.sizes);
        let state = State {
            profile: self.profile,
            clock: self.clock,
            users,
            user_tokens,
            sessions: Sessions::new(self.system_token_lifetime, self.session_lifetime, self.session_form, self.lag),
            refuses_sessions: self.refuse_sessions,
            failing_connections: BTreeSet::new(),
            world: World::new(facts, DataSources::new(sources, self.sizes.data_sources, shifting), &permissions()),
        };
        let shared = Shared {
            journal: Journal::new(self.journal),
            faults: Faults::new(Random::seeded(self.seed)),
            nodes: Nodes::new(self.nodes, self.balancing),
            loopback_only: self.address.ip().is_loopback(),
            accepted: AtomicU64::new(0),
            open: watch::Sender::new(0),
            panics: Mutex::default(),
            observer: self.observer,
            objections: Objections::default(),
            console: self.console.then(Console::new),
            routes: Mutex::default(),
            state: Mutex::new(state),
            #[cfg(feature = "tls")]
            tls: if self.tls { Some(crate::server::Tls::new(self.address.ip())?) } else { None },
        };
        Ok((Arc::new(shared), owner, token))
    }
}

/// The default number of data sources: 20, as many as the recorded server, and enough for each of the 113 fields.
pub const DEFAULT_DATA_SOURCES: usize = 20;

/// The default number of catalog objects: 200, ten in each data source.
pub const DEFAULT_CATALOG_OBJECTS: usize = 200;

/// The default number of cases: 30, more than a page in most programs.
pub const DEFAULT_CASES: usize = 30;

/// The default number of records in a list that is generated from the contract's schema: 12.
pub const DEFAULT_RECORDS: usize = 12;

/// The default seed of the generated data: 1.
pub const DEFAULT_SEED: u64 = 1;

/// The default number of requests that the journal keeps in full: 10,000, more than a test looks at and less than a few
/// dozen megabytes.
pub const DEFAULT_JOURNAL_CAPACITY: usize = 10_000;

/// The default total size of the requests in the journal: 64 MiB, four of the longest bodies.
pub const DEFAULT_JOURNAL_BYTES: usize = 64 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_defaults_hold() {
        let sources =
            [include_str!("builder.rs"), include_str!("auth/session/mod.rs"), include_str!("auth/user_token.rs")];
        let documented = |constant: &str, number: &str| {
            let text = sources.iter().find_map(|source| {
                let (before, _) = source.split_once(&format!("pub const {constant}:"))?;
                before.rsplit("\n\n").next().map(str::to_owned)
            });
            assert!(text.is_some_and(|text| text.contains(number)), "{constant} is not documented as {number}");
        };
        documented("DEFAULT_DATA_SOURCES", &DEFAULT_DATA_SOURCES.to_string());
        documented("DEFAULT_SEED", &DEFAULT_SEED.to_string());
        assert_eq!(DEFAULT_JOURNAL_CAPACITY, 10_000);
        documented("DEFAULT_JOURNAL_CAPACITY", "10,000");
        documented("DEFAULT_JOURNAL_BYTES", &format!("{} MiB", DEFAULT_JOURNAL_BYTES >> 20));
        documented(
            "DEFAULT_SYSTEM_TOKEN_LIFETIME",
            &format!("{} days", DEFAULT_SYSTEM_TOKEN_LIFETIME.as_secs() / 86_400),
        );
        documented("DEFAULT_SESSION_LIFETIME", &format!("{} hours", DEFAULT_SESSION_LIFETIME.as_secs() / 3_600));
        assert_eq!((Builder::new().profile, Builder::new().address.port()), (Profile::Deployed6x, 0));
    }

    #[test]
    fn only_a_loopback_address_checks_hosts() {
        for (address, checked) in
            [("127.0.0.1:0", true), ("[::1]:0", true), ("0.0.0.0:0", false), ("192.0.2.1:0", false)]
        {
            let (shared, ..) = Builder::new().address(address.parse().unwrap()).build().unwrap();
            assert_eq!(shared.loopback_only, checked, "{address}");
        }
    }
}
