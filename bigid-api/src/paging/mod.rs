//! Lists that come in pages, read to their end.

mod paged;
pub(crate) use paged::{Fetch, Paged, Rows, Window, identity, rows, total};
pub use paged::{DEFAULT_PAGE_SIZE, MAX_FAILURES};

mod ledger;

mod page;
pub use page::Page;

mod pages;
pub use pages::Pages;

mod records;
pub use records::Records;
