//! The initial data: each fact follows from the seed and a number.

use super::generator::Generator;
use super::words::{
    ATTRIBUTES, Attribute, CONTAINERS, EXTENSIONS, FIRST_NAMES, LAST_NAMES, OBJECTS, PLACES, POLICIES, Policy,
};
use crate::calendar;
use crate::digits::{push_decimal, push_hexadecimal};
use crate::random::Random;

/// The number of records of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sizes {
    pub(crate) data_sources: usize,
    pub(crate) catalog_objects: usize,
    pub(crate) cases: usize,
    /// The number of records of a list without its own size.
    pub(crate) records: usize,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub(crate) sources: Generator,
    pub(crate) sizes: Sizes,
}

impl Facts {
    pub(crate) fn new(sources: Generator, mut sizes: Sizes) -> Self {
        // An object is in a data source, and a case is about an object.
        if sizes.data_sources == 0 {
            sizes.catalog_objects = 0;
        }
        if sizes.catalog_objects == 0 {
            sizes.cases = 0;
        }
        Self { sources, sizes }
    }

    /// The random numbers of a field of a record of a kind.
    pub(crate) fn random(&self, kind: &str, number: usize, field: &str) -> Random {
        Random::of_field(self.sources.seed ^ Random::of_field(0, 0, kind).next(), number, field)
    }

    /// A 24-digit identifier that says which record of which kind it is.
    pub(crate) fn id(&self, kind: &str, number: usize) -> String {
        let kind = Random::of_field(0, 1, kind).next() >> 32;
        let mut id = String::with_capacity(24);
        push_hexadecimal(&mut id, kind, 8);
        push_hexadecimal(&mut id, number as u64, 16);
        id
    }

    /// The number in an identifier of a kind.
    pub(crate) fn number_in(&self, kind: &str, id: &str) -> Option<usize> {
        let number = usize::from_str_radix(id.get(8..)?, 16).ok()?;
        (self.id(kind, number) == id).then_some(number)
    }

    /// A time in the three years before the newest recording.
    pub(crate) fn moment(&self, kind: &str, number: usize, field: &str) -> String {
        calendar::iso(EPOCH_MS + self.random(kind, number, field).below(THREE_YEARS_MS) as i64)
    }

    pub(crate) fn person(&self, kind: &str, number: usize, field: &str) -> String {
        format!("owner-{:02}@example.com", self.random(kind, number, field).below(30))
    }

