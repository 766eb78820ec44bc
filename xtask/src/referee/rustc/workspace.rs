//! A workspace of `bigid-api` and of programs that use it, with a separate contract.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::spec::{references, schema_name};
use crate::this_program;

/// The domains that hand-written code needs.
const KEPT: [&str; 3] = ["authentication.yaml", "data-sources.yaml", "shared.yaml"];

/// Copied as they are.
const COPIED: [&str; 9] = [
    "Cargo.lock",
    "bigid-api/README.md",
    "bigid-api/build.rs",
    "bigid-api/src",
    "contract-harness/src/generated",
    "spec/README.md",
    "spec/overlays",
    "spec/upstream",
    "xtask/src/spec",
];

pub(super) struct Workspace {
    folder: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Recreates the workspace and generates its client.
    pub(super) fn new(
        root: &Path,
        name: &str,
        contract: &Value,
        programs: &[(String, String)],
    ) -> anyhow::Result<Self> {
        let target = root.canonicalize()?.join("target");
        let workspace = Self { folder: target.join("rustc").join(name), target };
        let _ = fs::remove_dir_all(&workspace.folder);
        for part in COPIED {
            copy(&root.join(part), &workspace.folder.join(part))?;
        }
        let kept = |manifest: &str, left_out: &[&str]| -> anyhow::Result<String> {
            let text = fs::read_to_string(root.join(manifest))?;
            let lines = text.lines().filter(|line| !left_out.iter().any(|word| line.starts_with(word)));
            Ok(lines.collect::<Vec<_>>().join("\n") + "\n")
        };
        let members = kept("Cargo.toml", &["members"])?.replacen(
            "[workspace]",
            "[workspace]\nmembers = [\"bigid-api\", \"programs\"]",
            1,
        );
        workspace.write("Cargo.toml", &members)?;
        let tests = ["bigid-sandbox", "bigid-witness", "bigid-contract-harness"];
        workspace.write("bigid-api/Cargo.toml", &kept("bigid-api/Cargo.toml", &tests)?)?;
        // Pages about domains that this contract lacks.
        workspace.write("bigid-api/src/domains.rs", "//! Left out.\n")?;
        for name in domains(root)? {
            copy(&root.join("spec/domains").join(&name), &workspace.folder.join("spec/domains").join(&name))?;
        }
        // JSON is YAML.
        workspace.write("spec/domains/cases.yaml", &format!("{:#}\n", domain(contract)))?;
        workspace.write(
            "programs/Cargo.toml",
            "[package]\nname = \"programs\"\nedition.workspace = true\n\n[dependencies]\nbigid-api = { workspace = true, features = [\"httpmock\"] }\nserde_json.workspace = true\n",
        )?;
        let mut library = String::from("#![allow(warnings)]\n");
        for (name, program) in programs {
            workspace.write(&format!("programs/src/{name}.rs"), program)?;
            library += &format!("mod {name};\n");
        }
        workspace.write("programs/src/lib.rs", &library)?;
        workspace.regen()?;
        Ok(workspace)
    }

    fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(path, text)?;
        Ok(())
    }

    fn regen(&self) -> anyhow::Result<()> {
        let output = this_program::command()?.args(["regen", "--root"]).arg(&self.folder).output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// The programs that rustc rejects.
    pub(super) fn broken(&self) -> anyhow::Result<BTreeSet<String>> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["check", "--offline", "--quiet", "--package", "programs", "--message-format", "json"]);
        // Reuses what the surrounding workspace has built.
        command.env("CARGO_TARGET_DIR", &self.target).current_dir(&self.folder);
        let output = command.output().context("cannot start cargo")?;
        let mut broken = BTreeSet::new();
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            let message: Value = serde_json::from_str(line).unwrap_or_default();
            let message = &message["message"];
            if message["level"] != "error" {
                continue;
            }
            let spans = message["spans"].as_array().into_iter().flatten();
            let files = spans.filter_map(|span| span["file_name"].as_str());
            let programs = files.filter_map(|file| file.strip_prefix("programs/src/")?.strip_suffix(".rs"));
            let found: Vec<String> = programs.map(str::to_owned).collect();
            // The last message only counts the others.
            let counts = message["message"].as_str().unwrap_or_default().starts_with("aborting");
            ensure!(counts || !found.is_empty(), "{}", message["rendered"].as_str().unwrap_or_default());
            broken.extend(found);
        }
        let said = || String::from_utf8_lossy(&output.stderr).into_owned();
        ensure!(output.status.success() != broken.iter().any(|_| true), "{}", said());
        Ok(broken)
    }
}

/// The contract as a domain: the schemes are declared elsewhere, and all parts name their evidence.
fn domain(contract: &Value) -> Value {
    let mut domain = contract.clone();
    if let Some(document) = domain.as_object_mut() {
        document.remove("servers");
    }
    if let Some(components) = domain["components"].as_object_mut() {
        components.remove("securitySchemes");
    }
    let operations = members(&mut domain["paths"]).flat_map(members);
    for operation in operations {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        parameters.into_iter().flatten().for_each(prove);
        operation.get_mut("x-paging").into_iter().for_each(prove);
        prove(operation);
    }
    for schema in members(&mut domain["components"]["schemas"]) {
        schema.get_mut("properties").into_iter().flat_map(members).for_each(prove);
        prove(schema);
    }
    domain
}

fn members(node: &mut Value) -> impl Iterator<Item = &mut Value> {
    node.as_object_mut().into_iter().flat_map(|object| object.values_mut())
}

fn prove(node: &mut Value) {
    if node.get("$ref").is_none() {
        node["x-evidence"] = json!({ "sources": ["J1"], "independent": 1 });
    }
}

/// The files of [`KEPT`], and those that define what they refer to.
fn domains(root: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut documents: BTreeMap<String, Value> = BTreeMap::new();
    for entry in fs::read_dir(root.join("spec/domains"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        documents.insert(name, serde_yaml::from_str(&fs::read_to_string(entry.path())?)?);
    }
    let defines = |document: &Value, schema: &str| document["components"]["schemas"].get(schema).is_some();
    let mut open: Vec<&str> = KEPT.to_vec();
    let mut reached = BTreeSet::new();
    while let Some(name) = open.pop() {
        if !reached.insert(name.to_owned()) {
            continue;
        }
        let Some(document) = documents.get(name) else { continue };
        for schema in references(document).into_iter().filter_map(|(_, target)| schema_name(target)) {
            open.extend(documents.iter().filter(|(_, other)| defines(other, schema)).map(|(name, _)| name.as_str()));
        }
    }
    Ok(reached)
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    if from.is_dir() {
        for entry in fs::read_dir(from)? {
            let name = entry?.file_name();
            copy(&from.join(&name), &to.join(&name))?;
        }
        return Ok(());
    }
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}
