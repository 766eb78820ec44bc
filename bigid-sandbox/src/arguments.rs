//! The command line.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use bigid_sandbox::{Builder, DEFAULT_DATA_SOURCES, DEFAULT_SEED, Profile, Sandbox};
use lexopt::{Arg, Error, Parser, ValueExt as _};

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A sandbox.
    Sandbox(Arguments),
    /// How to use the program.
    Help,
    /// Which version it is.
    Version,
}

/// The sandbox asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    address: IpAddr,
    port: u16,
    profile: Profile,
    data_sources: usize,
    seed: u64,
}

impl Arguments {
    pub(crate) fn builder(&self) -> Builder {
        Sandbox::builder()
            .address(SocketAddr::from((self.address, self.port)))
            .profile(self.profile)
            .data_sources(self.data_sources)
            .seed(self.seed)
            // Nobody asks this journal for more than counts, and the program may run for days.
            .journal_capacity(0)
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
        seed: DEFAULT_SEED,
    };
    let mut parser = Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("address") => wanted.address = parser.value()?.parse()?,
            Arg::Long("port") => wanted.port = parser.value()?.parse()?,
            Arg::Long("profile") => wanted.profile = parser.value()?.parse()?,
            Arg::Long("data-sources") => wanted.data_sources = parser.value()?.parse_with(data_sources)?,
            Arg::Long("seed") => wanted.seed = parser.value()?.parse()?,
            Arg::Short('h') | Arg::Long("help") => return Ok(Wanted::Help),
            Arg::Short('V') | Arg::Long("version") => return Ok(Wanted::Version),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Wanted::Sandbox(wanted))
}

fn data_sources(text: &str) -> Result<usize, String> {
    let count = text.parse().map_err(|error| format!("{error}"))?;
    if count > MAX_DATA_SOURCES { Err(format!("at most {MAX_DATA_SOURCES}")) } else { Ok(count) }
}

/// The port of BigID's own web service inside a cluster.
const DEFAULT_PORT: u16 = 9090;

/// As many as fit in some gigabytes of memory; more is a slip of the finger.
const MAX_DATA_SOURCES: usize = 1_000_000;

/// The text of `--help`.
pub(crate) const HELP: &str = "\
A BigID to develop against: real HTTP, made-up data, nothing outside this machine.

Usage: bigid-sandbox [options]

  --port <port>          where to listen; 0 is any free port (9090)
  --profile <profile>    deployed-2023, deployed-6x or spec (deployed-6x)
  --data-sources <n>     how many data sources there are, at most 1000000 (20)
  --seed <n>             what the data sources look like (1)
  --address <ip>         the address to listen on (127.0.0.1). On another one than
                         loopback, whoever reaches the port can use the sandbox
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

    #[test]
    fn every_argument_is_read() {
        let line = "--port 1 --profile spec --data-sources 500 --seed=7 --address ::1";
        let address = "::1".parse().unwrap();
        let expected = Arguments { address, port: 1, profile: Profile::Spec, data_sources: 500, seed: 7 };
        assert_eq!(parsed(line), Ok(Wanted::Sandbox(expected)));
        assert_eq!(parsed("--help"), Ok(Wanted::Help));
        assert_eq!(parsed("-V"), Ok(Wanted::Version));
    }

    #[test]
    fn help_tells_the_defaults_that_hold() {
        let Ok(Wanted::Sandbox(defaults)) = parsed("") else { panic!("no arguments are fine") };
        for default in [
            format!("({})", defaults.port),
            format!("({})", defaults.profile),
            format!("at most {MAX_DATA_SOURCES} ({})", defaults.data_sources),
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
            "--data-sources 1000001",
            "--verbose",
            "extra",
            "--address localhost",
        ] {
            assert!(parsed(line).is_err(), "{line}");
        }
        assert!(parsed("--profile 6x").is_err_and(|error| error.contains("deployed-2023, deployed-6x, spec")));
    }
}
