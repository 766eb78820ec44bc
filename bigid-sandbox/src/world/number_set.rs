//! Sets of record numbers.

use std::ops::Range;

use super::in_parts::in_parts;

/// Some of the numbers below a bound, a bit for each number.
pub(super) struct NumberSet {
    words: Vec<u64>,
    end: usize,
    len: usize,
}

impl NumberSet {
    /// The numbers below `end` of which something is true.
    pub(super) fn of(end: usize, is_in: impl Fn(usize) -> bool + Sync) -> Self {
        let word = |start: usize| {
            let bits = (start..end.min(start + 64)).enumerate();
            bits.fold(0, |word, (bit, number)| word | (u64::from(is_in(number)) << bit))
        };
        let parts = in_parts(end, |part| part.step_by(64).map(word).collect::<Vec<u64>>());
        let words = parts.concat();
        let len = words.iter().map(|word| word.count_ones() as usize).sum();
        Self { words, end, len }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The bound of the numbers.
    pub(super) fn end(&self) -> usize {
        self.end
    }

    /// Those in a range, in ascending order.
    pub(super) fn within(&self, range: Range<usize>) -> impl Iterator<Item = usize> + '_ {
        let words = range.start / 64..range.end.div_ceil(64).min(self.words.len());
        let of_word = |place: usize| {
            let mut left = self.words[place];
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros();
                left &= left.wrapping_sub(1);
                (bit < 64).then_some(place * 64 + bit as usize)
            })
        };
        words.flat_map(of_word).filter(move |number| range.contains(number))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.within(0..self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_the_numbers_that_were_put_in_and_no_others() {
        for end in [0, 1, 64, 65, 130, 200_000] {
            for every in [1, 2, 3, 63, 1_000] {
                let set = NumberSet::of(end, |number| number % every == 0);
                let expected: Vec<usize> = (0..end).step_by(every).collect();
                assert_eq!((set.len(), set.end()), (expected.len(), end));
                assert_eq!(set.iter().collect::<Vec<_>>(), expected);
                let within: Vec<usize> = expected.into_iter().filter(|number| (60..127).contains(number)).collect();
                assert_eq!(set.within(60..127).collect::<Vec<_>>(), within);
            }
        }
    }
}
