//! A wait as text, so that another process can resume it.

use std::error::Error as StdError;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::target::WaitTarget;

/// The job and the deadline of a wait, to store and resume after a restart:
/// [`BigIdClient::resume_wait`](crate::BigIdClient::resume_wait).
///
/// As text it is one line without secrets, such as `scan:1764150000000:5ed0cb3a1fc2930013a54519`. The deadline is a
/// time of day, so that a restart does not extend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitTicket {
    pub(super) target: WaitTarget,
    /// Since 1970.
    pub(super) ends_at: Duration,
}

/// The text is not that of a [`WaitTicket`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidTicket(());

impl WaitTicket {
    /// The job.
    #[must_use]
    pub fn target(&self) -> &WaitTarget {
        &self.target
    }
}

impl fmt::Display for WaitTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.target {
            WaitTarget::Scan(_) => "scan",
            WaitTarget::DataSourceScan(_) => "data-source-scan",
            WaitTarget::DsarReport(_) => "dsar-report",
            WaitTarget::Minimization(_) => "minimization",
        };
        write!(f, "{kind}:{}:{}", self.ends_at.as_millis(), self.target.id())
    }
}

impl FromStr for WaitTicket {
    type Err = InvalidTicket;

    fn from_str(text: &str) -> Result<Self, InvalidTicket> {
        let mut parts = text.splitn(3, ':');
        let (Some(kind), Some(ends_at), Some(id)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(InvalidTicket(()));
        };
        let id = id.to_owned();
        let target = match kind {
            "scan" => WaitTarget::Scan(id),
            "data-source-scan" => WaitTarget::DataSourceScan(id),
            "dsar-report" => WaitTarget::DsarReport(id),
            "minimization" => WaitTarget::Minimization(id),
            _ => return Err(InvalidTicket(())),
        };
        let ends_at = ends_at.parse().map(Duration::from_millis).map_err(|_| InvalidTicket(()))?;
        Ok(Self { target, ends_at })
    }
}

impl fmt::Display for InvalidTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text is not a wait ticket: expected <kind>:<deadline in milliseconds>:<id>")
    }
}

impl StdError for InvalidTicket {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_read_back_whatever_the_id_is() {
        for id in ["5ed0cb3a", "HR: Payroll / é", "", "a\nb", "🦤:::"] {
            for target in
                [WaitTarget::Scan, WaitTarget::DataSourceScan, WaitTarget::DsarReport, WaitTarget::Minimization]
            {
                let ticket =
                    WaitTicket { target: target(id.to_owned()), ends_at: Duration::from_millis(1_764_150_000_000) };
                assert_eq!(ticket.to_string().parse(), Ok(ticket));
            }
        }
        for text in ["", "scan", "scan:1", "scan:x:y", "scan:-1:y", "job:1:y", "scan:99999999999999999999:y"] {
            assert_eq!(text.parse::<WaitTicket>(), Err(InvalidTicket(())), "{text}");
        }
    }
}
