//! Random operations of every construct that OpenAPI 3.0 has, many in one contract: each is either refused with its
//! file and line, or becomes a client that compiles and sends and reads what its document says.
//!
//! One batch runs with the other tests. `cargo xtask property` runs 25 with 150 operations each; `PROPERTY_SEED` is the
//! first seed, `PROPERTY_BATCHES` how many follow one another, `PROPERTY_OPERATIONS` the size of each.

mod case;
mod names;
mod schema;
mod workspace;

use std::collections::BTreeMap;
use std::env;

use case::Case;
use workspace::Workspace;

#[test]
fn every_legal_operation_is_refused_with_its_place_or_compiles_and_does_what_its_document_says() {
    let setting = |name: &str, default: u64| env::var(name).map_or(default, |value| value.parse().unwrap());
    let seed = setting("PROPERTY_SEED", 1);
    let operations = usize::try_from(setting("PROPERTY_OPERATIONS", 100)).unwrap();
    let workspace = Workspace::new();
    for seed in seed..seed + setting("PROPERTY_BATCHES", 1) {
        let cases: Vec<Case> = (0..operations).map(|number| Case::new(seed, number)).collect();
        let (accepted, refused) = accepted(&workspace, cases.iter().collect(), seed);
        for (why, count) in &refused {
            println!("seed {seed}: {count:3} refused: {why}");
        }
        // Were nearly all refused, nothing would be tested.
        assert!(accepted.len() * 5 > operations, "seed {seed}: only {} are accepted", accepted.len());
        does_what_it_says(&workspace, &accepted, seed);
        println!("seed {seed}: {} of {operations} operations were accepted, compiled and called", accepted.len());
    }
}

/// The cases that `regen` takes, all at once, and why it refuses the others.
fn accepted<'a>(
    workspace: &Workspace,
    mut cases: Vec<&'a Case>,
    seed: u64,
) -> (Vec<&'a Case>, BTreeMap<String, usize>) {
    let mut refused = BTreeMap::new();
    loop {
        workspace.set(&cases);
        let Err(said) = regen(workspace) else { return (cases, refused) };
        let findings = findings(&said);
        let before = cases.len();
        cases.retain(|case| !findings.iter().any(|(_, place)| place.starts_with(&format!("{}:", case.file()))));
        if cases.len() == before {
            let fails = |cases: &[&Case]| {
                workspace.set(cases);
                let said = regen(workspace).err()?;
                let placed = |case: &&Case| findings_of(&said, case);
                (!cases.iter().any(placed)).then_some(said)
            };
            report(seed, "regen fails without naming a file and line", &cases, fails);
        }
        for (message, _) in findings {
            let kind = message.split(": ").next().filter(|code| code.contains('[')).unwrap_or(&message);
            // Without the names: text in backticks, and the operation.
            let kind = kind.split('`').step_by(2).collect::<Vec<_>>().join("..");
            let kind = kind.split(' ').filter(|word| !word.starts_with("odd")).collect::<Vec<_>>().join(" ");
            *refused.entry(kind).or_insert(0) += 1;
        }
    }
}

fn regen(workspace: &Workspace) -> Result<(), String> {
    let output = workspace.regen();
    if output.status.success() { Ok(()) } else { Err(errors(&String::from_utf8_lossy(&output.stderr))) }
}

/// The output without the warnings.
fn errors(said: &str) -> String {
    let mut warns = false;
    let lines = said.lines().filter(|line| {
        warns = if warns { !line.is_empty() } else { line.starts_with("warning") };
        !warns && !line.is_empty()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Each error and its file and line.
fn findings(said: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = said.lines().collect();
    let errors = lines.windows(2).filter(|pair| pair[0].starts_with("error"));
    errors.filter_map(|pair| Some((pair[0].to_owned(), pair[1].strip_prefix("  --> ")?.to_owned()))).collect()
}

fn findings_of(said: &str, case: &Case) -> bool {
    findings(said).iter().any(|(_, place)| place.starts_with(&format!("{}:", case.file())))
}

fn does_what_it_says(workspace: &Workspace, cases: &[&Case], seed: u64) {
    let output = workspace.test(true);
    if output.status.success() {
        return;
    }
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let failed: Vec<&str> = out.lines().filter(|line| line.starts_with("FAILED ")).collect();
    if !failed.is_empty() {
        let case = cases.iter().find(|case| failed[0].starts_with(&format!("FAILED {}:", case.expected["id"])));
        let document = case.map(|case| format!("{:#}", case.document)).unwrap_or_default();
        panic!("seed {seed}: {}\nthe first of them:\n{document}", failed.join("\n"));
    }
    println!("seed {seed}: {out}\n{err}");
    let fails = |cases: &[&Case]| {
        workspace.set(cases);
        regen(workspace).unwrap();
        let output = workspace.test(false);
        (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
    };
    report(seed, "the client does not compile", cases, fails);
}

/// Halves the cases until as few as possible fail, and panics with them.
fn report(seed: u64, what: &str, cases: &[&Case], fails: impl Fn(&[&Case]) -> Option<String>) -> ! {
    let mut suspects = cases.to_vec();
    let mut said = String::new();
    let mut size = suspects.len().div_ceil(2);
    // One part is left out after the other; what still fails without it goes on without it.
    while size > 0 && suspects.len() > 1 {
        let mut from = 0;
        while from < suspects.len() && suspects.len() > 1 {
            let mut rest = suspects.clone();
            rest.drain(from..(from + size).min(rest.len()));
            match if rest.is_empty() { None } else { fails(&rest) } {
                Some(text) => (suspects, said) = (rest, text),
                None => from += size,
            }
        }
        size = if size == 1 { 0 } else { size.div_ceil(2) };
    }
    let documents: Vec<String> = suspects.iter().map(|case| format!("{}\n{:#}", case.file(), case.document)).collect();
    panic!("seed {seed}: {what}: {said}\n{}", documents.join("\n"));
}
