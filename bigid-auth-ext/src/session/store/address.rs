//! Parses `BIGID_SESSION_STORE`.

use std::sync::Arc;

use super::{FileStore, SessionStore, StoreError};

/// Parses the text: `file`, `file:/folder`, or the URL of a Redis server.
///
/// # Errors
/// The text is invalid. The error does not repeat it, because it may contain a password.
pub(crate) fn store(text: &str) -> Result<Arc<dyn SessionStore>, StoreError> {
    if text == "file" {
        return Ok(Arc::new(FileStore::new()?));
    }
    if let Some(folder) = text.strip_prefix("file:") {
        // A file URL has three slashes before the folder; after two slashes comes a host.
        let folder = folder.strip_prefix("//").unwrap_or(folder);
        if !std::path::Path::new(folder).is_absolute() {
            return Err(StoreError::new(
                "the folder after `file:` must be an absolute path, as in file:/var/lib/orders/sessions",
            ));
        }
        return Ok(Arc::new(FileStore::at(folder)));
    }
    if ["redis://", "rediss://"].iter().any(|scheme| text.starts_with(scheme)) {
        return redis(text);
    }
    Err(StoreError::new("expected `file`, `file:/folder`, or `redis://host:port`"))
}

#[cfg(feature = "redis")]
fn redis(url: &str) -> Result<Arc<dyn SessionStore>, StoreError> {
    Ok(Arc::new(super::RedisStore::new(url)?))
}

#[cfg(not(feature = "redis"))]
fn redis(_: &str) -> Result<Arc<dyn SessionStore>, StoreError> {
    Err(StoreError::new("this build has no Redis; enable the feature `redis` of bigid-auth-ext"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_a_store_or_an_error_says_what_is_expected_without_repeating_it() {
        for (text, named) in [
            ("file:/var/lib/x", Ok("FileStore { folder: \"/var/lib/x\", .. }")),
            ("file:///var/lib/x", Ok("FileStore { folder: \"/var/lib/x\", .. }")),
            ("file:hunter2", Err("absolute path")),
            ("file:", Err("absolute path")),
            ("file://hunter2/x", Err("absolute path")),
            ("memcached://u:hunter2@h", Err("expected `file`")),
            ("/hunter2", Err("expected `file`")),
            #[cfg(feature = "redis")]
            ("redis://u:hunter2@127.0.0.1:1/0", Ok("RedisStore(Server { .. })")),
            #[cfg(feature = "redis")]
            ("redis://u:hunter2@[/0", Err("cannot be read")),
            #[cfg(not(feature = "redis"))]
            ("redis://u:hunter2@127.0.0.1:1/0", Err("enable the feature `redis`")),
        ] {
            match (store(text).map(|store| format!("{store:?}")), named) {
                (Ok(store), Ok(expected)) => assert_eq!(store, expected),
                (Err(error), Err(expected)) => {
                    let error = format!("{error} {error:?}");
                    assert!(error.contains(expected) && !error.contains("hunter2"), "{text}: {error}");
                }
                (got, _) => panic!("{text}: {got:?}"),
            }
        }
    }
}
