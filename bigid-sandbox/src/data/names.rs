//! Names of data sources: mostly plain, some with characters that break paths.

use crate::digits::push_decimal;
use crate::random::Random;

/// The name of the data source with this number, which makes it unique.
///
/// One in four needs percent-encoding, so that a client that forgets it fails on the first page.
pub(crate) fn data_source(number: usize, random: &mut Random) -> String {
    let (topic, place) = (random.pick(TOPICS).unwrap_or("data"), random.pick(PLACES).unwrap_or("main"));
    let mut name = String::with_capacity(40);
    match number % 20 {
        3 => name.extend([topic, " ", place, " "]),
        7 => name.extend([topic, "/", place, "-"]),
        11 => name.extend([random.pick(WORLD).unwrap_or("Größe"), " "]),
        15 => name.extend(["100% ", topic, " & ", place, "? #"]),
        18 => name.extend([topic, ".", place, "+v2."]),
        _ => name.extend([topic, "-", place, "-"]),
    }
    push_decimal(&mut name, number as u64, 4);
    name
}

const TOPICS: &[&str] =
    &["orders", "ledger", "payroll", "contacts", "claims", "sensors", "invoices", "tickets", "archive", "surveys"];
const PLACES: &[&str] = &["north", "south", "east", "west", "harbour", "hillside", "lab", "depot"];
const WORLD: &[&str] = &["Größe & Maß", "顧客データ", "Données d'été", "Клиенты", "بيانات", "Ñandú 🦤"];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_thousand_names_are_unique_and_some_are_awkward() {
        let mut random = Random::seeded(3);
        let names: BTreeSet<_> = (0..1_000).map(|number| data_source(number, &mut random)).collect();
        assert_eq!(names.len(), 1_000);
        for awkward in [' ', '/', '%', '?', '#', '+', '&', '.', '顧'] {
            assert!(names.iter().any(|name| name.contains(awkward)), "{awkward}");
        }
    }
}
