//! The one table that everything is printed as.

use serde::{Deserialize, Serialize};

/// One figure. The programs of `bench/` write the same as JSON.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) section: String,
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) median: f64,
    /// The quartiles; counts have none.
    pub(super) spread: Option<(f64, f64)>,
    /// The ratio to the row that it is compared with, in the same run.
    pub(super) ratio: Option<f64>,
    pub(super) against: Option<String>,
    pub(super) allocations: Option<u64>,
}

impl Row {
    pub(super) fn new(section: &str, name: impl Into<String>, median: f64, unit: &str) -> Self {
        let (section, name, unit) = (section.into(), name.into(), unit.into());
        Self { section, name, unit, median, spread: None, ratio: None, against: None, allocations: None }
    }

    /// The ratio to a row's figure.
    pub(super) fn over(self, name: &str, figure: f64) -> Self {
        Self { ratio: Some(self.median / figure), against: Some(name.into()), ..self }
    }

    fn line(&self) -> String {
        let spread = self.spread.map(|(low, high)| format!("{} to {}", figure(low), figure(high))).unwrap_or_default();
        let against = self.against.as_deref().unwrap_or("the first");
        let ratio = self.ratio.map(|ratio| format!("{ratio:.3} x {against}")).unwrap_or_default();
        let allocations = self.allocations.map(|count| count.to_string()).unwrap_or_default();
        format!("| {} | {} {} | {spread} | {ratio} | {allocations} |", self.name, figure(self.median), self.unit)
    }
}

fn figure(value: f64) -> String {
    match value {
        value if value >= 1e6 => format!("{:.2} M", value / 1e6),
        value if value >= 1e4 => format!("{:.1} k", value / 1e3),
        value if value.fract() == 0.0 => format!("{value}"),
        value if value < 10.0 => format!("{value:.2}"),
        value => format!("{value:.1}"),
    }
}

#[derive(Default)]
pub(super) struct Table(Vec<Row>);

impl Table {
    /// Adds a row, and prints it at once on standard error: a whole run takes long.
    pub(super) fn push(&mut self, row: Row) {
        eprintln!("{}", row.line());
        self.0.push(row);
    }

    /// Adds rows that were printed by the program that measured them.
    pub(super) fn extend(&mut self, rows: Vec<Row>) {
        self.0.extend(rows);
    }

    pub(super) fn print(&self) {
        println!("| what | median | quartiles | ratio | allocations |\n|---|---|---|---|---|");
        let mut section = "";
        for row in &self.0 {
            if row.section != section {
                section = &row.section;
                println!("| **{section}** | | | | |");
            }
            println!("{}", row.line());
        }
    }

    pub(super) fn json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string_pretty(&self.0)? + "\n")
    }
}
