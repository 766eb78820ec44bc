//! The result of a referee.

/// The result of one referee.
#[derive(Debug)]
pub(crate) struct CheckResult {
    pub(crate) referee: &'static str,
    pub(crate) version: String,
    /// How much was checked, in the referee's own units.
    pub(crate) cases: String,
    /// The violations, one per line.
    pub(crate) faults: Vec<String>,
}

impl CheckResult {
    pub(crate) fn is_good(&self) -> bool {
        self.faults.is_empty()
    }
}

/// One line per referee, followed by its violations.
pub(crate) fn table(outcomes: &[CheckResult]) -> String {
    let wide = outcomes.iter().map(|outcome| outcome.cases.len()).max().unwrap_or_default();
    let mut table = format!("\n{:<12}  {:<8}  {:<wide$}  result\n", "referee", "version", "cases");
    for CheckResult { referee, version, cases, faults } in outcomes {
        let result = if faults.is_empty() { "passed".to_owned() } else { format!("faults: {}", faults.len()) };
        table += &format!("{referee:<12}  {version:<8}  {cases:<wide$}  {result}\n");
    }
    for outcome in outcomes {
        for fault in &outcome.faults {
            table += &format!("\n{}: {fault}", outcome.referee);
        }
    }
    if outcomes.iter().all(CheckResult::is_good) { table } else { table + "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_below_the_table() {
        let outcome =
            |referee, faults| CheckResult { referee, version: "1.2.3".into(), cases: "7 cases".into(), faults };
        let table = table(&[outcome("one", vec![]), outcome("other", vec!["a thing".into()])]);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[2], "one           1.2.3     7 cases  passed");
        assert_eq!(lines[3], "other         1.2.3     7 cases  faults: 1");
        assert_eq!(lines.last(), Some(&"other: a thing"));
    }
}
