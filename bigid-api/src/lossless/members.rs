/// The members of a record, in a hash table that is built at compile time.
pub(crate) struct Members<const N: usize> {
    names: [&'static str; N],
    /// The first member of each hash, counted from 1; 0 if there is none.
    first: [u16; BUCKETS],
    /// For each member, the next one with the same hash.
    next: [u16; N],
}

const BUCKETS: usize = 128;

impl<const N: usize> Members<N> {
    pub(crate) const fn new(names: [&'static str; N]) -> Self {
        let (mut first, mut next) = ([0; BUCKETS], [0; N]);
        let mut at = N;
        while at > 0 {
            at -= 1;
            let bucket = bucket(names[at].as_bytes());
            next[at] = first[bucket];
            first[bucket] = at as u16 + 1;
        }
        Self { names, first, next }
    }

    /// The index of a member.
    pub(crate) fn index(&self, member: &str) -> Option<usize> {
        let mut at = self.first[bucket(member.as_bytes())];
        while at > 0 {
            let index = usize::from(at) - 1;
            if *self.names.get(index)? == member {
                return Some(index);
            }
            at = *self.next.get(index)?;
        }
        None
    }
}

/// The length and three bytes distinguish nearly all members of a record.
const fn bucket(name: &[u8]) -> usize {
    let length = name.len();
    if length == 0 {
        return 0;
    }
    let (first, middle, last) = (name[0] as usize, name[length / 2] as usize, name[length - 1] as usize);
    (length * 5 + first * 3 + middle * 7 + last * 13) % BUCKETS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_is_found_and_no_other() {
        static MEMBERS: Members<5> = Members::new(["name", "mane", "", "é", "totalCount"]);
        for (index, name) in MEMBERS.names.iter().enumerate() {
            assert_eq!(MEMBERS.index(name), Some(index));
        }
        for other in ["Name", "nam", "names", "total_count", "e"] {
            assert_eq!(MEMBERS.index(other), None, "{other}");
        }
    }
}