    pub(crate) fn first_name(&self, number: usize) -> &'static str {
        FIRST_NAMES[self.random("person", number, "firstName").below(FIRST_NAMES.len())]
    }

    pub(crate) fn last_name(&self, number: usize) -> &'static str {
        LAST_NAMES[self.random("person", number, "lastName").below(LAST_NAMES.len())]
    }

    pub(crate) fn place(&self, number: usize) -> &'static str {
        PLACES[self.random("place", number, "name").below(PLACES.len())]
    }

    /// The data source of an object: objects are dealt out one by one, so that each source has nearly as many.
    pub(crate) fn source_of(&self, object: usize) -> usize {
        object % self.sizes.data_sources.max(1)
    }

    /// The generated objects of a data source.
    pub(crate) fn objects_of(&self, source: usize) -> impl ExactSizeIterator<Item = usize> + Send + use<> {
        let (objects, sources) = (self.sizes.catalog_objects, self.sizes.data_sources);
        let first = if source < sources { source } else { objects };
        (first.min(objects)..objects).step_by(sources.max(1))
    }

    /// Whether the objects of a data source are tables, and not files.
    pub(crate) fn is_structured(&self, source: usize) -> bool {
        let kind = self.sources.kind(source);
        kind.starts_with("rdb-") || matches!(kind, "mongodb" | "salesforce")
    }

    pub(crate) fn container_of(&self, object: usize) -> &'static str {
        CONTAINERS[self.random("object", object, "container").below(CONTAINERS.len())]
    }

    /// The name of an object ends in its number, except for the extension of a file.
    pub(crate) fn object_name(&self, object: usize) -> String {
        let mut name = String::with_capacity(24);
        self.push_object_name(object, &mut name);
        name
    }

    fn push_object_name(&self, object: usize, name: &mut String) {
        let mut random = self.random("object", object, "name");
        let word = OBJECTS[random.below(OBJECTS.len())];
        let is_structured = self.is_structured(self.source_of(object));
        name.extend([word, if is_structured { "_" } else { "-" }]);
        push_decimal(name, object as u64, 6);
        if !is_structured {
            name.extend([".", EXTENSIONS[random.below(EXTENSIONS.len())]]);
        }
    }

    pub(crate) fn qualified_name(&self, object: usize) -> String {
        let mut name = self.sources.name(self.source_of(object));
        name.reserve(40);
        name.extend([".", self.container_of(object), "."]);
        self.push_object_name(object, &mut name);
        name
    }

    /// The number of the object of that qualified name.
    pub(crate) fn object_of(&self, qualified_name: &str) -> Option<usize> {
        let end = qualified_name.rfind(|letter: char| letter.is_ascii_digit())? + 1;
        let head = &qualified_name[..end];
        let start = head.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
        let object = head[start..].parse().ok()?;
        let is_one = object < self.sizes.catalog_objects && self.qualified_name(object) == qualified_name;
        is_one.then_some(object)
    }

    /// The findings in an object. Two objects in five contain nothing personal.
    pub(crate) fn attributes_of(&self, object: usize) -> Vec<&'static Attribute> {
        let mut random = self.random("object", object, "attributes");
        if random.below(5) < 2 {
            return Vec::new();
        }
        let (first, count) = (random.below(ATTRIBUTES.len()), 1 + random.below(3));
        (0..count).map(|offset| &ATTRIBUTES[(first + offset * 3) % ATTRIBUTES.len()]).collect()
    }

    pub(crate) fn findings_of(&self, object: usize) -> usize {
        let attributes = self.attributes_of(object).len();
        if attributes == 0 { 0 } else { attributes + self.random("object", object, "findings").below(2_000) }
    }

    /// The policies that an object breaks.
    pub(crate) fn policies_of(&self, object: usize) -> Vec<&'static Policy> {
        let attributes = self.attributes_of(object);
        POLICIES.iter().filter(|policy| attributes.iter().any(|found| found.name == policy.attribute)).collect()
    }

    /// The object that a case is about, and the policy that it breaks.
    pub(crate) fn subject_of(&self, case: usize) -> (usize, &'static Policy) {
        let mut random = self.random("case", case, "object");
        let objects = self.sizes.catalog_objects;
        let mut object = random.below(objects);
        for _ in 0..32 {
            if let Some(policy) = self.policies_of(object).first() {
                return (object, policy);
            }
            object = (object + 1) % objects.max(1);
        }
        (object, &POLICIES[0])
    }
}

/// 2021-06-01: the times of records do not depend on the clock.
const EPOCH_MS: i64 = 1_622_505_600_000;
const THREE_YEARS_MS: usize = 94_608_000_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Generation;

    fn facts(data_sources: usize, catalog_objects: usize) -> Facts {
        let sources = Generator { generation: Generation::Newer, seed: 1 };
        Facts::new(sources, Sizes { data_sources, catalog_objects, cases: 50, records: 12 })
    }

    #[test]
    fn objects_and_their_names_belong_together() {
        let facts = facts(7, 1_000_000);
        for object in (0..500).chain([999_999, 123_456]) {
            assert_eq!(facts.object_of(&facts.qualified_name(object)), Some(object));
        }
        for other in ["", "x", "orders.public.customers_000001", &facts.qualified_name(1_000_000)] {
            assert_eq!(facts.object_of(other), None, "{other}");
        }
        assert_eq!((0..9).map(|source| facts.objects_of(source).len()).sum::<usize>(), 1_000_000);
        assert!((0..9).all(|source| facts.objects_of(source).take(50).all(|object| facts.source_of(object) == source)));
    }

    #[test]
    fn a_case_is_about_an_object_that_breaks_its_policy() {
        let facts = facts(20, 200);
        for case in 0..50 {
            let (object, policy) = facts.subject_of(case);
            assert!(facts.policies_of(object).contains(&policy), "{case}");
        }
    }

    #[test]
    fn nothing_is_about_something_that_is_not_there() {
        assert_eq!(facts(0, 10).sizes, Sizes { data_sources: 0, catalog_objects: 0, cases: 0, records: 12 });
        assert_eq!(facts(3, 0).sizes.cases, 0);
    }

    #[test]
    fn an_identifier_has_its_number_and_its_kind() {
        let facts = facts(1, 1);
        for number in [0, 1, 1_000_000] {
            let id = facts.id("case", number);
            assert_eq!((id.len(), facts.number_in("case", &id)), (24, Some(number)));
            assert_eq!(facts.number_in("object", &id), None);
        }
        assert_eq!(facts.number_in("case", "ü"), None);
    }
}
