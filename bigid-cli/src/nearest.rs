//! The name that was probably meant.

/// The largest edit distance at which a name counts as a typo of another.
const MAX_TYPO_DISTANCE: usize = 3;

/// The known name that is nearest to this one, if they resemble each other.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    let distances = known.into_iter().map(|known| (strsim::damerau_levenshtein(known, name), known));
    // Any two short names are near to each other.
    distances
        .min()
        .filter(|(distance, _)| *distance <= MAX_TYPO_DISTANCE && distance * 2 <= length)
        .map(|(_, near)| near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_is_near_and_another_word_is_not() {
        let known = ["_id", "name", "type", "scanProfileName"];
        for (name, expected) in [
            ("nmae", Some("name")),
            ("id", Some("_id")),
            ("tpe", Some("type")),
            ("scanProfilNmae", Some("scanProfileName")),
            ("foo", None),
            ("x", None),
            ("", None),
            ("foobarbaz", None),
        ] {
            assert_eq!(nearest(name, known), expected, "{name}");
        }
        assert_eq!(nearest("name", []), None);
    }
}
