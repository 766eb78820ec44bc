//! The command line.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use bigid_sandbox::{
    Builder, DEFAULT_CASES, DEFAULT_CATALOG_OBJECTS, DEFAULT_DATA_SOURCES, DEFAULT_SEED, Fault, OperationName, Profile,
    Sandbox,
};
use lexopt::{Arg, Error, Parser, ValueExt as _};

/// The parsed command line.
#[derive(Debug)]
pub(crate) enum Wanted {
    /// A sandbox.
    Sandbox(Box<Arguments>),
    /// The contract.
    OpenApi,
    /// How to use the program.
    Help,
    /// Which version it is.
    Version,
}

/// The sandbox asked for.
#[derive(Debug)]
pub(crate) struct Arguments {
    address: IpAddr,
    port: u16,
    profile: Profile,
    data_sources: usize,
    catalog_objects: usize,
    cases: usize,
    seed: u64,
    pub(crate) faults: Vec<Scripted>,
    /// Where to write the certificate authority, if TLS is spoken.
    pub(crate) tls: Option<Authority>,
}

/// Where the certificate authority goes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Authority {
    Printed,
    File(PathBuf),
}

/// A fault for an operation, or for all of them.
#[derive(Debug)]
pub(crate) struct Scripted {
    pub(crate) operation: Option<OperationName>,
    pub(crate) fault: Fault,
    pub(crate) times: Times,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Times {
    Always,
    First(usize),
    Chance(f64),
}

impl Arguments {
    pub(crate) fn builder(&self) -> Builder {
        let builder = Sandbox::builder()
            .address(SocketAddr::from((self.address, self.port)))
            .profile(self.profile)
            .data_sources(self.data_sources)
            .catalog_objects(self.catalog_objects)
            .cases(self.cases)
            .seed(self.seed)
            // Nobody asks this journal for more than counts, and the program may run for days.
            .journal_capacity(0);
        #[cfg(feature = "tls")]
        if self.tls.is_some() {
            return builder.tls();
        }
        builder
    }
}

impl Scripted {
    /// `OPERATION=KIND`, with `:TIMES` or `:CHANCE` behind it or without.
    fn parse(text: &str) -> Result<Self, String> {
        let (operation, fault) = text.split_once('=').ok_or("a fault is OPERATION=KIND[:TIMES|:CHANCE]")?;
        let operation = match operation {
            "every" => None,
            name => Some(OperationName::find(name).ok_or_else(|| {
                format!("no operation is named {name:?}; --export-openapi lists them, and `every` means all")
            })?),
        };
        let (kind, times) = match fault.rsplit_once(':') {
            None => (fault, Times::Always),
            Some((kind, times)) => (kind, Times::parse(times)?),
        };
        Ok(Self { operation, fault: kind.parse().map_err(|error| format!("{error}"))?, times })
    }

    pub(crate) fn script(self, sandbox: &Sandbox) {
        let requests = match self.operation {
            Some(operation) => sandbox.on(operation),
            None => sandbox.on_every(),
        };
        match self.times {
            Times::Always => requests.always(self.fault),
            Times::First(count) => requests.times(count, self.fault),
            Times::Chance(probability) => requests.chance(probability, self.fault),
        }
    }
}

impl Times {
    /// A whole number is a count, a number with a point a probability.
    fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is neither a number of times nor a chance such as 0.25");
        if text.contains('.') {
            let chance: f64 = text.parse().map_err(|_| wrong())?;
            return if (0.0..=1.0).contains(&chance) { Ok(Self::Chance(chance)) } else { Err(wrong()) };
        }
        text.parse().map(Self::First).map_err(|_| wrong())
    }
}

/// Reads the arguments after the program's name.
///
/// # Errors
/// An unknown argument, or a value that does not fit.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Wanted, Error> {
    let mut wanted = Arguments {
        address: Ipv4Addr::LOCALHOST.into(),
        port: DEFAULT_PORT,
        profile: Profile::default(),
        data_sources: DEFAULT_DATA_SOURCES,
        catalog_objects: DEFAULT_CATALOG_OBJECTS,
        cases: DEFAULT_CASES,
        seed: DEFAULT_SEED,
        faults: Vec::new(),
        tls: None,
    };
    let mut parser = Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("address") => wanted.address = parser.value()?.parse()?,
            Arg::Long("port") => wanted.port = parser.value()?.parse()?,
            Arg::Long("profile") => wanted.profile = parser.value()?.parse()?,
            Arg::Long("data-sources") => wanted.data_sources = parser.value()?.parse_with(size)?,
            Arg::Long("catalog-objects") => wanted.catalog_objects = parser.value()?.parse_with(size)?,
            Arg::Long("cases") => wanted.cases = parser.value()?.parse_with(size)?,
            Arg::Long("seed") => wanted.seed = parser.value()?.parse()?,
            Arg::Long("fault") => wanted.faults.push(parser.value()?.parse_with(Scripted::parse)?),
            Arg::Long("tls") if cfg!(feature = "tls") => wanted.tls = Some(Authority::Printed),
            Arg::Long("tls-ca") if cfg!(feature = "tls") => {
                wanted.tls = Some(Authority::File(PathBuf::from(parser.value()?)));
            }
            Arg::Long("tls" | "tls-ca") => {
                return Err("this build has no TLS; build it with `--features tls`".into());
            }
            Arg::Long("export-openapi") => return Ok(Wanted::OpenApi),
            Arg::Short('h') | Arg::Long("help") => return Ok(Wanted::Help),
            Arg::Short('V') | Arg::Long("version") => return Ok(Wanted::Version),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Wanted::Sandbox(Box::new(wanted)))
}

