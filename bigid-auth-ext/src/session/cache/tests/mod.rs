//! The cache against an exchange that is gated, in process: exact numbers of exchanges, waits and failures.

mod gate;
mod herds;
pub(crate) mod model;
mod provided;
mod refresh;
mod refusals;
mod runtimes;
