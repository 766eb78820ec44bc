//! Lists that are read without a network.

mod model;
