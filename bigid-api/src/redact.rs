//! `Debug` output of values that the contract does not describe: their keys, never their values.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

/// Shows the shape of an open value.
pub(crate) struct KeysOnly<'a, T>(pub(crate) &'a T);

impl<T: DebugShape> fmt::Debug for KeysOnly<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.shape(f)
    }
}

pub(crate) trait DebugShape {
    fn shape(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

impl DebugShape for Value {
    fn shape(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(object) => object.shape(f),
            Self::Array(array) => array.shape(f),
            Self::Null => f.write_str("null"),
            _ => f.write_str(".."),
        }
    }
}

impl DebugShape for Map<String, Value> {
    fn shape(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys()).finish()
    }
}

impl<T> DebugShape for BTreeMap<String, T> {
    fn shape(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys()).finish()
    }
}

impl<T> DebugShape for Vec<T> {
    fn shape(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} items]", self.len())
    }
}
