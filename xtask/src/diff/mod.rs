//! `cargo xtask spec diff OLD NEW`: what a change of the contract breaks.
//!
//! Every change has three columns. *Wire*: whether a request of the old client is still accepted, and whether a
//! response is still what it was. *Rust*: whether a program that compiled still does. *Behaviour*: what the same
//! program now does differently. The first is found by a walk through both documents (`walk`), the second by comparing
//! the crate's public items (`surface`), the third by comparing what the client does with each operation (`behaviour`);
//! they are joined by place (`place`), so nothing in one column is lost because another column has no change there.

mod grade;
pub(crate) use grade::Grade;

mod kind;

mod place;

mod change;

mod pairs;

mod walk;

mod paging;

mod surface;

mod behaviour;

mod join;

mod semver;

mod side;
pub(crate) use side::Side;

mod revision;

mod report;

mod render;

mod since;
pub(crate) use since::since_last;

mod command;
pub(crate) use command::run;

pub(crate) mod cases;

#[cfg(test)]
mod claims_tests;

#[cfg(test)]
mod tests;
