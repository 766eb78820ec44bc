//! `Debug` output of values that the contract does not describe: their keys, never their values.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

/// Shows the shape of an open value.
pub(crate) struct Keys<'a, T>(pub(crate) &'a T);

impl<T: Shape> fmt::Debug for Keys<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.shape(f)
    }
}

pub(crate) trait Shape {
    fn shape(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

impl Shape for Value {
    fn shape(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(object) => object.shape(f),
            Self::Array(array) => array.shape(f),
            Self::Null => f.write_str("null"),
            _ => f.write_str(".."),
        }
    }
}

impl Shape for Map<String, Value> {
    fn shape(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys()).finish()
    }
}

impl<T> Shape for BTreeMap<String, T> {
    fn shape(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys()).finish()
    }
}

impl<T> Shape for Vec<T> {
    fn shape(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} items]", self.len())
    }
}
