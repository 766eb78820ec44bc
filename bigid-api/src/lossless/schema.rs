use std::sync::OnceLock;

use super::order::Order;

/// The names in a record. They are parsed and hashed when the first record of the type is read, because doing so at
/// compile time costs every build.
pub(crate) struct Schema {
    /// The name of the struct.
    pub(super) name: &'static str,
    /// The field with the list, if the record is the envelope of one, or the field `data` with such an envelope.
    /// Servers have replaced an envelope by a bare list without notice, so a response may be either.
    list: Option<&'static str>,
    /// The names of each field and its member, each followed by a NUL, which `regen` refuses in a name.
    text: &'static str,
    members: OnceLock<Members>,
}

struct Members {
    /// The name of each field in Rust, and on the wire.
    names: Box<[(&'static str, &'static str)]>,
    /// By hash, the first member with that hash, counted from 1; 0 if there is none.
    first: [u16; BUCKETS],
    /// By member, the next one of the same hash.
    next: Box<[u16]>,
    order: Order,
}

const BUCKETS: usize = 128;

impl Schema {
    pub(crate) const fn new(name: &'static str, list: Option<&'static str>, text: &'static str) -> Self {
        Self { name, list, text, members: OnceLock::new() }
    }

    /// The name of each field in Rust, and on the wire.
    pub(super) fn names(&self) -> &[(&'static str, &'static str)] {
        &self.members().names
    }

    /// The index of the field with the list.
    pub(super) fn list(&self) -> Option<usize> {
        let list = self.list?;
        self.names().iter().position(|(field, _)| *field == list)
    }

    /// The index of a member's field; `None` if the member is not declared.
    pub(super) fn index(&self, member: &str) -> Option<usize> {
        let members = self.members();
        let mut at = *members.first.get(bucket(member))?;
        while at > 0 {
            let place = usize::from(at) - 1;
            if members.names.get(place)?.1 == member {
                return Some(place);
            }
            at = *members.next.get(place)?;
        }
        None
    }

    /// The order in which the members came.
    pub(super) fn order(&self) -> &Order {
        &self.members().order
    }

    fn members(&self) -> &Members {
        self.members.get_or_init(|| Members::new(self.text))
    }
}

impl Members {
    fn new(text: &'static str) -> Self {
        let mut parts = text.split_terminator('\0');
        let names = std::iter::from_fn(|| Some((parts.next()?, parts.next()?)));
        let names: Box<[(&str, &str)]> = names.collect();
        let (mut first, mut next) = ([0; BUCKETS], vec![0; names.len()].into_boxed_slice());
        for ((place, (_, member)), next) in names.iter().enumerate().zip(&mut next).rev() {
            if let (Some(first), Ok(at)) = (first.get_mut(bucket(member)), u16::try_from(place + 1)) {
                *next = std::mem::replace(first, at);
            }
        }
        let order = Order::new(names.len());
        Self { names, first, next, order }
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
        let schema = Schema::new("Any", Some("c"), "a\0name\0b\0mane\0c\0\0d\0é\0e\0totalCount\0");
        let names = ["name", "mane", "", "é", "totalCount"];
        assert_eq!(schema.names().iter().map(|(_, name)| *name).collect::<Vec<_>>(), names);
        for (index, name) in names.iter().enumerate() {
            assert_eq!(schema.index(name), Some(index));
        }
        for other in ["Name", "nam", "names", "total_count", "e"] {
            assert_eq!(schema.index(other), None, "{other}");
        }
        assert_eq!(schema.list(), Some(2));
    }
}
