use std::sync::OnceLock;

use super::order::{Order, Position};

/// The names in a record. They are parsed and hashed when the first record of the type is read, because doing so at
/// compile time costs every build.
pub(crate) struct Schema {
    /// The name of the struct.
    pub(super) name: &'static str,
    /// The field with the list, if the record is the envelope of one, or the field `data` with such an envelope.
    /// Servers have replaced an envelope by a bare list without notice, so a response may be either.
    list: Option<&'static str>,
    /// The name of each field and the key of its member, each followed by a NUL, which `regen` refuses in a name.
    text: &'static str,
    members: OnceLock<Members>,
}

/// The declared members of a record, in the order of its fields.
pub(super) struct Members {
    all: Box<[Member]>,
    /// By hash, the first member with that hash, counted from 1; 0 if there is none.
    first: [u16; BUCKETS],
    /// By member, the next one of the same hash.
    next: Box<[u16]>,
    order: Order,
}

#[derive(Clone, Copy)]
pub(super) struct Member {
    /// The name of the field in Rust.
    pub(super) field: &'static str,
    /// The name on the wire.
    pub(super) name: &'static str,
    /// The name in quotes, and the colon: as most servers write it.
    key: &'static str,
}

const BUCKETS: usize = 128;

impl Schema {
    pub(crate) const fn new(name: &'static str, list: Option<&'static str>, text: &'static str) -> Self {
        Self { name, list, text, members: OnceLock::new() }
    }

    pub(super) fn members(&self) -> &Members {
        self.members.get_or_init(|| Members::new(self.text))
    }

    /// The index of the field with the list.
    pub(super) fn list(&self) -> Option<usize> {
        let list = self.list?;
        self.members().all.iter().position(|member| member.field == list)
    }
}

impl Members {
    fn new(text: &'static str) -> Self {
        let mut parts = text.split_terminator('\0');
        let all: Box<[Member]> = std::iter::from_fn(|| Member::new(parts.next()?, parts.next()?)).collect();
        let (mut first, mut next) = ([0; BUCKETS], vec![0; all.len()].into_boxed_slice());
        for ((place, member), next) in all.iter().enumerate().zip(&mut next).rev() {
            if let (Some(first), Ok(at)) = (first.get_mut(bucket(member.name)), u16::try_from(place + 1)) {
                *next = std::mem::replace(first, at);
            }
        }
        let order = Order::new(all.len());
        Self { all, first, next, order }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Member> {
        self.all.iter()
    }

    /// The index of a member's field; `None` if the member is not declared.
    pub(super) fn index(&self, name: &str) -> Option<usize> {
        let mut at = *self.first.get(bucket(name))?;
        while at > 0 {
            let place = usize::from(at) - 1;
            if self.all.get(place)?.name == name {
                return Some(place);
            }
            at = *self.next.get(place)?;
        }
        None
    }

    /// The index and the key of the member that is likely to be next.
    #[inline]
    pub(super) fn likely(&self, position: Position) -> Option<(usize, &'static str)> {
        let index = self.order.likely(position)?;
        Some((index, self.all.get(index)?.key))
    }

    /// Remembers that a member, whose key had no escapes, was next.
    pub(super) fn learn(&self, position: Position, index: usize) {
        self.order.learn(position, index);
    }
}

impl Member {
    fn new(field: &'static str, key: &'static str) -> Option<Self> {
        Some(Self { field, name: key.strip_prefix('"')?.strip_suffix("\":")?, key })
    }
}

/// The length and three bytes distinguish nearly all members of one record.
fn bucket(name: &str) -> usize {
    let [first, .., last] = name.as_bytes() else { return name.len() };
    let middle = name.as_bytes().get(name.len() / 2).copied().unwrap_or_default();
    (name.len() * 5 + usize::from(*first) * 3 + usize::from(middle) * 7 + usize::from(*last) * 13) % BUCKETS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_is_found_and_no_other() {
        let schema =
            Schema::new("Any", Some("c"), "a\0\"name\":\0b\0\"mane\":\0c\0\"\":\0d\0\"é\":\0e\0\"totalCount\":\0");
        let names = ["name", "mane", "", "é", "totalCount"];
        assert_eq!(schema.members().iter().map(|member| member.name).collect::<Vec<_>>(), names);
        for (index, name) in names.iter().enumerate() {
            assert_eq!(schema.members().index(name), Some(index));
        }
        for other in ["Name", "nam", "names", "total_count", "e"] {
            assert_eq!(schema.members().index(other), None, "{other}");
        }
        assert_eq!(schema.list(), Some(2));
    }
}
