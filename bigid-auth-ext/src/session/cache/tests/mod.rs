//! The cache against an exchange that is gated, in process: exact numbers of exchanges, waits and failures.

mod gate;
mod herds;
mod model;
mod provided;
mod refresh;
mod refusals;
mod runtimes;
