//! Which domains need each other.
#![allow(clippy::unwrap_used, reason = "a test that cannot read its files has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Every domain of a folder, by its file name: whether it is one of `names`, or holds a schema that one of them leads
/// to.
pub(crate) fn referred(domains: &Path, names: &[&str]) -> BTreeMap<String, bool> {
    let files = fs::read_dir(domains).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let texts: BTreeMap<String, String> =
        files.map(|name| (name.clone(), fs::read_to_string(domains.join(name)).unwrap())).collect();
    let mut open = names.to_vec();
    let mut reached = BTreeSet::new();
    while let Some(name) = open.pop() {
        if !reached.insert(name) {
            continue;
        }
        let mentions = texts[name].split("#/components/schemas/").skip(1);
        for schema in mentions.filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next()) {
            let defines = |text: &String| text.contains(&format!("\n    {schema}:\n"));
            open.extend(texts.iter().filter(|(_, text)| defines(text)).map(|(name, _)| name.as_str()));
        }
    }
    texts.keys().map(|name| (name.clone(), reached.contains(name.as_str()))).collect()
}
