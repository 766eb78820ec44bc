//! The contract pipeline: `regen` on contracts of several sizes.

use std::fs;
use std::path::Path;

use super::table::{Row, Table};
use super::{copies, usage};
use crate::this_program;

const SECTION: &str = "contract pipeline";

/// How many operations, at least; the first is the contract as it is.
const SIZES: [usize; 4] = [0, 250, 500, 1_000];

pub(super) fn measure(root: &Path, quick: bool, table: &mut Table) -> anyhow::Result<()> {
    let rounds = if quick { 1 } else { 5 };
    let mut first = None;
    for size in SIZES {
        let folder = tempfile::tempdir()?;
        let operations = copies::write(root, folder.path(), size)?;
        let mut regen = this_program::command()?;
        regen.arg("regen").arg("--root").arg(folder.path()).current_dir(folder.path());
        // What is measured is a run after a change, rather than the one that first sees the copies.
        usage::of(&regen)?;
        let (mut seconds, mut peak) = (Vec::new(), 0);
        for round in 0..rounds {
            change(folder.path(), round)?;
            let usage = usage::of(&regen)?;
            seconds.push(usage.cpu_seconds);
            peak = peak.max(usage.peak_bytes);
        }
        seconds.sort_by(f64::total_cmp);
        let at = |part: usize| seconds[(seconds.len() - 1) * part / 4];
        let (median, per) = (at(2), at(2) * 1e3 / operations as f64);
        let first = *first.get_or_insert(per);
        let name = format!("regen, {operations} operations");
        table.push(Row { spread: Some((at(1), at(3))), ..Row::new(SECTION, &name, median, "CPU seconds") });
        table.push(Row::new(SECTION, format!("{name}, each"), per, "CPU ms").over("the contract as it is", first));
        table.push(Row::new(SECTION, name, peak as f64 / 1_048_576.0, "MiB at most"));
    }
    Ok(())
}

/// Changes a description, so that a run has something to explain and to write.
fn change(folder: &Path, round: usize) -> anyhow::Result<()> {
    let file = folder.join("spec/domains/data-sources.yaml");
    let text = fs::read_to_string(&file)?;
    let (before, after) =
        (format!("summary: Get a data source{}\n", " again".repeat(round)), " again".repeat(round + 1));
    anyhow::ensure!(text.contains(&before), "{} has no `{before}`", file.display());
    Ok(fs::write(&file, text.replacen(&before, &format!("summary: Get a data source{after}\n"), 1))?)
}
