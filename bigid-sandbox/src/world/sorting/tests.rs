//! Pages of lists, compared with what making, filtering and sorting every record gives.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::data::{Facts, Generator, Sizes};
use crate::profile::Generation;
use crate::query::{Fields, Language, Listing};
use crate::random::Random;
use crate::record::Record;
use crate::wire::Query;
use crate::world::{Collection, DataSources, Generate, World};

#[test]
fn any_page_of_any_sorted_and_filtered_list_is_what_sorting_every_record_gives() {
    let mut random = Random::seeded(20_261_127);
    let mut sorted = 0;
    for round in 0..8 {
        let mut world = world(&mut random, round);
        change(&mut world, &mut random);
        for _ in 0..20 {
            let what = random.below(5);
            let compared = |collection: &Collection, generator: &dyn Generate| {
                let query = query(&mut random.clone(), collection, generator);
                compare(collection, generator, &query)
            };
            sorted += match what {
                0 => world.data_sources.with(compared),
                1 => world.with_cases(compared),
                2 => world.with_columns(compared),
                3 => world.with_findings(compared),
                _ => world.with_objects(compared),
            };
            random.next();
        }
    }
    assert!(sorted > 500, "the pages had {sorted} records only");
}

#[test]
fn every_field_of_every_kind_sorts_both_ways() {
    let mut random = Random::seeded(5);
    let world = world(&mut random, 1);
    let all_fields = |collection: &Collection, generator: &dyn Generate| {
        for field in names(collection, generator) {
            for direction in ["asc", "desc"] {
                let query = format!("sort={field} {direction}&skip={}&limit=7", random.clone().below(400));
                compare(collection, generator, &query);
            }
        }
    };
    world.with_objects(all_fields);
    world.with_cases(all_fields);
    world.with_columns(all_fields);
    world.with_findings(all_fields);
    world.data_sources.with(all_fields);
}

fn world(random: &mut Random, round: usize) -> World {
    let generation = if round.is_multiple_of(2) { Generation::Recorded } else { Generation::Newer };
    let sources = Generator { generation, seed: random.next() };
    let data_sources = 1 + random.below(300);
    let sizes = Sizes { data_sources, catalog_objects: 1 + random.below(900), cases: random.below(700), records: 12 };
    World::new(Facts::new(sources, sizes), DataSources::new(sources, data_sources, None), &[])
}

/// Deletes, changes and adds some records.
fn change(world: &mut World, random: &mut Random) {
    for _ in 0..random.below(6) {
        let name = world.facts.sources.name(random.below(world.facts.sizes.data_sources));
        match random.below(3) {
            0 => drop(world.data_sources.delete(&name)),
            1 => drop(world.data_sources.update(&name, &some_object(random), 5)),
            _ => drop(world.data_sources.create(&format!("new {}", random.next()), &some_object(random), 5)),
        }
    }
    for _ in 0..random.below(20) {
        let number = random.below(world.facts.sizes.catalog_objects);
        let changes = some_object(random).into_iter().map(|(name, value)| (name, Some(value)));
        let changed = world.with_objects(|objects, generator| Some(objects.get(number, generator)?.merged(changes)));
        changed.into_iter().for_each(|record| world.change_object(number, record));
    }
}

fn some_object(random: &mut Random) -> serde_json::Map<String, Value> {
    let values =
        [json!(null), json!(-2.5), json!(7), json!("ZZ top"), json!(true), json!([1]), json!({"a": {"b": "x"}})];
    let names = ["type", "owner", "sizeInBytes", "custom", "attribute_details"];
    names.iter().map(|name| ((*name).to_owned(), values[random.below(values.len())].clone())).collect()
}

fn names(collection: &Collection, generator: &dyn Generate) -> Vec<String> {
    let records = collection.numbers(generator).take(20).filter_map(|number| collection.get(number, generator));
    let names: BTreeSet<String> =
        records.flat_map(|one| one.fields().map(|(name, _)| name.to_owned()).collect::<Vec<_>>()).collect();
    names.into_iter().collect()
}

