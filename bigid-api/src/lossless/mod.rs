//! Decoding that loses nothing and rejects nothing, in one pass.
//!
//! A record is read from JSON text member by member. A member that is declared and fits its field goes into the field. Everything else
//! (members that are not declared, nulls, and values of a type other than the declared one) stays in the record's [`Extra`], as text,
//! exactly as it came. One malformed field never loses a page of records, and encoding a decoded record gives the JSON that was decoded. A
//! field that was left in `extra` and is set later is written once, as it was set.
//!
//! `reader.rs` walks the text, `shape.rs` knows the keys that come next, `field.rs` says what fits, `extra.rs` keeps the rest, and
//! `codec.rs` connects records to serde for formats other than the SDK's own responses.

use std::any::TypeId;

mod reader;
pub(crate) use reader::{Malformed, Reader};

mod field;
pub(crate) use field::{Field, Shown, read_text};

mod extra;
pub use extra::Extra;

mod shape;

mod members;
pub(crate) use members::Members;

mod record;
pub(crate) use record::{open_enum, open_value, record};

mod codec;
pub(crate) use codec::{deserialize, end};

/// A struct with a field for each declared member. [`record!`] implements it.
pub(crate) trait Record: Default + 'static {
    /// The field with the list, if the record is the envelope of one, or the field `data` with such an envelope.
    /// Servers have replaced an envelope by a bare list without notice, so a response may be either.
    const LIST: Option<usize>;

    /// The index of a member's field; `None` if the member is not declared.
    fn index(member: &str) -> Option<usize>;

    /// Reads the next value into a field. Returns `false`, with nothing read, if it does not fit.
    fn read(&mut self, index: usize, json: &mut Reader<'_>) -> Result<bool, Malformed>;

    /// Whether a field is set.
    fn is_set(&self, index: usize) -> bool;

    fn extra(&self) -> &Extra;

    fn extra_mut(&mut self) -> &mut Extra;
}

/// A record as the reader sees it, so that reading is not compiled for each record type.
trait Slots {
    fn kind(&self) -> TypeId;
    fn index(&self, member: &str) -> Option<usize>;
    fn read(&mut self, index: usize, json: &mut Reader<'_>) -> Result<bool, Malformed>;
    fn keep(&mut self, members: &str);
}

impl<T: Record> Slots for T {
    fn kind(&self) -> TypeId {
        TypeId::of::<T>()
    }

    fn index(&self, member: &str) -> Option<usize> {
        T::index(member)
    }

    fn read(&mut self, index: usize, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        Record::read(self, index, json)
    }

    fn keep(&mut self, members: &str) {
        *self.extra_mut() = Extra::of_members(members);
    }
}

/// The maximum nesting of records; deeper ones are kept as text.
const MAX_DEPTH: u16 = 128;

/// Reads an object into a record in a slot. Returns `false`, with the slot empty and nothing read, if the next value is
/// not an object.
pub(crate) fn read_record<T: Record>(slot: &mut Option<T>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
    let record = slot.insert(T::default());
    let fits = match T::LIST {
        Some(list) if json.depth == 0 && json.begins(b'[') => record.read(list, json)?,
        _ => read_object(record, json)?,
    };
    if !fits {
        *slot = None;
    }
    Ok(fits)
}

/// Reads an object into a record. Returns `false`, with nothing read, if the next value is not an object.
fn read_object(record: &mut dyn Slots, json: &mut Reader<'_>) -> Result<bool, Malformed> {
    if json.depth >= MAX_DEPTH || !json.begins(b'{') {
        return Ok(false);
    }
    json.depth += 1;
    let mark = json.kept.len();
    let mut shape = json.shapes.take(record.kind());
    let mut more = json.open(b'}');
    while more {
        let start = json.mark();
        let familiar = shape.as_deref_mut().and_then(|shape| json.familiar_key(shape));
        let (end, index) = match familiar {
            Some((length, index)) => (start + length, index),
            None => {
                let (key, end) = json.key()?;
                let find = || if key.is_escaped() { record.index(&key.unescaped()) } else { record.index(key.inner()) };
                let index = match &mut shape {
                    Some(shape) => shape.learn(json.written_key(start), end - start, find),
                    None => find(),
                };
                (end, index)
            }
        };
        let is_read = match index {
            Some(index) => record.read(index, json)?,
            None => false,
        };
        if !is_read {
            json.keep(start..end)?;
        }
        more = json.next(b'}')?;
    }
    if let Some(shape) = shape {
        json.shapes.put(record.kind(), shape);
    }
    if json.kept.len() > mark {
        record.keep(&json.kept[mark..]);
        json.kept.truncate(mark);
    }
    json.depth -= 1;
    Ok(true)
}

/// Reads a whole text as one type. Returns `None` if it is JSON of another type.
///
/// # Errors
/// The text is not JSON.
pub(crate) fn decode<T: Field>(text: &str) -> Result<Option<T>, Malformed> {
    let mut json = Reader::new(text);
    let mut value = None;
    if !T::read(&mut value, &mut json)? {
        json.skip()?;
    }
    json.end()?;
    Ok(value.or_else(|| T::null().filter(|_| text.trim_ascii() == "null")))
}

#[cfg(test)]
mod tests;
