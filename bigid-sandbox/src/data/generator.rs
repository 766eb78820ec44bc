//! Makes any number of data sources, the same for the same seed.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::fields::{BLOCK, FIELDS, Shape, type_of};
use super::names;
use super::record::Record;
use crate::calendar;
use crate::random::Random;

/// `count` records. The first ones are the same whatever the count, so a bigger sandbox only adds to a smaller one.
pub(crate) fn generate(seed: u64, count: usize) -> Vec<Record> {
    let blocks = (0..count.div_ceil(BLOCK)).flat_map(|block| {
        let mut slots: [usize; BLOCK] = std::array::from_fn(|slot| slot);
        Random::seeded(seed ^ (block as u64).wrapping_mul(BLOCK_SALT)).shuffle(&mut slots);
        slots
    });
    blocks.take(count).enumerate().map(|(number, slot)| record(seed, number, slot)).collect()
}

fn record(seed: u64, number: usize, slot: usize) -> Record {
    let mut random = Random::seeded(seed.wrapping_add((number as u64).wrapping_mul(RECORD_SALT)));
    let source = Source { name: names::data_source(number, &mut random), slot };
    let present = FIELDS.iter().filter(|field| field.slots & (1 << slot) != 0);
    let value = |shape| source.value(shape, &mut random);
    let mut value = value;
    Record::new(present.map(|field| (Cow::Borrowed(field.name), value(&field.shape))).collect())
}

struct Source {
    name: String,
    slot: usize,
}

impl Source {
    fn value(&self, shape: &Shape, random: &mut Random) -> Value {
        match *shape {
            Shape::ObjectId => hexadecimal(24, random).into(),
            Shape::Name => self.name.as_str().into(),
            Shape::Type => type_of(self.slot).into(),
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
            Shape::OwnersV2 => json!([owner_v2(random)]),
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

fn custom_fields(random: &mut Random) -> Value {
    let value = random.pick(&["blue", "green", "amber"]);
    json!([{"field_name": "Steward team", "field_type": "clear", "field_value": value}])
}

fn owner(random: &mut Random) -> String {
    format!("owner-{:02}@example.com", random.below(30))
}

/// Every third owner lacks one of the fields that recorded owners may lack.
///
/// Names are in alphabetical order, so that the text is the same whether or not some crate of the build asked
/// `serde_json` to keep the order given.
fn owner_v2(random: &mut Random) -> Value {
    let id = owner(random);
    match random.below(6) {
        0 => json!({"id": id, "isNotified": true, "origin": "legacy", "type": "it"}),
        1 => json!({"email": id, "id": id, "type": "business"}),
        _ => json!({"email": id, "id": id, "isNotified": true, "origin": "legacy", "type": "it"}),
    }
}

fn moment(random: &mut Random) -> i64 {
    EPOCH_MS + i64::try_from(random.below(THREE_YEARS_MS)).unwrap_or(0)
}

fn hexadecimal(digits: usize, random: &mut Random) -> String {
    (0..digits).map(|_| char::from(b"0123456789abcdef"[random.below(16)])).collect()
}

/// Odd constants that keep the sequences of blocks and of records apart.
const BLOCK_SALT: u64 = 0x9e6c_63d0_876a_3f6b;
const RECORD_SALT: u64 = 0xd134_2543_de82_ef95;
/// 2021-06-01: the times of records do not depend on the clock.
const EPOCH_MS: i64 = 1_622_505_600_000;
const THREE_YEARS_MS: usize = 94_608_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_records() {
        let json = |seed, count| generate(seed, count).iter().map(|r| r.json().to_owned()).collect::<Vec<_>>();
        assert_eq!(json(1, 50), json(1, 50));
        assert_eq!(json(1, 50)[..30], json(1, 30));
        assert_ne!(json(1, 50), json(2, 50));
        assert!(json(1, 0).is_empty());
    }

    #[test]
    fn every_block_has_the_recorded_types() {
        for block in generate(5, 60).chunks(20) {
            let of = |kind: &str| block.iter().filter(|record| record.text("type") == Some(kind)).count();
            let counts = ["rdb-mysql", "smb", "salesforce", "generic-rest-api", "googledrive", "mongodb", "s3"].map(of);
            assert_eq!(counts, [12, 3, 1, 1, 1, 1, 1]);
        }
    }

    #[test]
    fn records_hold_13_to_66_fields() {
        let sizes: Vec<_> = generate(9, 200).iter().map(|record| record.fields().count()).collect();
        assert_eq!((sizes.iter().min(), sizes.iter().max()), (Some(&13), Some(&66)));
    }
}
