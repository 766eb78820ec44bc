//! A workspace of `bigid-api` alone, in which a contract of random operations is generated from, compiled and called.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use super::case::Case;
use crate::referred::referred;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The domains that hand-written code needs, and that every document may refer to.
const KEPT: [&str; 3] = ["authentication.yaml", "data-sources.yaml", "shared.yaml"];

/// The manifests, and the dependencies that are not here.
const MANIFESTS: [(&str, &[&str]); 2] = [
    ("bigid-api/Cargo.toml", &["bigid-sandbox", "bigid-witness"]),
    ("contract-harness/Cargo.toml", &["bigid-witness"]),
];

/// It has a fixed path, so that cargo rebuilds only what changed, and each run starts by recreating it.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    pub(crate) fn new() -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("property");
        let _ = fs::remove_dir_all(&root);
        for folder in ["spec/upstream", "spec/overlays", "bigid-api/src", "contract-harness/src", "xtask/src/spec"] {
            copy(&Path::new(ROOT).join(folder), &root.join(folder));
        }
        for file in
            ["Cargo.lock", "spec/README.md", "bigid-api/build.rs", "bigid-api/README.md", "contract-harness/README.md"]
        {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::copy(Path::new(ROOT).join(file), root.join(file)).unwrap();
        }
        let workspace = Self { root };
        let of_root = |name: &str| fs::read_to_string(Path::new(ROOT).join(name)).unwrap();
        let members = of_root("Cargo.toml");
        let members = members.lines().map(|line| {
            if line.starts_with("members") { "members = [\"bigid-api\", \"contract-harness\"]" } else { line }
        });
        workspace.write("Cargo.toml", &members.collect::<Vec<_>>().join("\n"));
        // Neither the sandbox nor the witness: requests are compared with the values from which they were made.
        for (name, left_out) in MANIFESTS {
            let manifest = of_root(name);
            let kept = manifest.lines().filter(|line| !left_out.iter().any(|word| line.starts_with(word)));
            workspace.write(name, &(kept.collect::<Vec<_>>().join("\n") + "\n"));
        }
        // Pages about domains that are not here.
        workspace.write("bigid-api/src/domains.rs", "//! Left out.\n");
        workspace.write("contract-harness/src/client.rs", include_str!("client.rs"));
        workspace.write("bigid-api/tests/odd.rs", include_str!("driver.rs"));
        workspace
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Makes these cases, and no others, the contract.
    pub(crate) fn set(&self, cases: &[&Case]) {
        let domains = self.root.join("spec/domains");
        let _ = fs::remove_dir_all(&domains);
        fs::create_dir_all(&domains).unwrap();
        let contract = Path::new(ROOT).join("spec/domains");
        for (name, _) in referred(&contract, &KEPT).into_iter().filter(|(_, is_needed)| *is_needed) {
            fs::copy(contract.join(&name), domains.join(&name)).unwrap();
        }
        let tag = "openapi: 3.0.3\ninfo: {title: Odd, version: '1.0'}\ntags:\n  - {name: Odd, description: Odd operations.}\n";
        self.write("spec/domains/odd.yaml", tag);
        for case in cases {
            // JSON is YAML.
            self.write(&case.file(), &format!("{:#}\n", case.document));
        }
        let expected: Vec<&Value> = cases.iter().map(|case| &case.expected).collect();
        self.write("bigid-api/tests/cases.json", &serde_json::to_string_pretty(&expected).unwrap());
    }

    pub(crate) fn regen(&self) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask")).args(["regen", "--root"]).arg(&self.root).output().unwrap()
    }

    /// Compiles the client, its mocks and its tests; `run` also makes the calls.
    pub(crate) fn test(&self, run: bool) -> Output {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["test", "--offline", "--quiet", "--package", "bigid-api", "--test", "odd"]);
        command.args(if run { ["--", "--nocapture"].as_slice() } else { ["--no-run"].as_slice() });
        // What the workspace around has built is not built again.
        command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join(".."));
        command.current_dir(&self.root).output().unwrap()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, place) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &place)
        } else {
            let _ = fs::copy(path, place).unwrap();
        }
    }
}
