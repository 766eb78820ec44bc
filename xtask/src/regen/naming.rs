//! The Rust names that progenitor makes out of a document's names.

use proc_macro2::TokenStream;

/// `listDataSources` as progenitor writes it: `list_data_sources`.
pub(super) fn snake(name: &str) -> String {
    words(name).join("_")
}

/// The name of the constant of an operation: `LIST_DATA_SOURCES`.
pub(super) fn shouting(name: &str) -> String {
    snake(name).to_uppercase()
}

/// The name of the types of an operation: `ListDataSources`.
pub(super) fn pascal(name: &str) -> String {
    let capital = |word: String| {
        let mut rest = word.chars();
        rest.next().into_iter().flat_map(char::to_uppercase).chain(rest.as_str().chars()).collect::<String>()
    };
    words(name).into_iter().map(capital).collect()
}

/// The words of a name: a capital begins one, and so does the last capital of a run (`HTTPServer` is two words).
fn words(name: &str) -> Vec<String> {
    let characters: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for (index, character) in characters.iter().enumerate() {
        if !character.is_alphanumeric() {
            open = false;
            continue;
        }
        let before = index.checked_sub(1).map(|before| characters[before]);
        let after = characters.get(index + 1);
        let begins = character.is_uppercase()
            && (before.is_some_and(|before| before.is_lowercase() || before.is_numeric())
                || before.is_some_and(char::is_uppercase) && after.is_some_and(|after| after.is_lowercase()));
        if !open || begins {
            words.push(String::new());
            open = true;
        }
        if let Some(word) = words.last_mut() {
            word.extend(character.to_lowercase());
        }
    }
    words
}

/// Parses tokens that this program wrote itself.
pub(super) fn tokens(text: &str) -> anyhow::Result<TokenStream> {
    text.parse().map_err(|error| anyhow::anyhow!("not Rust ({error}): {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words_as_progenitor_splits_them() {
        for (name, snaked) in [
            ("listDataSources", "list_data_sources"),
            ("createSession", "create_session"),
            ("getHTTPServer", "get_http_server"),
            ("list-scan.profiles", "list_scan_profiles"),
            ("_id", "id"),
            ("owners_v2", "owners_v2"),
        ] {
            assert_eq!(snake(name), snaked);
        }
        assert_eq!(pascal("exportDataSources"), "ExportDataSources");
    }
}
