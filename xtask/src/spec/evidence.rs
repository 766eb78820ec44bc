//! Evidence: each piece names sources that `spec/README.md` lists, and counts them correctly.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize as _;
use serde_json::Value;

use super::overlay::ActionEvidence;
use super::{Diagnostic, Diagnostics, Layer, Source, Violation, escape, nearest, operations};

const README: &str = "spec/README.md";

/// The weight of a source, from the third column of the table of sources.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SourceKind {
    /// Code or documents of BigID.
    FirstParty,
    /// Code or documents of others.
    Client,
    /// Names tools instead of paths, so operations are inferred from it by a naming rule.
    Tools,
    /// Lines that a source once had and removed.
    History,
    /// Derived from another source, so that it never counts.
    Derived,
}

/// The words of the third column.
const KINDS: [(&str, SourceKind); 6] = [
    ("first party", SourceKind::FirstParty),
    ("client", SourceKind::Client),
    ("guide", SourceKind::Client),
    ("tools", SourceKind::Tools),
    ("history", SourceKind::History),
    ("derived", SourceKind::Derived),
];

/// The allowed suffixes after a colon: recorded traffic, and operations inferred by a naming rule.
const MARKS: [&str; 2] = ["rec", INFERRED];
const INFERRED: &str = "inferred";

/// The strongest evidence for something, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strength {
    Recorded,
    FirstParty,
    Client,
    Inferred,
    History,
    Derived,
}

impl Strength {
    pub(crate) const ALL: [Self; 6] =
        [Self::Recorded, Self::FirstParty, Self::Client, Self::Inferred, Self::History, Self::Derived];

    /// The name in the documents.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Recorded => "recorded traffic",
            Self::FirstParty => "code or documents of BigID",
            Self::Client => "a working client of others",
            Self::Inferred => "inferred by a rule of naming",
            Self::History => "withdrawn by its source",
            Self::Derived => "a derived description alone",
        }
    }
}

/// The table of sources.
pub(crate) struct Listed(BTreeMap<String, SourceKind>);

/// The number of sources, each counted once, with separate counts of inferred and removed evidence.
#[derive(Default, PartialEq, Eq)]
struct Tally {
    independent: u64,
    inferred: u64,
    historical: u64,
}

impl Tally {
    fn of(said: &Value) -> Self {
        let count = |key: &str| said[key].as_u64().unwrap_or_default();
        Self { independent: count("independent"), inferred: count(INFERRED), historical: count("historical") }
    }

    /// As it is written in the contract.
    fn written(&self) -> String {
        let mut text = format!("independent: {}", self.independent);
        for (key, count) in [(INFERRED, self.inferred), ("historical", self.historical)] {
            if count > 0 {
                text += &format!(", {key}: {count}");
            }
        }
        text
    }
}

impl Listed {
    /// Reads the table.
    ///
    /// # Errors
    /// A file without the table, or a row of it whose third column is not a kind.
    pub(super) fn read(root: &Path) -> Result<Self, Diagnostic> {
        let missing = |said: String, line: usize| Diagnostic::new(said).file(README).line(Some(line));
        let text = std::fs::read_to_string(root.join(README))
            .map_err(|error| missing(format!("the list of sources cannot be read: {error}"), 1))?;
        let mut lines = text.lines().enumerate().skip_while(|(_, line)| *line != "## Sources").skip(1).peekable();
        if lines.peek().is_none() {
            return Err(missing("the section `## Sources`, which lists them, is missing".to_owned(), 1));
        }
        let mut listed = BTreeMap::new();
        for (index, line) in lines.take_while(|(_, line)| !line.starts_with("## ")) {
            let Some(row) = line.strip_prefix("| ").filter(|row| !row.starts_with("short ")) else { continue };
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let word = cells.get(2).copied().unwrap_or_default();
            let Some((_, kind)) = KINDS.iter().find(|(known, _)| *known == word) else {
                let known: Vec<&str> = KINDS.iter().map(|(known, _)| *known).collect();
                let message = format!("a source of the kind `{word}`; a kind is one of {}", known.join(", "));
                return Err(missing(message, index + 1));
            };
            listed.extend(cells[0].split(", ").map(|name| (name.to_owned(), *kind)));
        }
        Ok(Self(listed))
    }

    fn kind(&self, name: &str) -> Option<SourceKind> {
        self.0.get(name).copied()
    }

    /// The counts for the sources of a piece of evidence.
    fn tally(&self, names: &[&str]) -> Tally {
        let mut independent = BTreeSet::new();
        let mut tally = Tally::default();
        for name in names {
            let (base, mark) = split(name);
            match (self.kind(base), mark) {
                (_, Some(INFERRED)) => tally.inferred += 1,
                (Some(SourceKind::History), _) => tally.historical += 1,
                (Some(SourceKind::Derived), _) => {}
                _ => _ = independent.insert(base),
            }
        }
        tally.independent = independent.len() as u64;
        tally
    }