fn size(text: &str) -> Result<usize, String> {
    let count = text.parse().map_err(|error| format!("{error}"))?;
    if count > MAX_SIZE { Err(format!("at most {MAX_SIZE}")) } else { Ok(count) }
}

/// The port of BigID's own web service inside a cluster.
const DEFAULT_PORT: u16 = 9090;

/// More is a slip of the finger: to list all of it is to read gigabytes.
const MAX_SIZE: usize = 10_000_000;

/// The text of `--help`.
pub(crate) const HELP: &str = "\
A BigID to develop against: real HTTP, made-up data, nothing outside this machine.

Usage: bigid-sandbox [options]

  --port <port>          where to listen; 0 is any free port (9090)
  --profile <profile>    deployed-2023, deployed-6x or spec (deployed-6x)
  --data-sources <n>     number of data sources, at most 10000000 (20)
  --catalog-objects <n>  number of objects in the catalog (200)
  --cases <n>            number of cases (30)
  --seed <n>             seed of the generated data (1)
  --fault <fault>        OPERATION=KIND[:TIMES|:CHANCE], more than once if need be:
                         list_data_sources=503:2, every=latency-200:0.1,
                         exchange=reject-token. OPERATION is named as in the
                         contract, or `every`. Without TIMES or CHANCE, always
  --tls                  speak HTTPS, and print the certificate authority to
                         standard error (in builds with the feature `tls`)
  --tls-ca <file>        speak HTTPS, and write the certificate authority there
  --address <ip>         the address to listen on (127.0.0.1). On another one than
                         loopback, anyone who can reach the port can use the sandbox
  --export-openapi       print the contract that the sandbox serves, as OpenAPI 3.0
  -h, --help             this text
  -V, --version          the version

Prints two `export` lines with the base URL and a ready user token, and then
answers until Ctrl-C. Copy the lines to the shell where the client runs.
";

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Wanted, String> {
        parse(line.split_whitespace().map(OsString::from)).map_err(|error| error.to_string())
    }

    fn arguments(line: &str) -> Arguments {
        match parsed(line) {
            Ok(Wanted::Sandbox(arguments)) => *arguments,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn every_argument_is_read() {
        let line = "--port 1 --profile spec --data-sources 500 --catalog-objects 6 --cases 7 --seed=8 --address ::1";
        let read = arguments(line);
        assert_eq!((read.address.to_string(), read.port, read.profile), ("::1".to_owned(), 1, Profile::Spec));
        assert_eq!((read.data_sources, read.catalog_objects, read.cases, read.seed), (500, 6, 7, 8));
        assert!(matches!(parsed("--help"), Ok(Wanted::Help)) && matches!(parsed("-V"), Ok(Wanted::Version)));
        assert!(matches!(parsed("--export-openapi"), Ok(Wanted::OpenApi)));
    }

    #[test]
    fn faults_name_an_operation_a_kind_and_how_often() {
        let read = arguments(
            "--fault list_data_sources=503:2 --fault every=latency-20:0.25 --fault exchange=reset --fault listUsers=429:1.0",
        );
        let shown: Vec<_> = read
            .faults
            .iter()
            .map(|one| (one.operation.map(OperationName::as_str), one.fault.name(), one.times))
            .collect();
        assert_eq!(
            shown,
            [
                (Some("list_data_sources"), "status", Times::First(2)),
                (None, "latency", Times::Chance(0.25)),
                (Some("exchange"), "reset", Times::Always),
                (Some("list_users"), "status", Times::Chance(1.0)),
            ]
        );
        for fault in ["x", "list_data_sources", "no_such=503", "exchange=no-such", "exchange=503:x", "exchange=503:1.5"]
        {
            assert!(parsed(&format!("--fault {fault}")).is_err(), "{fault}");
        }
    }

    #[test]
    fn tls_is_read_where_it_is_built_in() {
        assert_eq!(parsed("--tls").is_ok(), cfg!(feature = "tls"));
        match parsed("--tls-ca ca.pem") {
            Ok(Wanted::Sandbox(arguments)) => assert_eq!(arguments.tls, Some(Authority::File("ca.pem".into()))),
            other => assert!(other.is_err_and(|error| error.contains("--features tls"))),
        }
    }

    #[test]
    fn help_tells_the_defaults_that_hold() {
        let defaults = arguments("");
        for default in [
            format!("({})", defaults.port),
            format!("({})", defaults.profile),
            format!("at most {MAX_SIZE} ({})", defaults.data_sources),
            format!("({})", defaults.catalog_objects),
            format!("({})", defaults.cases),
            format!("({})", defaults.seed),
            format!("({})", defaults.address),
        ] {
            assert!(HELP.contains(&default), "{default}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_an_error() {
        for line in [
            "--port",
            "--port x",
            "--port 70000",
            "--profile 6x",
            "--data-sources -1",
            "--data-sources 10000001",
            "--verbose",
            "extra",
            "--address localhost",
        ] {
            assert!(parsed(line).is_err(), "{line}");
        }
        assert!(parsed("--profile 6x").is_err_and(|error| error.contains("deployed-2023, deployed-6x, spec")));
    }
}
