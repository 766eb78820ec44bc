//! A fleet of processes, without processes.

mod model;
