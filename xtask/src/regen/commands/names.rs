//! The names of commands: `bigid DOMAIN VERB`.
//!
//! The domain is the operation's tag. The verb is its operationId, without the words of the domain if they follow its
//! first word, in the singular or the plural: `listDataSources` of `DataSources` is `data-sources list`, and
//! `getScanStatus` of `Scans` is `scans get-status`. `getDataSourceScan` of `Scans` is `scans get-data-source-scan`:
//! nothing else is left out.

use heck::ToKebabCase as _;

/// A Rust name as a command-line argument.
pub(super) fn kebab(rust: &str) -> String {
    rust.to_kebab_case()
}

/// The verb of an operation in its domain.
pub(super) fn verb(id: &str, tag: &str) -> String {
    let (id, tag) = (kebab(id), kebab(tag));
    let (domain, words): (Vec<&str>, Vec<&str>) = (tag.split('-').collect(), id.split('-').collect());
    let follows = |at: usize, word: &str| words.get(1 + at).is_some_and(|given| singular(given) == singular(word));
    let skipped = if domain.iter().enumerate().all(|(at, word)| follows(at, word)) { domain.len() } else { 0 };
    let kept: Vec<&str> = words[..1].iter().chain(&words[1 + skipped..]).copied().collect();
    kept.join("-")
}

/// A word without its plural ending. The result need not be a word.
fn singular(word: &str) -> String {
    match word.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => word.strip_suffix('s').unwrap_or(word).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_domain_are_left_out_behind_the_first_word_alone() {
        for (id, tag, expected) in [
            ("listDataSources", "DataSources", "list"),
            ("getDataSource", "DataSources", "get"),
            ("listDataSourcesLegacy", "DataSources", "list-legacy"),
            ("createCredential", "DataSources", "create-credential"),
            ("getScanStatus", "Scans", "get-status"),
            ("getDataSourceScan", "Scans", "get-data-source-scan"),
            ("listAccessUsers", "AccessIntelligence", "list-access-users"),
            ("deleteSavedQuery", "SavedQueries", "delete"),
            ("updateCases", "Cases", "update"),
            ("scans", "Scans", "scans"),
            ("list", "Scans", "list"),
        ] {
            assert_eq!(verb(id, tag), expected, "{id}");
        }
    }
}
