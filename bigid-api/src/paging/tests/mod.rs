//! Reads lists without a network.

mod model;
