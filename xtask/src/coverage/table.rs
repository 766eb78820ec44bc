//! The table for people.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::cell::Cell;

/// An operation, a status, a media type.
type Row<'a> = (&'a str, &'a str, &'a str);

/// Each documented response of each operation, by domain; a column for each security alternative shows whether it is
/// exercised.
pub(super) fn matrix(documented: &BTreeMap<Cell, String>, exercised: &BTreeSet<Cell>) -> String {
    let ways: BTreeSet<&str> = documented.keys().map(|cell| cell.security.as_str()).collect();
    let mut domains: BTreeMap<&str, BTreeMap<Row<'_>, BTreeMap<&str, bool>>> = BTreeMap::new();
    for (cell, domain) in documented {
        let row = (cell.operation.as_str(), cell.status.as_str(), cell.media_type.as_str());
        let columns = domains.entry(domain).or_default().entry(row).or_default();
        columns.insert(&cell.security, exercised.contains(cell));
    }
    let mut text = String::new();
    for (domain, rows) in domains {
        let head: String = ways.iter().map(|way| format!("  {way:>11}")).collect();
        let _ = writeln!(text, "{:WIDTH$}{head}", format!("{domain}:"));
        for ((operation, status, media_type), columns) in rows {
            let marks = ways.iter().map(|way| match columns.get(way) {
                Some(true) => "yes",
                Some(false) => "NO",
                None => "",
            });
            let marks: String = marks.map(|mark| format!("  {mark:>11}")).collect();
            let row = format!("  {operation:36} {status:4} {media_type:24}");
            let _ = writeln!(text, "{}", format!("{row:WIDTH$}{marks}").trim_end());
        }
        text.push('\n');
    }
    text
}

/// A line for each domain: how many of its cells are exercised.
pub(super) fn summary(documented: &BTreeMap<Cell, String>, exercised: &BTreeSet<Cell>) -> String {
    let mut domains: BTreeMap<&str, (BTreeSet<&str>, usize, usize)> = BTreeMap::new();
    for (cell, domain) in documented {
        let (operations, seen, all) = domains.entry(domain).or_default();
        operations.insert(&cell.operation);
        *seen += usize::from(exercised.contains(cell));
        *all += 1;
    }
    let mut text = format!("{:20} {:>10} {:>9} {:>5}\n", "domain", "operations", "exercised", "cells");
    for (domain, (operations, seen, all)) in domains {
        let _ = writeln!(text, "{domain:20} {:>10} {seen:>9} {all:>5}", operations.len());
    }
    text
}

/// The width of the first column: the longest operation, its status and its media type.
const WIDTH: usize = 68;
