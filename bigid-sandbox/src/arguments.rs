//! The command line.

use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use bigid_sandbox::{
    Builder, DEFAULT_CASES, DEFAULT_CATALOG_OBJECTS, DEFAULT_DATA_SOURCES, DEFAULT_SEED, Profile, Sandbox,
    ScriptedFault,
};
use lexopt::{Arg, Error, Parser};

/// The parsed command line.
#[derive(Debug)]
pub(crate) enum Wanted {
    /// A sandbox.
    Sandbox(Box<Arguments>),
    /// The contract.
    OpenApi,
    /// The help text.
    Help,
    /// The version.
    Version,
}

/// The settings of the sandbox.
#[derive(Debug)]
pub(crate) struct Arguments {
    address: IpAddr,
    port: u16,
    profile: Profile,
    data_sources: usize,
    catalog_objects: usize,
    cases: usize,
    seed: u64,
    pub(crate) faults: Vec<ScriptedFault>,
    /// Where to write the certificate authority, with TLS.
    pub(crate) tls: Option<Authority>,
    pub(crate) console: bool,
}

/// The destination of the certificate authority.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Authority {
    Printed,
    File(PathBuf),
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
            // Only the counts of the journal are used, and the program may run for days.
            .journal_capacity(0);
        let builder = if self.console { builder.console() } else { builder };
        #[cfg(feature = "tls")]
        if self.tls.is_some() {
            return builder.tls();
        }
        builder
    }
}

/// Parses the arguments after the program's name.
///
/// # Errors
/// An unknown argument, or an invalid value.
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
        console: false,
    };
    let mut parser = Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("address") => {
                wanted.address = value(&mut parser, "--address", "an IP address, such as 127.0.0.1")?;
            }
            Arg::Long("port") => wanted.port = value(&mut parser, "--port", "a number from 0 to 65535")?,
            Arg::Long("profile") => wanted.profile = described(&mut parser, "--profile", "a profile")?,
            Arg::Long("data-sources") => wanted.data_sources = size(&mut parser, "--data-sources")?,
            Arg::Long("catalog-objects") => wanted.catalog_objects = size(&mut parser, "--catalog-objects")?,
            Arg::Long("cases") => wanted.cases = size(&mut parser, "--cases")?,
            Arg::Long("seed") => {
                wanted.seed = value(&mut parser, "--seed", &format!("a number from 0 to {}", u64::MAX))?
            }
            Arg::Long("fault") => {
                wanted.faults.push(described(&mut parser, "--fault", "OPERATION=KIND[:TIMES|:CHANCE]")?)
            }
            Arg::Long("tls") if cfg!(feature = "tls") => wanted.tls = Some(Authority::Printed),
            Arg::Long("tls-ca") if cfg!(feature = "tls") => {
                wanted.tls =
                    Some(Authority::File(PathBuf::from(given(&mut parser, "--tls-ca", "the path of a file")?)));
            }
            Arg::Long("tls" | "tls-ca") => {
                return Err("this build has no TLS; build it with `--features tls`".into());
            }
            Arg::Long("console") => wanted.console = true,
            Arg::Long("export-openapi") => return Ok(Wanted::OpenApi),
            Arg::Short('h') | Arg::Long("help") => return Ok(Wanted::Help),
            Arg::Short('V') | Arg::Long("version") => return Ok(Wanted::Version),
            other => return Err(other.unexpected()),
        }
    }
    if wanted.console && !wanted.address.is_loopback() {
        return Err("--console is for this machine only; omit --address, or pass a loopback address".into());
    }
    Ok(Wanted::Sandbox(Box::new(wanted)))
}

/// The value of an option. An error names the option and what it takes.
fn value<T: FromStr>(parser: &mut Parser, option: &str, takes: &str) -> Result<T, String> {
    let given = given(parser, option, takes)?;
    given.to_str().and_then(|text| text.parse().ok()).ok_or_else(|| refused(option, takes, &given))
}

/// The same, for a type whose own error says what it takes.
fn described<T: FromStr<Err: Display>>(parser: &mut Parser, option: &str, takes: &str) -> Result<T, String> {
    let given = given(parser, option, takes)?;
    let text = given.to_str().ok_or_else(|| refused(option, takes, &given))?;
    text.parse().map_err(|error| format!("{option} {given:?}: {error}"))
}

