//! The minimum Rust version of the published libraries: the highest `rust-version` of everything that a user compiles
//! with them, which is all their dependencies, including those of build scripts, but not those of tools or tests.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub(crate) type Version = (u32, u32, u32);

/// The versions that the packages of the workspace declare.
pub(crate) fn claimed(metadata: &Value) -> Vec<Version> {
    packages(metadata).filter(|package| is_ours(package)).map(rust_version).collect()
}

/// The version that the published libraries need because of their dependencies; `None` if there is no such library.
///
/// `metadata` is that of `cargo metadata`, whose resolution holds the optional dependencies that some target of the
/// workspace enables.
pub(crate) fn of_libraries(metadata: &Value) -> Option<Version> {
    let by_id: BTreeMap<&str, &Value> =
        packages(metadata).filter_map(|package| Some((package["id"].as_str()?, package))).collect();
    let nodes = metadata["resolve"]["nodes"].as_array().into_iter().flatten();
    let edges: BTreeMap<&str, &Value> = nodes.filter_map(|node| Some((node["id"].as_str()?, &node["deps"]))).collect();
    let published = by_id.values().filter(|package| is_ours(package) && is_published(package));
    let mut todo: Vec<&str> = published.filter_map(|package| package["id"].as_str()).collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = todo.pop() {
        if seen.insert(id) {
            let dependencies = edges.get(id).and_then(|deps| deps.as_array()).into_iter().flatten();
            todo.extend(dependencies.filter(|edge| is_compiled_by_users(edge)).filter_map(|edge| edge["pkg"].as_str()));
        }
    }
    seen.iter()
        .filter_map(|id| by_id.get(id))
        .filter(|package| !is_ours(package))
        .map(|package| rust_version(package))
        .max()
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().into_iter().flatten()
}

fn is_ours(package: &Value) -> bool {
    package["source"].is_null()
}

/// `publish = false` is an empty list of registries.
fn is_published(package: &Value) -> bool {
    package["publish"].as_array().is_none_or(|registries| !registries.is_empty())
}

/// A dependency that only tests need is of the kind `dev`. The kind of a normal one is null.
fn is_compiled_by_users(edge: &Value) -> bool {
    edge["dep_kinds"].as_array().into_iter().flatten().any(|kind| kind["kind"] != "dev")
}

fn rust_version(package: &Value) -> Version {
    let mut parts =
        package["rust_version"].as_str().unwrap_or_default().split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A library and a tool of the workspace, with one dependency of each kind that needs a newer Rust than the one
    /// before.
    fn metadata(kind: Value, of: &str) -> Value {
        let package = |id: &str, source: Value, publish: Value, rust: &str| json!({ "id": id, "source": source, "publish": publish, "rust_version": rust });
        let node = |id: &str| {
            let mut deps = vec![];
            if id == "library" {
                deps.push(json!({ "pkg": "normal", "dep_kinds": [{ "kind": "dev" }, { "kind": null }] }));
            }
            if id == of {
                deps.push(json!({ "pkg": "other", "dep_kinds": [{ "kind": kind }] }));
            }
            json!({ "id": id, "deps": deps })
        };
        let nodes = ["library", "tool", "normal", "other"].map(node);
        json!({
            "packages": [
                package("library", Value::Null, Value::Null, "1.80"),
                package("tool", Value::Null, json!([]), "1.80"),
                package("normal", json!("registry"), Value::Null, "1.80"),
                package("other", json!("registry"), Value::Null, "1.90.1"),
            ],
            "resolve": { "nodes": nodes },
        })
    }

    #[test]
    fn only_what_users_of_the_published_libraries_compile_counts_at_any_depth() {
        let (low, high) = ((1, 80, 0), (1, 90, 1));
        for (kind, of, needed) in [
            (Value::Null, "library", high),
            (Value::Null, "normal", high),
            (Value::Null, "tool", low),
            (json!("dev"), "library", low),
            (json!("dev"), "normal", low),
            (json!("build"), "library", high),
            (json!("build"), "normal", high),
            (json!("build"), "tool", low),
        ] {
            assert_eq!(of_libraries(&metadata(kind.clone(), of)), Some(needed), "a {kind} dependency of {of}");
        }
        assert_eq!(claimed(&metadata(Value::Null, "tool")), [low, low]);
        assert_eq!(of_libraries(&json!({})), None);
    }
}
