//! Progress and completeness of a paginated list.

use std::error::Error as StdError;
use std::fmt;

/// Progress of a paginated list.
///
/// Returned by [`Records::progress`](crate::Records::progress) at any time, for example for a progress bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ListProgress {
    /// How many records there are, as the server counts, from where reading began. The largest number of all pages is kept, because a
    /// list that shrinks while it is read moves records out of the pages still to come. `None` where no page says.
    pub total: Option<u64>,
    /// How many records there are from where reading began, as the server estimates, where it does (the catalog). The largest number of
    /// all pages.
    pub estimate: Option<u64>,
    /// The pages received, empty ones included.
    pub pages: u64,
    /// The records received, each counted once.
    pub records: u64,
    /// The repeated records, which were left out.
    pub duplicates: u64,
    /// The elements of the list that are not records, such as nulls and texts.
    pub malformed: u64,
}

impl ListProgress {
    /// How many records are still to come, as far as the server's count, or else its estimate, is right.
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
/// It follows the records that were received, as [`Error::Incomplete`](crate::Error::Incomplete). Either read the list again in a stable
/// order (`sort`), or accept what was received with [`accept_incomplete`](crate::Records::accept_incomplete).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomplete {
    pub(crate) progress: ListProgress,
    pub(crate) reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Fewer distinct records than the server counts, or records that came again where nothing counts them, or elements that are not records.
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
            (Some(total), _) => write!(f, "{records} of {total} records came")?,
            (None, Some(estimate)) => write!(f, "{records} of about {estimate} records came")?,
            (None, None) => write!(f, "{records} records came")?,
        }
        if duplicates > 0 {
            write!(f, ", {duplicates} came again")?;
        }
        if malformed > 0 {
            write!(f, ", {malformed} elements are not records")?;
        }
        f.write_str(match self.reason {
            Reason::Missing => "; read the list again in a stable order, or take what came with `accept_incomplete`",
            Reason::Repeated => {
                "; the server sends the same page again, so there may be more: ask for larger pages, or take what came with \
                 `accept_incomplete`"
            }
            Reason::Endless => "; the server goes on sending pages far beyond its own count: narrow the list with a filter",
            Reason::TooManyFailures => "; a page failed too often in a row",
        })
    }
}

impl StdError for Incomplete {}
