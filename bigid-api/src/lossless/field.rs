//! The types of declared fields, and the values that fit them: those that are encoded as they were received.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use super::{Elements, Malformed, Reader, View};
use crate::Secret;

/// A type that a declared field may have.
pub(crate) trait Field: Clone + 'static {
    /// Reads the next value into a slot. Returns `false`, with the slot empty and nothing read, if it does not fit.
    fn read(slot: &mut Option<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed>;

    /// Reads the next value to the end of a list. Returns `false`, with nothing read, if it does not fit; the list is
    /// then dropped.
    fn push(list: &mut Vec<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        let mut one = None;
        let fits = Self::read(&mut one, json);
        list.extend(one);
        fits
    }

    /// The value for a response of `null`, if this type has one.
    fn null() -> Option<Self> {
        None
    }

    /// The value as it is encoded, compared and shown.
    fn view(&self) -> View<'_>;
}

/// Reads a string and converts it.
pub(crate) fn read_text<T>(
    slot: &mut Option<T>,
    json: &mut Reader<'_>,
    make: fn(Cow<'_, str>) -> T,
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
        read_text(slot, json, |text| text.into_owned())
    }

    fn view(&self) -> View<'_> {
        View::Text(self)
    }
}

impl Field for Secret {
    fn read(slot: &mut Option<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        read_text(slot, json, |text| Self::from(text.into_owned()))
    }

    fn view(&self) -> View<'_> {
        View::Named(self.expose(), self)
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

    fn view(&self) -> View<'_> {
        View::Bool(*self)
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

    fn view(&self) -> View<'_> {
        View::Integer(*self)
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

    fn view(&self) -> View<'_> {
        View::Number(self)
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

    fn view(&self) -> View<'_> {
        View::Json(self)
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

    fn view(&self) -> View<'_> {
        View::Object(self)
    }
}

/// An array in which every element fits. If one does not, the whole array stays in `extra`, so that no index changes.
impl<T: Field> Field for Vec<T> {
    fn read(slot: &mut Option<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        let mut all = Self::new();
        let fits = read_array(json, &mut |json, room| {
            all.reserve_exact(room);
            T::push(&mut all, json)
        });
        *slot = None;
        if let Ok(true) = fits {
            all.shrink_to_fit();
            *slot = Some(all);
        }
        fits
    }

    fn view(&self) -> View<'_> {
        View::List(self)
    }
}

/// Reads an array with `read`, whose second argument is how many elements to make room for. Returns `false`, with
/// nothing read, if the next value is not an array or an element does not fit.
fn read_array(
    json: &mut Reader<'_>,
    read: &mut dyn FnMut(&mut Reader<'_>, usize) -> Result<bool, Malformed>,
) -> Result<bool, Malformed> {
    if !json.begins(b'[') {
        return Ok(false);
    }
    // An element cannot be the envelope of a list.
    json.depth += 1;
    let mark = json.mark();
    let (mut count, mut capacity) = (0, 0);
    let mut more = json.open(b']');
    while more {
        let room = match count {
            0 => 1,
            _ if count == capacity => json.expected_more(mark, count),
            _ => 0,
        };
        capacity += room;
        if !read(json, room)? {
            json.rewind(mark);
            json.depth -= 1;
            return Ok(false);
        }
        count += 1;
        more = json.next(b']')?;
    }
    json.depth -= 1;
    Ok(true)
}

impl<T: Field> Elements for Vec<T> {
    fn element(&self, index: usize) -> Option<View<'_>> {
        self.get(index).map(T::view)
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
                all.extend(one.map(|one| (key.unescaped().into_owned(), one)));
                more = json.next(b'}')?;
            }
            Ok(Some(all))
        })
    }

    fn view(&self) -> View<'_> {
        View::Map(self.iter().map(|(key, value)| (key.as_str(), value.view())).collect())
    }
}
