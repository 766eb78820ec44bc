use super::Schema;

/// The members of the records of one type so far, and their order.
///
/// The records of a list are written by one program, so each is nearly always like its predecessors: a key is compared
/// with those that came at this place before, instead of being parsed and looked up.
pub(super) struct Shape<'a> {
    members: Vec<Member<'a>>,
    /// The first member of each hash of a key.
    first: [Place; BUCKETS],
    /// The previous member; 0 at the beginning of a record.
    last: Place,
}

struct Member<'a> {
    /// The raw key: from the quote to the colon.
    key: &'a str,
    /// Its first bytes and their mask: most keys are shorter, and compared at once.
    head: u128,
    mask: u128,
    /// The length of the key without the colon.
    length: usize,
    /// Its field, if it is declared.
    index: Option<usize>,
    /// The next member of the same hash.
    next: Place,
    /// The members that followed it, the latest first.
    behind: [Place; 2],
}

/// A member, counted from 1; 0 is the beginning of a record.
type Place = u16;

const BUCKETS: usize = 128;

/// The number of bytes of a key that are compared at once.
const HEAD: usize = size_of::<u128>();

/// The maximum number of members: more than any record of the contract has. Others are parsed and looked up.
const MAX_MEMBERS: usize = 256;

impl<'a> Shape<'a> {
    fn new() -> Self {
        Self { members: vec![Member::new("", 0, None, 0)], first: [0; BUCKETS], last: 0 }
    }

    /// The key at the start of the text, if it came at this place before: its length up to the colon, the length of the
    /// key, and the field.
    #[inline]
    pub(super) fn predict(&mut self, text: &[u8]) -> Option<(usize, usize, Option<usize>)> {
        let head = text.first_chunk::<HEAD>().map(|head| u128::from_le_bytes(*head));
        for place in self.members.get(usize::from(self.last))?.behind {
            let member = self.members.get(usize::from(place))?;
            if place != 0 && member.begins(text, head) {
                self.last = place;
                return Some((member.key.len(), member.length, member.index));
            }
        }
        None
    }

    /// The field of a member that is new at this place, which `find` looks up.
    pub(super) fn learn(&mut self, key: &'a str, length: usize, find: impl FnOnce() -> Option<usize>) -> Option<usize> {
        let bucket = bucket(key.as_bytes().get(..length).unwrap_or_default());
        let (mut place, mut index) = (self.first.get(bucket).copied().unwrap_or_default(), None);
        while let Some(member) = self.members.get(usize::from(place)).filter(|_| place != 0) {
            if member.key == key {
                index = Some(member.index);
                break;
            }
            place = member.next;
        }
        let index = index.unwrap_or_else(|| {
            let index = find();
            place = self.add(key, length, index, bucket);
            index
        });
        if place != 0 {
            if let Some(last) = self.members.get_mut(usize::from(self.last)) {
                last.behind = [place, last.behind[0]];
            }
            self.last = place;
        }
        index
    }

    /// Adds a member; returns 0 if there is no room for it.
    fn add(&mut self, key: &'a str, length: usize, index: Option<usize>, bucket: usize) -> Place {
        let place = self.members.len();
        match (self.first.get_mut(bucket), Place::try_from(place)) {
            (Some(first), Ok(new)) if place <= MAX_MEMBERS => {
                self.members.push(Member::new(key, length, index, *first));
                *first = new;
                new
            }
            _ => 0,
        }
    }
}

impl<'a> Member<'a> {
    fn new(key: &'a str, length: usize, index: Option<usize>, next: Place) -> Self {
        let (mut head, mut mask) = ([0; HEAD], [0; HEAD]);
        for ((head, mask), byte) in head.iter_mut().zip(&mut mask).zip(key.as_bytes()) {
            (*head, *mask) = (*byte, u8::MAX);
        }
        let (head, mask) = (u128::from_le_bytes(head), u128::from_le_bytes(mask));
        Self { key, head, mask, length, index, next, behind: [0; 2] }
    }

    /// Whether a text begins with this key. `head` has its first bytes, if it has enough.
    #[inline]
    fn begins(&self, text: &[u8], head: Option<u128>) -> bool {
        match head {
            Some(head) if head & self.mask != self.head => false,
            Some(_) if self.key.len() <= HEAD => true,
            _ => text.starts_with(self.key.as_bytes()),
        }
    }
}

fn bucket(key: &[u8]) -> usize {
    let byte = |at: usize| usize::from(key.get(at).copied().unwrap_or_default());
    let length = key.len();
    (length * 5 + byte(1) * 3 + byte(length / 2) * 7 + byte(length.saturating_sub(2)) * 13) % BUCKETS
}

/// The shapes of all record types in a text.
#[derive(Default)]
pub(super) struct Shapes<'a>(Vec<(&'static Schema, State<'a>)>);

enum State<'a> {
    /// Records were started, which may be the last ones.
    Few(u8),
    Idle(Box<Shape<'a>>),
    /// A record of the type is being read.
    Busy,
}

/// The number of records of a type before one is worth its shape.
const RECORDS_WITHOUT_SHAPE: u8 = 3;

/// The number of types in most texts.
const USUAL_TYPES: usize = 8;

impl<'a> Shapes<'a> {
    /// Takes the shape of a type, for a new record. The first [`RECORDS_WITHOUT_SHAPE`] records have none, nor does one
    /// within another of its type.
    pub(super) fn take(&mut self, schema: &'static Schema) -> Option<Box<Shape<'a>>> {
        let Some((_, state)) = self.0.iter_mut().find(|(of, _)| std::ptr::eq(*of, schema)) else {
            if self.0.is_empty() {
                self.0.reserve(USUAL_TYPES);
            }
            self.0.push((schema, State::Few(1)));
            return None;
        };
        match state {
            State::Few(count) if *count < RECORDS_WITHOUT_SHAPE => {
                *count += 1;
                return None;
            }
            _ => {}
        }
        match std::mem::replace(state, State::Busy) {
            State::Few(_) => Some(Box::new(Shape::new())),
            State::Idle(shape) => Some(shape),
            State::Busy => None,
        }
    }

    /// Returns a shape, for the next record.
    pub(super) fn put(&mut self, schema: &'static Schema, mut shape: Box<Shape<'a>>) {
        shape.last = 0;
        if let Some((_, state)) = self.0.iter_mut().find(|(of, _)| std::ptr::eq(*of, schema)) {
            *state = State::Idle(shape);
        }
    }
}
