//! What `spec diff` says, case by case.

use super::cases;

#[test]
fn every_case_means_what_it_is_expected_to_mean() {
    let cases = cases::all();
    assert!(cases.len() >= 120, "{}", cases.len());
    let judged = cases::judged(&cases).unwrap();
    let wrong: Vec<String> = cases
        .iter()
        .zip(&judged)
        .filter(|(case, (got, _))| case.expected != *got)
        .map(|(case, (got, said))| {
            format!("{}\n  expected {:?}\n  got      {got:?} ({said})", case.name, case.expected)
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
