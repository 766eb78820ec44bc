//! The names of operations.

use std::fmt;

use http::Method;

use crate::contract::{self, Described, below_base};
use crate::profile::Profile;

/// The name of an operation: its operationId in snake case, like the client's methods.
///
/// Every method that takes one also accepts a string, in snake case or as the contract's operationId:
/// `sandbox.calls("list_data_sources")`, `sandbox.calls("listDataSources")`. Four names are the sandbox's own:
///
/// | name | meaning |
/// |---|---|
/// | `exchange` | the exchange of a user token, by whichever of the contract's two operations the profile has |
/// | `list_data_source_tags` | `GET /data-catalog/tags/all-pairs-ds`, which the contract leaves out because it fails everywhere |
/// | `custom` | a route that a test added |
/// | `unmatched` | everything else: an unknown path, a method that the path does not have, a refused `Host` |
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperationName(&'static str);

impl OperationName {
    pub(crate) const EXCHANGE: Self = Self("exchange");
    pub(crate) const CUSTOM: Self = Self("custom");
    pub(crate) const UNMATCHED: Self = Self("unmatched");
    pub(crate) const DATA_SOURCE_TAGS: Self = Self("list_data_source_tags");

    const OWN: [Self; 4] = [Self::EXCHANGE, Self::DATA_SOURCE_TAGS, Self::CUSTOM, Self::UNMATCHED];

    /// The name in snake case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// All names: first the contract's, by path and method, then the sandbox's own.
    pub fn all() -> impl Iterator<Item = Self> {
        contract::operations().iter().map(|one| Self(one.name)).chain(Self::OWN)
    }

    /// The name with this text, if there is one.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let of_contract = contract::operations().iter().find(|one| one.name == name || one.id == name);
        of_contract.map(|one| Self(one.name)).or_else(|| Self::OWN.into_iter().find(|own| own.0 == name))
    }

    /// Whether this name covers that operation.
    pub(crate) fn covers(self, operation: Self) -> bool {
        let is_exchange = || contract::operations().iter().any(|one| one.name == operation.0 && is_exchange(one));
        self == operation || (self == Self::EXCHANGE && is_exchange())
    }

    /// The three names that are most similar to an unknown one.
    fn similar(name: &str) -> Vec<&'static str> {
        let words = |text: &str| -> Vec<String> {
            text.to_ascii_lowercase().split('_').map(|word| word.trim_end_matches('s').to_owned()).collect()
        };
        let given = words(name);
        let unlike = |one: &Self| {
            let words = words(one.0);
            let shared = words.iter().filter(|word| given.contains(word)).count();
            words.len() + given.len() - 2 * shared
        };
        let mut all: Vec<Self> = Self::all().collect();
        all.sort_by_key(unlike);
        all.into_iter().map(|one| one.0).take(3).collect()
    }
}

impl fmt::Display for OperationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for OperationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl PartialEq<&str> for OperationName {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl From<&str> for OperationName {
    /// # Panics
    /// If no operation has this name: a mistyped name in a test must not count as "no calls".
    #[allow(clippy::panic, reason = "reached from the text of a test only, never from a request")]
    fn from(name: &str) -> Self {
        match Self::find(name) {
            Some(found) => found,
            None => panic!("no operation is named {name:?}; did you mean {}?", Self::similar(name).join(", ")),
        }
    }
}

/// The operation of a request, its name, and its path parameters.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) name: OperationName,
    pub(crate) described: Option<&'static Described>,
    pub(crate) parameters: Vec<String>,
}

impl Target {
    pub(crate) fn own(name: OperationName) -> Self {
        Self { name, described: None, parameters: Vec::new() }
    }

    /// The target of a request. For the exchange by the method that the profile does not know, it is an unknown path.
    pub(crate) fn find(profile: Profile, method: &Method, path: &str) -> Self {
        if is_data_source_tags(method, path) {
            return Self::own(OperationName::DATA_SOURCE_TAGS);
        }
        match contract::find(method, path) {
            Some((one, _)) if is_exchange(one) && one.method != profile.exchange_method() => {
                Self::own(OperationName::UNMATCHED)
            }
            Some((one, parameters)) => Self { name: OperationName(one.name), described: Some(one), parameters },
            None => Self::own(OperationName::UNMATCHED),
        }
    }
}

fn is_exchange(described: &Described) -> bool {
    described.path == "/refresh-access-token"
}

fn is_data_source_tags(method: &Method, path: &str) -> bool {
    let below = below_base(path).map(|below| below.strip_suffix('/').unwrap_or(below));
    matches!(*method, Method::GET | Method::HEAD)
        && below.is_some_and(|below| below.eq_ignore_ascii_case("data-catalog/tags/all-pairs-ds"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_and_so_is_every_identifier_of_the_contract() {
        for name in OperationName::all() {
            assert_eq!(OperationName::from(name.as_str()), name);
        }
        for one in contract::operations() {
            assert_eq!(OperationName::from(one.id), one.name);
        }
    }

    #[test]
    fn a_mistyped_name_is_rejected_with_similar_names() {
        let panic = std::panic::catch_unwind(|| OperationName::from("list_data_source")).unwrap_err();
        let text = panic.downcast_ref::<String>().unwrap();
        assert!(text.contains("list_data_sources"), "{text}");
    }

    #[test]
    fn each_profile_knows_one_exchange_and_both_have_one_name() {
        for (profile, method, name) in [
            (Profile::Deployed2023, Method::GET, "exchange_user_token"),
            (Profile::Deployed2023, Method::POST, "unmatched"),
            (Profile::Spec, Method::POST, "refresh_access_token"),
            (Profile::Spec, Method::GET, "unmatched"),
        ] {
            let target = Target::find(profile, &method, "/api/v1/refresh-access-token");
            assert_eq!(target.name, name);
            assert_eq!(OperationName::EXCHANGE.covers(target.name), name != "unmatched");
        }
    }

    #[test]
    fn a_request_finds_its_operation() {
        for (method, path, name) in [
            (Method::GET, "/API/v1/DS-Connections/", "list_data_sources"),
            (Method::GET, "/api/v1/ds-connections//", "unmatched"),
            (Method::GET, "/ds-connections", "unmatched"),
            (Method::GET, "/api/v1", "unmatched"),
            (Method::GET, "/api/v1/data-catalog/tags/all-pairs-ds", "list_data_source_tags"),
            (Method::PATCH, "/api/v1/sessions", "unmatched"),
        ] {
            assert_eq!(Target::find(Profile::Deployed6x, &method, path).name, name, "{path}");
        }
    }
}
