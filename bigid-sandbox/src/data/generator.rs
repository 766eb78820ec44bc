//! Generates any number of data sources, deterministically for a seed.

use std::borrow::Cow;
use std::cell::Cell;

use serde_json::{Map, Value, json};

use super::fields::{BLOCK, Field, Shape};
use super::layout::Layout;
use super::names;
use crate::calendar;
use crate::profile::Generation;
use crate::query::SortKey;
use crate::random::Random;
use crate::record::Record;

/// The data sources of one seed. A data source depends only on its number, and a field only on its name, so that only
/// what is read is generated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Generator {
    pub(crate) generation: Generation,
    pub(crate) seed: u64,
}

impl Generator {
    pub(crate) fn name(self, number: usize) -> String {
        names::data_source(number, &mut Random::of_field(self.seed, number, "name"))
    }

    /// The number of the data source with this name.
    pub(crate) fn number_of(self, name: &str) -> Option<usize> {
        let digits = name.len() - name.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
        let number = name.get(name.len() - digits..)?.parse().ok()?;
        (self.name(number) == name).then_some(number)
    }

    pub(crate) fn kind(self, number: usize) -> &'static str {
        self.layout().kind(self.slot(number))
    }

    fn layout(self) -> &'static Layout {
        Layout::of(self.generation)
    }

    /// Each block of twenty has its slots in its own order. Reading the records of one block shuffles it once.
    fn slot(self, number: usize) -> usize {
        let seed = self.seed ^ ((number / BLOCK) as u64).wrapping_mul(BLOCK_SALT);
        let (of, mut slots) = LATEST_BLOCK.get();
        if of != seed || slots[0] == slots[1] {
            slots = std::array::from_fn(|slot| slot as u8);
            Random::seeded(seed).shuffle(&mut slots);
            LATEST_BLOCK.set((seed, slots));
        }
        slots[number % BLOCK].into()
    }

    fn source(self, number: usize) -> Source {
        Source { generator: self, number, slot: self.slot(number) }
    }

    pub(crate) fn record(self, number: usize) -> Record {
        let source = self.source(number);
        let value = |field: &&'static Field| (Cow::Borrowed(field.name), source.field(field));
        Record::new(self.layout().fields(source.slot).iter().map(value).collect())
    }

    pub(crate) fn field(self, number: usize, name: &str) -> Option<Value> {
        if matches!(name, "name" | "id") {
            return Some(self.name(number).into());
        }
        let source = self.source(number);
        self.layout().field(source.slot, name).map(|field| source.field(field))
    }

    /// What a sort compares of a field.
    pub(crate) fn sort_key(self, number: usize, name: &str) -> Option<SortKey> {
        let slot = self.slot(number);
        let alike = self.layout().field(slot, name).and_then(|field| sort_key(&field.shape, slot));
        alike.or_else(|| self.field(number, name).map(SortKey::from))
    }
}

/// What a sort compares of a shape whatever its value is, which then need not be made.
fn sort_key(shape: &Shape, slot: usize) -> Option<SortKey> {
    match *shape {
        Shape::Status | Shape::StatusWithHistory | Shape::EmptyObject => Some(SortKey::Object),
        Shape::CustomFields | Shape::Owners | Shape::OwnersV2 | Shape::EmptyArray => Some(SortKey::Array),
        Shape::Null => Some(SortKey::Nothing),
        Shape::Split(slots, inside, outside) => sort_key(if slots & (1 << slot) == 0 { outside } else { inside }, slot),
        _ => None,
    }
}

thread_local! {
    /// The seed of the block that was read last, and its slots; equal ones before any was.
    static LATEST_BLOCK: Cell<(u64, [u8; BLOCK])> = const { Cell::new((0, [0; BLOCK])) };
}

struct Source {
    generator: Generator,
    number: usize,
    slot: usize,
}

impl Source {
    fn field(&self, field: &'static Field) -> Value {
        self.value(&field.shape, &mut Random::of_field(self.generator.seed, self.number, field.name))
    }

