//! A fault with its operation and frequency, as text.

use std::fmt;
use std::str::FromStr;

use super::fault::Fault;
use super::schedule::{FaultBuilder, Faults};
use crate::operation::OperationName;

/// A fault for one or all operations, parsed from `OPERATION=KIND[:TIMES|:CHANCE]`; set with
/// [`Sandbox::script`](crate::Sandbox::script).
///
/// The program's option `--fault` takes it. `OPERATION` is a name as in the contract, or `every`. `KIND` is a
/// [fault by name](Fault#impl-FromStr-for-Fault). A whole number after it is the number of times, a number with a
/// decimal point is a probability; without either, it always applies.
///
/// # Examples
/// ```
/// use bigid_sandbox::ScriptedFault;
///
/// assert!("list_data_sources=503:2".parse::<ScriptedFault>().is_ok());
/// assert!("every=latency-200:0.1".parse::<ScriptedFault>().is_ok());
/// assert!("exchange=melt".parse::<ScriptedFault>().is_err());
/// ```
#[derive(Clone, Debug)]
pub struct ScriptedFault {
    operation: Option<OperationName>,
    fault: Fault,
    times: Times,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Times {
    Always,
    First(usize),
    Chance(f64),
}

/// The text is not a scripted fault; the message says which part is wrong, and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidScript(String);

impl fmt::Display for InvalidScript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidScript {}

impl FromStr for ScriptedFault {
    type Err = InvalidScript;

    fn from_str(text: &str) -> Result<Self, InvalidScript> {
        let (operation, fault) = text
            .split_once('=')
            .ok_or_else(|| InvalidScript("a fault is OPERATION=KIND[:TIMES|:CHANCE]".to_owned()))?;
        let operation = match operation {
            "every" => None,
            name => Some(OperationName::find(name).ok_or_else(|| {
                let name: String = name.chars().take(64).collect();
                InvalidScript(format!(
                    "no operation is named {name:?}; --export-openapi lists them, and `every` means all"
                ))
            })?),
        };
        let (kind, times) = match fault.rsplit_once(':') {
            None => (fault, Times::Always),
            Some((kind, times)) => (kind, Times::parse(times)?),
        };
        let fault = kind.parse().map_err(|error| InvalidScript(format!("{error}")))?;
        Ok(Self { operation, fault, times })
    }
}

impl ScriptedFault {
    pub(crate) fn script(self, faults: &Faults) {
        let requests = FaultBuilder::new(faults, self.operation);
        match self.times {
            Times::Always => requests.always(self.fault),
            Times::First(count) => requests.times(count, self.fault),
            Times::Chance(probability) => requests.chance(probability, self.fault),
        }
    }
}

impl Times {
    /// A whole number is a count; a number with a decimal point is a probability.
    fn parse(text: &str) -> Result<Self, InvalidScript> {
        let wrong = || {
            let text: String = text.chars().take(64).collect();
            InvalidScript(format!("{text:?} is neither a number of times nor a chance such as 0.25"))
        };
        let never =
            || InvalidScript("the fault would never occur; leave it out, or say how often it occurs".to_owned());
        if text.contains('.') {
            let chance: f64 = text.parse().map_err(|_| wrong())?;
            return match chance {
                0.0 => Err(never()),
                0.0..=1.0 => Ok(Self::Chance(chance)),
                _ => Err(wrong()),
            };
        }
        match text.parse() {
            Ok(0) => Err(never()),
            Ok(count) => Ok(Self::First(count)),
            Err(_) => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_name_an_operation_a_kind_and_how_often() {
        for (text, operation, name, times) in [
            ("list_data_sources=503:2", Some("list_data_sources"), "status", Times::First(2)),
            ("every=latency-20:0.25", None, "latency", Times::Chance(0.25)),
            ("exchange=reset", Some("exchange"), "reset", Times::Always),
            ("listUsers=429:1.0", Some("list_users"), "status", Times::Chance(1.0)),
        ] {
            let read: ScriptedFault = text.parse().unwrap();
            let shown = (read.operation.map(OperationName::as_str), read.fault.name(), read.times);
            assert_eq!(shown, (operation, name, times), "{text}");
        }
        for text in [
            "x",
            "list_data_sources",
            "no_such=503",
            "exchange=no-such",
            "every=999",
            "exchange=503:x",
            "exchange=503:-1",
            "exchange=503:1.5",
            "exchange=503:nan.",
            "exchange=503:0",
            "exchange=503:0.0",
            "exchange=503:-0.0",
        ] {
            assert!(text.parse::<ScriptedFault>().is_err(), "{text}");
        }
    }
}
