//! Reads lists page by page.

mod key;
pub(crate) use key::Key;

mod total;
pub(crate) use total::{Total, count};

mod raw_page;
pub(crate) use raw_page::{RawPage, fetch, raw_page};

mod paginated;
pub use paginated::{DEFAULT_PAGE_SIZE, MAX_FAILURES};
pub(crate) use paginated::{Fetch, Offset, Paginated};

mod signature;

mod seen;

mod tracker;
pub use tracker::MAX_UNCOUNTED_PAGES;

mod page;
pub use page::Page;

mod pages;
pub use pages::Pages;

mod records;
pub use records::Records;

#[cfg(test)]
mod tests;
