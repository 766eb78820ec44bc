//! The one table that everything is printed as.

use serde::Serialize;

/// One figure.
#[derive(Serialize)]
pub struct Row {
    pub section: &'static str,
    pub name: String,
    pub unit: &'static str,
    pub median: f64,
    /// The quartiles, where something was timed; counts have none.
    pub spread: Option<(f64, f64)>,
    /// How many times the row that it is compared with, in the same run.
    pub ratio: Option<f64>,
    /// The row that it is compared with.
    pub against: Option<&'static str>,
    pub allocations: Option<u64>,
}

#[derive(Default)]
pub struct Table(Vec<Row>);

impl Table {
    pub fn push(&mut self, row: Row) {
        eprintln!("{}", line(&row));
        self.0.push(row);
    }

    pub fn print(&self) {
        let mut section = "";
        println!("| what | median | quartiles | ratio | allocations |\n|---|---|---|---|---|");
        for row in &self.0 {
            if row.section != section {
                section = row.section;
                println!("| **{section}** | | | | |");
            }
            println!("{}", line(row));
        }
    }

    pub fn json(&self) -> String {
        serde_json::to_string_pretty(&self.0).unwrap()
    }
}

fn line(row: &Row) -> String {
    let figure = |value: f64| match value {
        value if value >= 1e6 => format!("{:.2} M", value / 1e6),
        value if value >= 1e4 => format!("{:.1} k", value / 1e3),
        value => format!("{value:.1}"),
    };
    let spread = row.spread.map(|(low, high)| format!("{} to {}", figure(low), figure(high))).unwrap_or_default();
    let ratio =
        row.ratio.map(|ratio| format!("{ratio:.3} x {}", row.against.unwrap_or("the first"))).unwrap_or_default();
    let allocations = row.allocations.map(|count| count.to_string()).unwrap_or_default();
    format!("| {} | {} {} | {spread} | {ratio} | {allocations} |", row.name, figure(row.median), row.unit)
}