    fn value(&self, shape: &Shape, random: &mut Random) -> Value {
        match *shape {
            Shape::ObjectId => hexadecimal(24, random).into(),
            Shape::Name => self.generator.name(self.number).into(),
            Shape::Type => self.generator.layout().kind(self.slot).into(),
            Shape::Words(words) => random.pick(words).into(),
            Shape::Switch => random.pick(&["yes", "yes", "no"]).into(),
            Shape::Flags(flags) => flags.get(random.below(flags.len())).copied().into(),
            Shape::Numbers(numbers) => numbers.get(random.below(numbers.len())).copied().into(),
            Shape::Iso => calendar::iso(moment(random)).into(),
            Shape::Millis => moment(random).into(),
            Shape::Host(label) => format!("{label}-{}.example.com", random.below(40)).into(),
            Shape::Url(label) => format!("https://{label}-{}.example.com/v1", random.below(40)).into(),
            Shape::Secret => format!("enc:{}", hexadecimal(64, random)).into(),
            Shape::Status => status(random),
            Shape::CustomFields => custom_fields(random),
            Shape::Owners => json!([owner(random)]),
            Shape::OwnersV2 => owners_v2(self.slot, random),
            Shape::Made(make) => make(random),
            Shape::StatusWithHistory => status_with_history(random),
            Shape::EmptyArray => json!([]),
            Shape::EmptyObject => json!({}),
            Shape::Null => Value::Null,
            Shape::Split(slots, inside, outside) => {
                self.value(if slots & (1 << self.slot) == 0 { outside } else { inside }, random)
            }
        }
    }
}

fn status(random: &mut Random) -> Value {
    json!({"is_success": random.chance(0.9), "last_connection": calendar::iso(moment(random))})
}

fn status_with_history(random: &mut Random) -> Value {
    let mut status = status(random);
    let is_success = status["is_success"] == true;
    status["is_connection_ever_succeeded"] = (is_success || random.chance(0.5)).into();
    status
}

fn custom_fields(random: &mut Random) -> Value {
    let value = random.pick(&["blue", "green", "amber"]);
    json!([{"field_name": "Steward team", "field_type": "clear", "field_value": value}])
}

fn owner(random: &mut Random) -> String {
    format!("owner-{:02}@example.com", random.below(30))
}

/// The owners of a slot: one, or two in each of the first seven, so that a block has as many as were recorded.
fn owners_v2(slot: usize, random: &mut Random) -> Value {
    let second = (slot < 7).then_some(slot + BLOCK);
    [Some(slot), second].into_iter().flatten().map(|number| owner_v2(number, random)).collect()
}

/// One owner, numbered by its slot, or from 20 on if it is the second owner of the slot. Of the 25 recorded owners,
/// some lack a field, and some have null in it.
///
/// Names are in alphabetical order, so that the text does not depend on the feature `preserve_order` of `serde_json`.
fn owner_v2(number: usize, random: &mut Random) -> Value {
    let id = owner(random);
    let mut fields = Map::new();
    match number {
        3 | 8 | 11 | 21 => None,
        5 | 20 => fields.insert("email".to_owned(), Value::Null),
        9 => fields.insert("email".to_owned(), "".into()),
        _ => fields.insert("email".to_owned(), id.as_str().into()),
    };
    fields.insert("id".to_owned(), id.into());
    match number {
        1 | 14 => None,
        5 | 10 => fields.insert("isNotified".to_owned(), Value::Null),
        _ => fields.insert("isNotified".to_owned(), random.chance(0.5).into()),
    };
    match number {
        1 | 8 | 13 | 23 => None,
        16 => fields.insert("origin".to_owned(), Value::Null),
        _ => fields.insert("origin".to_owned(), "legacy".into()),
    };
    fields.insert("type".to_owned(), random.pick(&["it", "business"]).into());
    fields.into()
}

