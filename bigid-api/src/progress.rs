//! Progress and completeness of a paginated list.

use std::error::Error as StdError;
use std::fmt;

/// Progress of a paginated list.
///
/// Returned by [`Records::progress`](crate::Records::progress) at any time, for example for a progress bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ListProgress {
    /// The server's count of records, from where reading began: the largest of all pages, because a list that shrinks
    /// while it is read moves records out of later pages. `None` if no page has a count.
    pub total: Option<u64>,
    /// The server's estimate of the number of records, from where reading began, if it sends one (the catalog): the
    /// largest of all pages.
    pub estimate: Option<u64>,
    /// The pages received, empty ones included.
    pub pages: u64,
    /// The distinct records received.
    pub records: u64,
    /// The repeated records, which were skipped.
    pub duplicates: u64,
    /// The elements of the list that are not records, such as nulls and strings.
    pub malformed: u64,
}

impl ListProgress {
    /// The number of records still to come, if the server's count, or else its estimate, is right.
    #[must_use]
    pub fn remaining(&self) -> Option<u64> {
        self.total.or(self.estimate).map(|total| total.saturating_sub(self.elements()))
    }

    /// The records, and the elements that are not records.
    pub(crate) fn elements(&self) -> u64 {
        self.records + self.malformed
    }
}

/// The error of a list with records missing.
///
/// It follows the records that were received, as [`Error::Incomplete`](crate::Error::Incomplete). Either read the list
/// again in a stable order (`sort`), or accept what was received with
/// [`accept_incomplete`](crate::Records::accept_incomplete).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomplete {
    pub(crate) progress: ListProgress,
    pub(crate) reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Fewer distinct records than the server counts, or repeated records in a list without a count, or elements that
    /// are not records.
    Missing,
    /// A page contained nothing new: the server does not advance its pages.
    Repeated,
    /// Far more pages than the server counted at first.
    Endless,
    /// One page failed repeatedly.
    TooManyFailures,
}

impl Incomplete {
    /// The progress until then.
    #[must_use]
    pub fn progress(&self) -> ListProgress {
        self.progress
    }
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ListProgress { total, estimate, records, duplicates, malformed, .. } = self.progress;
        match (total, estimate) {
            (Some(total), _) => write!(f, "{records} of {total} records were received")?,
            (None, Some(estimate)) => write!(f, "{records} of about {estimate} records were received")?,
            (None, None) => write!(f, "{records} records were received")?,
        }
        if duplicates > 0 {
            write!(f, ", {duplicates} were repeated")?;
        }
        if malformed > 0 {
            write!(f, ", {malformed} elements are not records")?;
        }
        f.write_str(match self.reason {
            Reason::Missing => "; read the list again in a stable order, or accept what was received with `accept_incomplete`",
            Reason::Repeated => {
                "; the server sends the same page again, so there may be more: ask for larger pages, or accept what was \
                 received with `accept_incomplete`"
            }
            Reason::Endless => "; the server goes on sending pages far beyond its own count: narrow the list with a filter",
            Reason::TooManyFailures => "; one page failed too often in a row: read the list again later",
        })
    }
}

impl StdError for Incomplete {}