/// A number of records.
fn size(parser: &mut Parser, option: &str) -> Result<usize, String> {
    let takes = format!("a number from 0 to {MAX_SIZE}");
    let count: usize = value(parser, option, &takes)?;
    if count > MAX_SIZE { Err(refused(option, &takes, count.to_string().as_ref())) } else { Ok(count) }
}

fn given(parser: &mut Parser, option: &str, takes: &str) -> Result<OsString, String> {
    parser.value().map_err(|_| format!("{option} takes {takes}, and nothing follows it"))
}

fn refused(option: &str, takes: &str, given: &OsStr) -> String {
    format!("{option} takes {takes}, not {given:?}")
}

/// The default port: that of BigID's own web service inside a cluster.
const DEFAULT_PORT: u16 = 9090;

/// The limit of sizes: listing more records would read gigabytes.
const MAX_SIZE: usize = 10_000_000;

/// The text of `--help`.
pub(crate) const HELP: &str = "\
A stand-in for a BigID deployment, to develop and test clients against: it serves
the BigID API over HTTP on this machine, with made-up data, and calls nothing else.

Usage: bigid-sandbox [options]

  --port <port>          where to listen; 0 is any free port (9090)
  --profile <profile>    deployed-2023, deployed-6x or spec (deployed-6x)
  --data-sources <n>     number of data sources, at most 10000000 (20)
  --catalog-objects <n>  number of objects in the catalog (200)
  --cases <n>            number of cases (30)
  --seed <n>             seed of the generated data (1)
  --fault <fault>        OPERATION=KIND[:TIMES|:CHANCE]; may be repeated:
                         list_data_sources=503:2, every=latency-200:0.1,
                         exchange=reject-token. OPERATION is named as in the
                         contract, or `every`. Without TIMES or CHANCE, always
  --console              serve a page for the browser below /console: the tutorial,
                         every operation, the requests of your clients, faults
  --tls                  speak HTTPS, and print the certificate authority to
                         standard error (in builds with the feature `tls`)
  --tls-ca <file>        speak HTTPS, and write the certificate authority there
  --address <ip>         the address to listen on (127.0.0.1). On any but loopback,
                         anyone who can reach the port can use the sandbox
  --export-openapi       print the contract that the sandbox serves, as OpenAPI 3.0
  -h, --help             this text
  -V, --version          the version

Prints two `export` lines with the base URL and a ready user token, and then
serves requests until Ctrl-C. Copy the lines to the shell where the client runs.
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
    fn faults_are_read_as_often_as_they_are_named() {
        assert_eq!(arguments("--fault list_data_sources=503:2 --fault every=latency-20:0.25").faults.len(), 2);
        assert!(parsed("--fault exchange=no-such").is_err_and(|error| error.contains("latency-<ms>")));
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
            "--console --address 0.0.0.0",
        ] {
            assert!(parsed(line).is_err(), "{line}");
        }
        for option in ["address", "port", "profile", "data-sources", "catalog-objects", "cases", "seed", "fault"] {
            for line in
                [format!("--{option}"), format!("--{option} nonsense"), format!("--{option}=99999999999999999999")]
            {
                let error = parsed(&line).expect_err(&line);
                assert!(error.starts_with(&format!("--{option} ")), "{error}");
            }
        }
        for (line, expected) in [
            ("--port abc", "--port takes a number from 0 to 65535, not \"abc\""),
            ("--port", "--port takes a number from 0 to 65535, and nothing follows it"),
            ("--cases 10000001", "--cases takes a number from 0 to 10000000, not \"10000001\""),
            ("--fault every=503:0", "--fault \"every=503:0\": the fault would never occur"),
            ("--fault every=999", "--fault \"every=999\": \"999\" is not a fault; there are <status from 200 to 599>"),
        ] {
            let error = parsed(line).expect_err(line);
            assert!(error.starts_with(expected), "{error}");
        }
        assert!(parsed("--profile 6x").is_err_and(|error| error.contains("deployed-2023, deployed-6x, spec")));
    }
}
