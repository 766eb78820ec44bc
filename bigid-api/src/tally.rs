//! What came of a list that is read page by page, and what did not.

use std::error::Error as StdError;
use std::fmt;

/// How much of a list has come so far.
///
/// [`Records::tally`](crate::Records::tally) gives it at any time, for progress bars too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Tally {
    /// How many records there are, as the server says, from where reading began. The largest number of all pages is kept, because a
    /// list that shrinks while it is read moves records out of the pages still to come. `None` where no page says.
    pub total: Option<u64>,
    /// The pages that came, empty ones included.
    pub pages: u64,
    /// The records that came, each counted once.
    pub records: u64,
    /// The records that came again, by their `_id`, and were left out.
    pub duplicates: u64,
    /// The elements of the list that are no records, but null or text, for example.
    pub odd: u64,
}

impl Tally {
    /// How many records are still to come, as far as the server can be believed.
    #[must_use]
    pub fn remaining(&self) -> Option<u64> {
        self.total.map(|total| total.saturating_sub(self.records + self.odd))
    }
}

/// The end of a list of which something is missing.
///
/// It comes last, after every record that came, as [`Error::Incomplete`](crate::Error::Incomplete). Two things help: reading the list
/// again in a stable order (`sort`), or taking what came with [`accept_incomplete`](crate::Records::accept_incomplete).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomplete {
    pub(crate) tally: Tally,
    pub(crate) reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Fewer distinct records than the server counts, or elements that are none.
    Missing,
    /// A full page, and nothing in it that is new: the server does not turn its pages.
    Repeated,
    /// One page failed time and again.
    GaveUp,
}

impl Incomplete {
    /// What came.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally
    }
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { total, records, duplicates, odd, .. } = self.tally;
        match total {
            Some(total) => write!(f, "{records} of {total} records came")?,
            None => write!(f, "{records} records came")?,
        }
        if duplicates > 0 {
            write!(f, ", {duplicates} came again")?;
        }
        if odd > 0 {
            write!(f, ", {odd} elements are no records")?;
        }
        f.write_str(match self.reason {
            Reason::Missing => "; read the list again in a stable order, or take what came with `accept_incomplete`",
            Reason::Repeated => {
                "; the server sends the same page again and again, so there may be more: ask for larger pages, or take what came with \
                 `accept_incomplete`"
            }
            Reason::GaveUp => "; a page failed too often in a row",
        })
    }
}

impl StdError for Incomplete {}