fn query(random: &mut Random, collection: &Collection, generator: &dyn Generate) -> String {
    let mut names = names(collection, generator);
    names.extend(
        ["absent", "custom", "custom.a.b", "attribute_details.count", "attributeDetails.name"].map(str::to_owned),
    );
    let mut name = || names[random.below(names.len())].clone();
    let (first, second, third, filtered) = (name(), name(), name(), name());
    let value = {
        let records: Vec<_> =
            collection.numbers(generator).take(9).filter_map(|number| collection.get(number, generator)).collect();
        let record = records.get(random.below(records.len())).cloned().unwrap_or_default();
        record.get(&filtered).cloned().unwrap_or_default()
    };
    let filter = match (random.below(4), &value) {
        (0, value) => json!([{"field": filtered, "operator": "in", "value": [value, null]}]).to_string(),
        (1, Value::String(text)) => format!("{filtered} >= \"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        (2, Value::Number(number)) => format!("{filtered} < {number} OR NOT {filtered} = {number}"),
        _ => String::new(),
    };
    let key = |random: &mut Random, field: &str| json!({"field": field, "order": random.pick(&["asc", "DESC"])});
    let sort = match random.below(4) {
        0 => json!(first),
        1 => json!([key(random, &first)]),
        2 => json!([key(random, &first), key(random, &second)]),
        _ => json!([key(random, &first), key(random, &second), key(random, &third)]),
    };
    let sort = sort.as_str().map_or_else(|| sort.to_string(), str::to_owned);
    let (skip, limit) = (random.below(collection.next() + 5), [1, 2, 10, 100, 0][random.below(5)]);
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    format!("sort={}&filter={}&skip={skip}&limit={limit}", encode(&sort), encode(&filter))
}

/// Compares a page, and returns how many records are on it.
fn compare(collection: &Collection, generator: &dyn Generate, query: &str) -> usize {
    let Ok(listing) = Listing::from_query(&Query::parse(query), Language::Either { now_ms: 0 }) else { return 0 };
    let mut all: Vec<(usize, std::sync::Arc<Record>)> = (0..collection.next())
        .filter_map(|number| Some((number, collection.get(number, generator)?)))
        .filter(|(_, record)| listing.matches(record.as_ref()))
        .collect();
    let keys = listing.order().to_json();
    all.sort_by(|(_, one), (_, other)| naive(&keys, one, other));
    let total = all.len();
    let expected: Vec<&str> =
        all.iter().skip(listing.page().skip).take(listing.page().len()).map(|(_, record)| record.json()).collect();
    let (page, found) = collection.list(&listing, generator, None);
    assert_eq!(found, total, "{query}");
    assert_eq!(page.iter().map(|record| record.json()).collect::<Vec<_>>(), expected, "{query}");
    page.len()
}

/// The order of two whole records.
fn naive(keys: &Value, one: &Record, other: &Record) -> Ordering {
    for key in keys.as_array().into_iter().flatten() {
        let field = key["field"].as_str().unwrap_or_default();
        let value = |record: &Record| record.at(field).map(std::borrow::Cow::into_owned).unwrap_or_default();
        let (one, other) = (value(one), value(other));
        let rank = |value: &Value| match value {
            Value::Null => 0,
            Value::Number(_) => 1,
            Value::String(_) => 2,
            Value::Object(_) => 3,
            Value::Array(_) => 4,
            Value::Bool(_) => 5,
        };
        let within = match (&one, &other) {
            (Value::Number(one), Value::Number(other)) => {
                one.as_f64().partial_cmp(&other.as_f64()).unwrap_or(Ordering::Equal)
            }
            (Value::String(one), Value::String(other)) => one.cmp(other),
            (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
            _ => rank(&one).cmp(&rank(&other)),
        };
        let directed = if key["desc"] == true { within.reverse() } else { within };
        if directed.is_ne() {
            return directed;
        }
    }
    Ordering::Equal
}
