//! Numbers and booleans, by the names of their fields.

use super::{Context, TIMES_MS};
use crate::contract::Schema;

/// How the numbers of a field are made.
#[derive(Debug)]
pub(crate) struct Integer {
    of: NumberKind,
    least: i64,
    most: i64,
}

#[derive(Debug)]
enum NumberKind {
    /// The place of the record.
    Place,
    /// From the first number on, so many different ones, so far apart.
    Range(i64, usize, i64),
}

impl Integer {
    pub(super) fn of(schema: Schema, name: &str) -> Self {
        let lower = name.to_ascii_lowercase();
        let is = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
        let of = match lower.as_str() {
            "statuscode" => NumberKind::Range(200, 1, 1),
            "offset" | "skip" => NumberKind::Range(0, 1, 1),
            "position" | "order" | "index" => NumberKind::Place,
            _ if is(&["progress", "pct", "percent", "ratio"]) => NumberKind::Range(0, 101, 1),
            _ if is(&["size", "bytes"]) => NumberKind::Range(512, 40_000_000, 1),
            _ if is(&["priority", "rank", "level", "score", "risk"]) => NumberKind::Range(1, 5, 1),
            _ if name.ends_with("At") || is(&["_at", "date", "timestamp"]) => {
                NumberKind::Range(TIMES_MS, 31_536_000, 1_000)
            }
            _ if is(&["count", "total", "amount", "amt", "number", "findings", "num"]) => NumberKind::Range(0, 500, 1),
            _ => NumberKind::Range(0, 100, 1),
        };
        Self { of, least: schema.minimum().unwrap_or(i64::MIN), most: schema.maximum().unwrap_or(i64::MAX) }
    }

    pub(super) fn make(&self, context: &Context<'_>, name: &str) -> i64 {
        let made = match self.of {
            NumberKind::Place => context.number as i64 % 100,
            NumberKind::Range(first, count, apart) => first + context.random(name).below(count) as i64 * apart,
        };
        made.max(self.least).min(self.most)
    }
}

/// How likely a field is true.
#[derive(Debug)]
pub(crate) struct Boolean(f64);

impl Boolean {
    pub(super) fn of(name: &str) -> Self {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "success" => Self(1.0),
            _ if ["archived", "deleted", "hidden", "disabled", "error"].iter().any(|part| lower.contains(part)) => {
                Self(0.0)
            }
            _ => Self(0.7),
        }
    }

    pub(super) fn make(&self, context: &Context<'_>, name: &str) -> bool {
        context.random(name).chance(self.0)
    }
}
