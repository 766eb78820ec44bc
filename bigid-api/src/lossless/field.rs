//! The types of declared fields, and the values that fit them: those that are encoded as they were received.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Number, Value};

use super::{Malformed, Reader};
use crate::Secret;
use crate::redact::KeysOnly;

/// A type that a declared field may have.
pub(crate) trait Field: Sized {
    /// Reads the next value into a slot. Returns `false`, with the slot empty and nothing read, if it does not fit.
    fn read(slot: &mut Option<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed>;

    /// The value for a response of `null`, if this type has one.
    fn null() -> Option<Self> {
        None
    }

    /// Shows the value in a record's `Debug`: declared values in full, open values only by their names.
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// Formats a value with [`Field::show`].
pub(crate) struct Shown<'a, T>(pub(crate) &'a T);

impl<T: Field> fmt::Debug for Shown<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.show(f)
    }
}

/// Reads a string and converts it.
pub(crate) fn read_text<T>(
    slot: &mut Option<T>,
    json: &mut Reader<'_>,
    make: fn(String) -> T,
) -> Result<bool, Malformed> {
    *slot = None;
    if json.begins(b'"') {
        *slot = Some(make(json.string()?.unescaped()));
    }
    Ok(slot.is_some())
}

/// Reads a value that `make` may reject, in which case it stays unread.
fn attempt<T>(
    slot: &mut Option<T>,
    json: &mut Reader<'_>,
    take: impl FnOnce(&mut Reader<'_>) -> Result<Option<T>, Malformed>,
) -> Result<bool, Malformed> {
    let mark = json.mark();
    *slot = take(json)?;
    if slot.is_none() {
        json.rewind(mark);
    }
    Ok(slot.is_some())
}

impl Field for String {
    fn read(slot: &mut Option<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        read_text(slot, json, |text| text)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Field for Secret {
    fn read(slot: &mut Option<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        read_text(slot, json, Self::from)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Field for bool {
    fn read(slot: &mut Option<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        *slot = if json.begins(b't') {
            json.word("true")?;
            Some(true)
        } else if json.begins(b'f') {
            json.word("false")?;
            Some(false)
        } else {
            None
        };
        Ok(slot.is_some())
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Field for i64 {
    fn read(slot: &mut Option<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        *slot = None;
        if !json.begins_number() {
            return Ok(false);
        }
        // `-0` is a float, because an integer has no such value.
        attempt(slot, json, |json| {
            Ok(Some(json.number()?).filter(|text| *text != "-0").and_then(|text| text.parse().ok()))
        })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A number in any form. A field declared as `number` has this type, because an `f64` would turn `1` into `1.0`.
impl Field for Number {
    fn read(slot: &mut Option<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        *slot = None;
        if !json.begins_number() {
            return Ok(false);
        }
        attempt(slot, json, |json| Ok(serde_json::from_str(json.number()?).ok()))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Any JSON except null, which stays in `extra`, as for every other type.
impl Field for Value {
    fn read(slot: &mut Option<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        *slot = None;
        if json.begins(b'n') {
            return Ok(false);
        }
        attempt(slot, json, |json| Ok(serde_json::from_str(json.skip()?).ok()))
    }

    fn null() -> Option<Self> {
        Some(Self::Null)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&KeysOnly(self), f)
    }
}

impl Field for Map<String, Value> {
    fn read(slot: &mut Option<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        *slot = None;
        if !json.begins(b'{') {
            return Ok(false);
        }
        attempt(slot, json, |json| Ok(serde_json::from_str(json.skip()?).ok()))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&KeysOnly(self), f)
    }
}

/// An array in which every element fits. If one does not, the whole array stays in `extra`, so that no index changes.
impl<T: Field> Field for Vec<T> {
    fn read(slot: &mut Option<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        *slot = None;
        if !json.begins(b'[') {
            return Ok(false);
        }
        // An element cannot be the envelope of a list.
        json.depth += 1;
        let fits = attempt(slot, json, |json| {
            let mut all = Self::new();
            let mark = json.mark();
            let mut more = json.open(b']');
            while more {
                let mut one = None;
                if !T::read(&mut one, json)? {
                    return Ok(None);
                }
                if all.len() == all.capacity() && !all.is_empty() {
                    all.reserve_exact(json.expected_more(mark, all.len()));
                }
                if let Some(one) = one {
                    all.push(one);
                }
                more = json.next(b']')?;
            }
            all.shrink_to_fit();
            Ok(Some(all))
        })?;
        json.depth -= 1;
        Ok(fits)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(Shown)).finish()
    }
}

impl<T: Field> Field for BTreeMap<String, T> {
    fn read(slot: &mut Option<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        *slot = None;
        if !json.begins(b'{') {
            return Ok(false);
        }
        attempt(slot, json, |json| {
            let mut all = Self::new();
            let mut more = json.open(b'}');
            while more {
                let (key, _) = json.key()?;
                let mut one = None;
                if !T::read(&mut one, json)? {
                    return Ok(None);
                }
                all.extend(one.map(|one| (key.unescaped(), one)));
                more = json.next(b'}')?;
            }
            Ok(Some(all))
        })
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys()).finish()
    }
}

/// A recursive record is boxed.
impl<T: Field> Field for Box<T> {
    fn read(slot: &mut Option<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        let mut inner = None;
        let fits = T::read(&mut inner, json)?;
        *slot = inner.map(Self::new);
        Ok(fits)
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::show(self, f)
    }
}
