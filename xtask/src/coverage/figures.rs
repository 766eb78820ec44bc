//! The committed figures, and the check that coverage has not decreased.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::cell::Cell;

/// How much of the contract is exercised, by dimension.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Figures {
    operations: Share,
    statuses: Share,
    media_types: Share,
    cells: Share,
    /// The cells that no test exercises, one line each.
    missing: BTreeSet<String>,
}

/// A part of a whole.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Share {
    exercised: usize,
    documented: usize,
}

impl Figures {
    pub(super) fn of(documented: &BTreeMap<Cell, String>, exercised: &BTreeSet<Cell>) -> Self {
        // An operation counts as exercised with its first cell.
        let share = |part: fn(&Cell) -> String| {
            let count = |cells: &mut dyn Iterator<Item = &Cell>| cells.map(part).collect::<BTreeSet<_>>().len();
            Share { exercised: count(&mut exercised.iter()), documented: count(&mut documented.keys()) }
        };
        Self {
            operations: share(|cell| cell.operation.clone()),
            statuses: share(|cell| format!("{} {}", cell.operation, cell.status)),
            media_types: share(|cell| format!("{} {} {}", cell.operation, cell.status, cell.media_type)),
            cells: share(ToString::to_string),
            missing: documented.keys().filter(|cell| !exercised.contains(cell)).map(ToString::to_string).collect(),
        }
    }

    /// What is worse than before: a documented cell that is no longer exercised, or a smaller total.
    pub(super) fn fall_from(&self, before: &Self) -> Option<String> {
        let lost: Vec<&str> = self.missing.difference(&before.missing).map(String::as_str).collect();
        if !lost.is_empty() {
            return Some(format!("no test exercises these cells of the contract:\n  {}", lost.join("\n  ")));
        }
        let (now, then) = (self.cells.exercised, before.cells.exercised);
        (now < then).then(|| format!("{now} cells are exercised, {then} before: the contract documents fewer"))
    }

    /// The text of the committed file.
    pub(super) fn text(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operations, statuses, media_types, cells, .. } = self;
        write!(
            f,
            "operations {operations}, documented statuses {statuses}, with media type {media_types}, with security {cells}"
        )
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Rounded down, so that 100 % means all.
        let percent = (self.exercised * 100).checked_div(self.documented).unwrap_or(100);
        write!(f, "{} of {} ({percent} %)", self.exercised, self.documented)
    }
}
