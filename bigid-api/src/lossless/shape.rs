use std::any::TypeId;

/// The members that the records of one type had so far, in the order in which they came.
///
/// The records of a list are written by one program, so that each is nearly always like those before it. A key that comes where it came
/// before is compared with what was written there, instead of being read and looked up.
#[derive(Default)]
pub(super) struct Shape<'a> {
    members: Vec<Member<'a>>,
    /// The member after the last one that was found.
    next: usize,
}

struct Member<'a> {
    /// Its key as it is written, quotes included.
    key: &'a str,
    /// The first eight bytes of the key, and which of them it has.
    start: u64,
    mask: u64,
    /// Its field, if it is declared.
    index: Option<usize>,
}

/// How many members are kept: more than any record of the contract has. A list of records that are all different costs no more.
const MOST: usize = 256;

/// How many members a record may lack in a row without losing its place.
const AHEAD: usize = 32;

impl<'a> Shape<'a> {
    /// The length of the key that a text begins with and the field of its member, if it is one of the next.
    #[inline]
    pub(super) fn find(&mut self, text: &[u8]) -> Option<(usize, Option<usize>)> {
        let start = u64::from_le_bytes(*text.first_chunk()?);
        let ahead = self
            .members
            .get(self.next..)?
            .iter()
            .take(AHEAD)
            .position(|member| start & member.mask == member.start && text.starts_with(member.key.as_bytes()))?;
        let member = self.members.get(self.next + ahead)?;
        self.next += ahead + 1;
        Some((member.key.len(), member.index))
    }

    /// Adds a member that was not found where it came.
    #[cold]
    pub(super) fn learn(&mut self, key: &'a str, index: Option<usize>) {
        if self.members.len() < MOST {
            let (mut start, mut mask) = ([0; 8], [0; 8]);
            for ((byte, of_key), of_mask) in start.iter_mut().zip(key.bytes()).zip(&mut mask) {
                (*byte, *of_mask) = (of_key, u8::MAX);
            }
            let (start, mask) = (u64::from_le_bytes(start), u64::from_le_bytes(mask));
            self.members.insert(self.next, Member { key, start, mask, index });
            self.next += 1;
        }
    }
}

/// The shapes of all types of records in a text.
#[derive(Default)]
pub(super) struct Shapes<'a>(Vec<(TypeId, Shape<'a>)>);

impl<'a> Shapes<'a> {
    /// The shape of a type, for a record that begins; `None` for the first one, which may be the only one and learns nothing. Within a
    /// record of the same type, another is begun.
    pub(super) fn take(&mut self, kind: TypeId) -> Option<Shape<'a>> {
        match self.0.iter_mut().find(|(of, _)| *of == kind) {
            Some((_, shape)) => Some(std::mem::take(shape)),
            None => {
                self.0.push((kind, Shape::default()));
                None
            }
        }
    }

    /// Gives a shape back, for the next record.
    pub(super) fn put(&mut self, kind: TypeId, shape: Option<Shape<'a>>) {
        if let Some(shape) = shape
            && let Some((_, known)) = self.0.iter_mut().find(|(of, _)| *of == kind)
        {
            *known = Shape { next: 0, ..shape };
        }
    }
}