    /// The strongest of some sources, each of which is listed.
    pub(crate) fn strength(&self, names: &[String]) -> Strength {
        let of = |name: &String| match (self.kind(split(name).0), split(name).1) {
            (_, Some(INFERRED)) | (Some(SourceKind::Tools), _) => Strength::Inferred,
            (_, Some(_)) => Strength::Recorded,
            (Some(SourceKind::FirstParty), _) => Strength::FirstParty,
            (Some(SourceKind::Client), _) => Strength::Client,
            (Some(SourceKind::History), _) => Strength::History,
            (Some(SourceKind::Derived) | None, _) => Strength::Derived,
        };
        names.iter().map(of).min().unwrap_or(Strength::Derived)
    }

    /// The problem with the name of a source, and the remedy.
    fn objection(&self, name: &str) -> Option<(String, String)> {
        let (base, mark) = split(name);
        if self.kind(base).is_none() {
            let near = nearest(base, self.0.keys().map(String::as_str));
            let help = near.map_or_else(
                || format!("explain it in the table of sources in {README}"),
                |near| format!("did you mean `{near}`?"),
            );
            return Some((format!("the source `{name}` is listed nowhere"), help));
        }
        let mark = mark.filter(|mark| !MARKS.contains(mark))?;
        Some((format!("the source `{name}` has the mark `{mark}`"), format!("a mark is one of {}", MARKS.join(", "))))
    }

    /// Checks all evidence in a document against the list. The codegen layer also has the generator as a source.
    pub(super) fn violations(&self, document: &Value, layer: Layer) -> Vec<Violation> {
        let mut found = Vec::new();
        let mut places = Vec::new();
        evidence(document, String::new(), &mut places);
        for (pointer, said) in places {
            let names: Vec<&str> = said["sources"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            for (index, name) in names.iter().enumerate() {
                let of_generator = layer == Layer::Codegen
                    && ["progenitor ", "spec check: "].iter().any(|start| name.starts_with(start));
                if let Some((message, help)) = self.objection(name).filter(|_| !of_generator) {
                    found.push(Violation { pointer: format!("{pointer}/sources/{index}"), message, help });
                }
            }
            // An addition of an overlay is checked in the document that it changes.
            if said.get("sources").is_none() {
                continue;
            }
            let (right, counted) = (self.tally(&names), Tally::of(said));
            if counted != right {
                let message = format!("{} sources are counted as `{}`", names.len(), counted.written());
                let help = format!(
                    "write `{}`: each source counts once, a derived source does not count, and inferred or withdrawn evidence counts separately",
                    right.written()
                );
                found.push(Violation { pointer: format!("{pointer}/independent"), message, help });
            }
        }
        found
    }

    /// Sources that name tools do not show paths, so their evidence is inferred.
    pub(super) fn paths(&self, domains: &[Source], found: &mut Diagnostics) {
        for source in domains {
            for (pointer, path, method, operation) in operations(&source.value) {
                let names =
                    operation["x-evidence"]["sources"].as_array().into_iter().flatten().filter_map(Value::as_str);
                for (index, name) in names.enumerate().filter(|(_, name)| self.kind(name) == Some(SourceKind::Tools)) {
                    let message =
                        format!("{} {path} is said to be in `{name}`, which names tools", method.to_uppercase());
                    let help = format!("write `{name}:{INFERRED}`, and count it so");
                    found.push(source.finding(&format!("{pointer}/x-evidence/sources/{index}"), message).help(help));
                }
            }
        }
    }
}

/// `PLG:inferred`: the source and its suffix.
fn split(name: &str) -> (&str, Option<&str>) {
    name.split_once(':').map_or((name, None), |(base, mark)| (base, Some(mark)))
}

fn evidence<'a>(node: &'a Value, pointer: String, found: &mut Vec<(String, &'a Value)>) {
    match node {
        Value::Object(object) => {
            for (key, value) in object {
                let at = format!("{pointer}/{}", escape(key));
                if key == "x-evidence" {
                    found.push((at, value));
                } else {
                    evidence(value, at, found);
                }
            }
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| evidence(value, format!("{pointer}/{index}"), found));
        }
        _ => {}
    }
}

/// Checks that each operation and parameter that this project describes has evidence.
pub(super) fn each_has_it(domains: &[Source], found: &mut Diagnostics) {
    const HELP: &str = "add `x-evidence: {sources: [..], independent: N}` with the short names of spec/README.md";
    let lacks =
        |value: &Value| !ActionEvidence::deserialize(&value["x-evidence"]).is_ok_and(|said| !said.sources.is_empty());
    for source in domains {
        for (pointer, path, method, operation) in operations(&source.value) {
            let label = format!("{} {path}", method.to_uppercase());
            if lacks(operation) {
                found.push(source.finding(&pointer, format!("{label} has no evidence")).help(HELP));
            }
            for (index, parameter) in operation["parameters"].as_array().into_iter().flatten().enumerate() {
                if parameter.get("$ref").is_none() && lacks(parameter) {
                    let message = format!("the parameter {} of {label} has no evidence", parameter["name"]);
                    found.push(source.finding(&format!("{pointer}/parameters/{index}"), message).help(HELP));
                }
            }
        }
    }
}
