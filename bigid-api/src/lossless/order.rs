use std::sync::atomic::{AtomicU16, Ordering};

/// The order in which the declared members of one type of record came, in all responses so far.
///
/// A server writes all records of a type in the same order, so the member that followed another one is likely to follow
/// it again: its name is compared with the text, which costs less than reading a key and looking it up. This is only a
/// hint: a key is always what the text says. Threads share an order without synchronization.
pub(super) struct Order {
    /// By place, the place of the member that followed there; 0 if none did.
    followers: Box<[AtomicU16]>,
}

/// A declared member, counted from 1; 0 is the beginning of a record.
type Place = u16;

/// A position within one record: behind the declared member that was read last, which is its place.
#[derive(Clone, Copy, Default)]
pub(super) struct Position(usize);

impl Order {
    /// An unknown order of this number of members.
    pub(super) fn new(members: usize) -> Self {
        Self { followers: (0..=members).map(|_| AtomicU16::new(0)).collect() }
    }

    /// The index of the member that is likely to be next.
    #[inline]
    pub(super) fn likely(&self, position: Position) -> Option<usize> {
        let follower = self.followers.get(position.0)?;
        usize::from(follower.load(Ordering::Relaxed)).checked_sub(1)
    }

    /// Remembers that a member was next.
    pub(super) fn learn(&self, position: Position, index: usize) {
        if let (Some(follower), Ok(place)) = (self.followers.get(position.0), Place::try_from(index + 1)) {
            follower.store(place, Ordering::Relaxed);
        }
    }
}

impl Position {
    /// Moves behind a member.
    #[inline]
    pub(super) fn advance(&mut self, index: usize) {
        self.0 = index + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_member_that_came_last_at_a_position_is_likely_there() {
        let order = Order::new(3);
        let read = |indices: &[usize]| {
            let mut position = Position::default();
            for index in indices {
                order.learn(position, *index);
                position.advance(*index);
            }
            order.likely(position)
        };
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[2, 0, 1]), None);
        assert_eq!((read(&[]), read(&[2])), (Some(2), Some(0)));
        assert_eq!(read(&[0]), Some(1));
        assert_eq!(read(&[2, 1]), None);
        assert_eq!(read(&[2]), Some(1));
        // A place beyond the last is remembered nowhere, and has no follower.
        assert_eq!(read(&[2, 7]), None);
        assert_eq!(read(&[usize::from(Place::MAX)]), None);
    }
}
