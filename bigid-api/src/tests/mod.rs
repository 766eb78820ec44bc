//! The invariants that property tests and fuzz targets check.

pub mod invariants;
