//! Decoding that loses nothing and rejects nothing, in one pass.
//!
//! A record is read from JSON text member by member. A member that is declared and fits its field goes into the field.
//! Everything else (members that are not declared, nulls, and values of a type other than the declared one) stays in
//! the record's [`Extra`], as text, exactly as it came. One malformed field never loses a page of records, and encoding
//! a decoded record gives the JSON that was decoded. A field that was left in `extra` and is set later is written once,
//! as it was set.
//!
//! `reader.rs` walks the text, `shape.rs` and `order.rs` know the keys that are likely next, `field.rs` says what fits,
//! `extra.rs` keeps the rest, and `codec.rs` connects records to serde for formats other than the SDK's own responses.
//! `record.rs` has a table for each record, `schema.rs`, `slot.rs` and `view.rs` are what is in it: no record has code
//! of its own but its setters.

mod reader;
pub(crate) use reader::{Malformed, Reader};

mod field;
pub(crate) use field::{Field, read_text};

mod extra;
pub use extra::Extra;

mod order;
use order::Position;

mod shape;

mod schema;
pub(crate) use schema::Schema;

mod slot;
pub(crate) use slot::{Slot, set, set_all};

mod view;
pub(crate) use view::{Elements, View, equal, serialize, serialize_raw, show};

mod record;
#[cfg(test)]
pub(crate) use record::records;
pub(crate) use record::{open_enum, open_value, record};

mod codec;
pub(crate) use codec::deserialize;

/// A struct with a field for each declared member. [`record!`] implements it.
pub(crate) trait Record {
    fn schema(&self) -> &'static Schema;

    /// Calls `see` with all fields, in the order of the schema, and the other members.
    fn fields(&self, see: &mut dyn FnMut(&[&dyn Slot], &Extra));

    /// As [`fields`](Self::fields), to change them.
    fn fields_mut(&mut self, see: &mut dyn FnMut(&mut [&mut dyn Slot], &mut Extra));
}

/// A recursive record is boxed.
impl<T: Record> Record for Box<T> {
    fn schema(&self) -> &'static Schema {
        T::schema(self)
    }

    fn fields(&self, see: &mut dyn FnMut(&[&dyn Slot], &Extra)) {
        T::fields(self, see);
    }

    fn fields_mut(&mut self, see: &mut dyn FnMut(&mut [&mut dyn Slot], &mut Extra)) {
        T::fields_mut(self, see);
    }
}

/// The maximum nesting of records; deeper ones are kept as text.
const MAX_DEPTH: u16 = 128;

impl<T: Record + Clone + Default + 'static> Field for T {
    fn read(slot: &mut Option<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        let fits = read(slot.insert(Self::default()), json)?;
        if !fits {
            *slot = None;
        }
        Ok(fits)
    }

    /// In place: records are large, and lists of them are long.
    fn push(list: &mut Vec<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        list.push(Self::default());
        list.last_mut().map_or(Ok(false), |record| read(record, json))
    }

    fn view(&self) -> View<'_> {
        View::Record(self)
    }
}

/// Reads an object into a record, or a bare list into the record that is its envelope. Returns `false`, with nothing
/// read, if the next value is neither.
fn read(record: &mut dyn Record, json: &mut Reader<'_>) -> Result<bool, Malformed> {
    if json.depth >= MAX_DEPTH {
        return Ok(false);
    }
    let schema = record.schema();
    let list = if json.depth == 0 && json.begins(b'[') { schema.list() } else { None };
    if list.is_none() && !json.begins(b'{') {
        return Ok(false);
    }
    let mut is_read = Ok(false);
    record.fields_mut(&mut |fields, extra| {
        is_read = match list {
            Some(list) => read_field(fields, Some(list), json),
            None => read_members(schema, fields, extra, json).map(|()| true),
        };
    });
    is_read
}

fn read_field(fields: &mut [&mut dyn Slot], index: Option<usize>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
    match index.and_then(|index| fields.get_mut(index)) {
        Some(field) => field.read(json),
        None => Ok(false),
    }
}

/// Reads the members of an object, which is the next value.
fn read_members(
    schema: &'static Schema,
    fields: &mut [&mut dyn Slot],
    extra: &mut Extra,
    json: &mut Reader<'_>,
) -> Result<(), Malformed> {
    json.depth += 1;
    let mark = json.kept.len();
    let mut shape = json.shapes.take(schema);
    let (members, mut position) = (schema.members(), Position::default());
    let mut more = json.open(b'}');
    while more {
        let start = json.mark();
        let familiar = match &mut shape {
            Some(shape) => json.familiar_key(shape),
            None => json.likely_key(members, &mut position),
        };
        let (end, index) = match familiar {
            Some((length, index)) => (start + length, index),
            None => {
                let (key, end) = json.key()?;
                let find = || members.index(&key.unescaped());
                let index = match &mut shape {
                    Some(shape) => shape.learn(json.written_key(start), end - start, find),
                    None => find().inspect(|index| {
                        if !key.is_escaped() {
                            members.learn(position, *index);
                        }
                        position.advance(*index);
                    }),
                };
                (end, index)
            }
        };
        if !read_field(fields, index, json)? {
            json.keep(start..end)?;
        }
        more = json.next(b'}')?;
    }
    if let Some(shape) = shape {
        json.shapes.put(schema, shape);
    }
    if json.kept.len() > mark {
        *extra = Extra::of_members(&json.kept[mark..]);
        json.kept.truncate(mark);
    }
    json.depth -= 1;
    Ok(())
}

/// A copy of a record, made of an empty one.
pub(crate) fn copied<T: Record>(from: &T, mut empty: T) -> T {
    copy(from, &mut empty);
    empty
}

/// Copies a record into an empty one of its type.
fn copy(from: &dyn Record, to: &mut dyn Record) {
    to.fields_mut(&mut |fields, extra| {
        from.fields(&mut |others, other_extra| {
            for (field, other) in fields.iter_mut().zip(others) {
                field.copy(*other);
            }
            extra.clone_from(other_extra);
        });
    });
}

/// Reads a whole text as one type. Returns `None` if it is JSON of another type.
///
/// # Errors
/// The text is not JSON.
pub(crate) fn decode<T: Field>(text: &str) -> Result<Option<T>, Malformed> {
    let mut value = None;
    let kind = read_whole(text, &mut |json| T::read(&mut value, json));
    match kind {
        Ok(Whole::Read) => Ok(value),
        Ok(Whole::Null) => Ok(T::null()),
        Ok(Whole::Other) => Ok(None),
        Err(malformed) => Err(malformed),
    }
}

/// The outcome of reading a whole text.
enum Whole {
    Read,
    Null,
    /// It is JSON of another type.
    Other,
}

fn read_whole(
    text: &str,
    read: &mut dyn FnMut(&mut Reader<'_>) -> Result<bool, Malformed>,
) -> Result<Whole, Malformed> {
    let mut json = Reader::new(text);
    let is_read = read(&mut json)?;
    if !is_read {
        json.skip()?;
    }
    json.end()?;
    Ok(match text.trim_ascii() {
        _ if is_read => Whole::Read,
        "null" => Whole::Null,
        _ => Whole::Other,
    })
}

#[cfg(test)]
mod tests;
