//! What it costs to adopt an SDK: each program of `bench/adopt/`, built alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail, ensure};

use super::table::{Row, Table};
use super::usage;

/// Ours and the least that could do the same come first and once more at the end, which shows how much other work on
/// the machine changed the CPU seconds.
const FIRST: [&str; 2] = ["bigid", "reqwest"];

const REQWEST: &str = "reqwest";

/// Measures these programs, or all.
///
/// # Errors
/// A program does not exist, or does not build.
pub(super) fn measure(root: &Path, only: &[String], table: &mut Table) -> anyhow::Result<()> {
    let mut names = names(root)?;
    if let Some(unknown) = only.iter().find(|name| !names.iter().any(|known| known == *name)) {
        bail!("error: no program `{unknown}` in bench/adopt/; there are {}", names.join(", "));
    }
    names.retain(|name| only.is_empty() || only.contains(name));
    let again = if only.is_empty() { FIRST.len() } else { 0 };
    let mut reqwest = None;
    for (name, row) in names
        .iter()
        .map(|name| (name, name.clone()))
        .chain(names.iter().take(again).map(|name| (name, format!("{name}, again"))))
    {
        let cost = cost(root, name)?;
        if name == REQWEST && reqwest.is_none() {
            reqwest = Some(cost.release);
        }
        let section = "cost to adopt";
        table.push(Row::new(section, format!("{row}: crates"), cost.crates as f64, "crates"));
        table.push(Row::new(section, format!("{row}: debug build"), cost.debug, "CPU seconds"));
        table.push(Row::new(section, format!("{row}: rebuild after a change"), cost.rebuild, "CPU seconds"));
        let release = Row::new(section, format!("{row}: release build"), cost.release, "CPU seconds");
        table.push(match reqwest {
            Some(floor) => release.over("reqwest", floor),
            None => release,
        });
        table.push(Row::new(section, format!("{row}: stripped program"), cost.bytes as f64 / 1_048_576.0, "MiB"));
    }
    Ok(())
}

/// All programs.
fn names(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join("bench/adopt"))? {
        let path = entry?.path();
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned());
        names.extend(name.filter(|_| path.extension().is_some_and(|extension| extension == "rs")));
    }
    names.sort_by_key(|name| (FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()), name.clone()));
    Ok(names)
}

struct Cost {
    crates: usize,
    debug: f64,
    rebuild: f64,
    release: f64,
    /// Of the stripped release program.
    bytes: u64,
}

/// Builds one program in a package of its own, which is deleted afterwards.
fn cost(root: &Path, name: &str) -> anyhow::Result<Cost> {
    let package = Package::new(root, name)?;
    package.cargo(&["generate-lockfile", "--quiet"])?;
    package.cargo(&["fetch", "--quiet"])?;
    let crates = package.crates()?;
    let debug = package.cargo(&["build", "--offline", "--quiet"])?;
    // A new line moves nothing, but is a change.
    package.write_program("\n// changed\n")?;
    let rebuild = package.cargo(&["build", "--offline", "--quiet"])?;
    package.write_program("")?;
    let release = package.cargo(&["build", "--offline", "--quiet", "--release"])?;
    let bytes = fs::metadata(package.folder.join("target/release/adopt"))?.len();
    Ok(Cost { crates, debug, rebuild, release, bytes })
}

struct Package {
    folder: PathBuf,
    program: String,
}

impl Package {
    /// The program's first lines, `//! NAME = ..`, are its dependencies.
    fn new(root: &Path, name: &str) -> anyhow::Result<Self> {
        let folder = root.join("bench/target/adopt").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let program = fs::read_to_string(root.join(format!("bench/adopt/{name}.rs")))?;
        let dependencies: Vec<&str> = program.lines().map_while(|line| line.strip_prefix("//! ")).collect();
        fs::create_dir_all(folder.join("src"))?;
        let root = fs::canonicalize(root)?;
        let manifest = format!(
            "[package]\nname = \"adopt\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[profile.release]\nstrip = true\n\n\
             [dependencies]\ntokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n{}\n",
            dependencies.join("\n").replace("ROOT", &root.to_string_lossy())
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        let package = Self { folder, program };
        package.write_program("")?;
        Ok(package)
    }

    fn write_program(&self, more: &str) -> anyhow::Result<()> {
        Ok(fs::write(self.folder.join("src/main.rs"), format!("{}{more}", self.program))?)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new("cargo");
        // One job: what is compiled side by side waits for the same caches, and costs more.
        command.args(words).current_dir(&self.folder).env("CARGO_BUILD_JOBS", "1").env("CARGO_TARGET_DIR", "target");
        command
    }

    /// The CPU seconds of a command of cargo.
    fn cargo(&self, words: &[&str]) -> anyhow::Result<f64> {
        Ok(usage::of(&self.command(words))?.cpu_seconds)
    }

    /// How many crates are compiled, without the program itself.
    fn crates(&self) -> anyhow::Result<usize> {
        let output = self.command(&["tree", "-e", "normal,build", "--prefix", "none", "--no-dedupe"]).output()?;
        ensure!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
        let tree = String::from_utf8(output.stdout)?;
        let mut crates: Vec<&str> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
        crates.sort_unstable();
        crates.dedup();
        crates.len().checked_sub(1).context("cargo tree printed nothing")
    }
}

impl Drop for Package {
    fn drop(&mut self) {
        // Several GiB for all programs together.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
