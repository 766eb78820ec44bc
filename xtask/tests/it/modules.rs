//! Integration tests are modules of a program; a file that its `main.rs` does not declare would never run.

use std::fs;
use std::path::Path;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The folders below `tests` that are programs.
const PROGRAMS: [&str; 10] = [
    "bigid-api/tests/it",
    "bigid-app/tests/it",
    "bigid-auth-ext/tests/it",
    "bigid-auth-ext/tests/logs",
    "bigid-sandbox/tests/it",
    "examples/tests/programs",
    "fleet/tests/it",
    "witness/tests/it",
    "xtask/tests/foreign",
    "xtask/tests/it",
];

#[test]
fn every_file_of_integration_tests_is_a_module_of_its_program() {
    for program in PROGRAMS {
        let folder = Path::new(ROOT).join(program);
        let main = fs::read_to_string(folder.join("main.rs")).unwrap();
        for entry in fs::read_dir(&folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let Some(module) = name.strip_suffix(".rs").filter(|module| *module != "main") else { continue };
            let declared = format!("mod {module};");
            assert!(main.lines().any(|line| line == declared), "{program}/main.rs lacks `{declared}`");
        }
    }
}
