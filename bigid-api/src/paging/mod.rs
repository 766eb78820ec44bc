//! Lists that come in pages, read to their end.

mod paged;
pub use paged::{DEFAULT_PAGE_SIZE, MAX_FAILURES};
pub(crate) use paged::{Fetch, Paged, Rows, Window, identity, rows, total};

mod ledger;

mod page;
pub use page::Page;

mod pages;
pub use pages::Pages;

mod records;
pub use records::Records;