fn moment(random: &mut Random) -> i64 {
    EPOCH_MS + i64::try_from(random.below(THREE_YEARS_MS)).unwrap_or(0)
}

fn hexadecimal(digits: usize, random: &mut Random) -> String {
    (0..digits).map(|_| char::from(b"0123456789abcdef"[random.below(16)])).collect()
}

/// Odd numbers that keep the sequences of blocks and of records apart.
const BLOCK_SALT: u64 = 0x9e6c_63d0_876a_3f6b;
/// 2021-06-01. The times of records do not depend on the clock.
const EPOCH_MS: i64 = 1_622_505_600_000;
const THREE_YEARS_MS: usize = 94_608_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn generate(generation: Generation, seed: u64, count: usize) -> Vec<Record> {
        let generator = Generator { generation, seed };
        (0..count).map(|number| generator.record(number)).collect()
    }

    #[test]
    fn a_field_alone_is_that_of_the_record_and_a_name_has_its_number() {
        for generation in GENERATIONS {
            let generator = Generator { generation, seed: 3 };
            for number in (0..60).chain([9_999, 10_000, 987_654]) {
                let record = generator.record(number);
                for (name, value) in record.fields() {
                    assert_eq!(generator.field(number, name).as_ref(), Some(value), "{number} {name}");
                }
                assert_eq!(generator.field(number, "no such field"), None);
                assert_eq!(record.text("type"), Some(generator.kind(number)));
                assert_eq!(generator.number_of(&generator.name(number)), Some(number));
            }
            assert_eq!(generator.number_of("orders-north-0000x"), None);
            assert_eq!(generator.number_of(""), None);
            assert_eq!(generator.number_of("99999999999999999999999"), None);
        }
    }

    const GENERATIONS: [Generation; 2] = [Generation::Recorded, Generation::Newer];

    #[test]
    fn the_same_seed_makes_the_same_records() {
        for generation in GENERATIONS {
            let json =
                |seed, count| generate(generation, seed, count).iter().map(|r| r.json().to_owned()).collect::<Vec<_>>();
            assert_eq!(json(1, 50), json(1, 50));
            assert_eq!(json(1, 50)[..30], json(1, 30));
            assert_ne!(json(1, 50), json(2, 50));
            assert!(json(1, 0).is_empty());
        }
    }

    #[test]
    fn every_block_has_the_types_of_its_generation() {
        let recorded: &[(&str, usize)] = &[
            ("rdb-mysql", 12),
            ("smb", 3),
            ("salesforce", 1),
            ("generic-rest-api", 1),
            ("googledrive", 1),
            ("mongodb", 1),
            ("s3", 1),
        ];
        let newer: &[(&str, usize)] = &[
            ("rdb-mysql", 12),
            ("smb", 1),
            ("smb_v2", 2),
            ("salesforce", 1),
            ("generic-rest-api", 1),
            ("gdrive-v2", 1),
            ("mongodb", 1),
            ("s3-v2", 1),
        ];
        for (generation, types) in GENERATIONS.into_iter().zip([recorded, newer]) {
            for block in generate(generation, 5, 60).chunks(20) {
                for (kind, count) in types {
                    let of_kind = block.iter().filter(|record| record.text("type") == Some(kind)).count();
                    assert_eq!(of_kind, *count, "{kind}");
                }
            }
        }
    }

    #[test]
    fn records_hold_13_to_66_fields() {
        let sizes: Vec<_> =
            generate(Generation::Recorded, 9, 200).iter().map(|record| record.fields().count()).collect();
        assert_eq!((sizes.iter().min(), sizes.iter().max()), (Some(&13), Some(&66)));
    }

    #[test]
    fn no_record_has_a_field_twice() {
        for record in GENERATIONS.into_iter().flat_map(|generation| generate(generation, 4, 40)) {
            let names: std::collections::BTreeSet<_> = record.fields().map(|(name, _)| name).collect();
            assert_eq!(names.len(), record.fields().count());
        }
    }
}
