//! `cargo xtask ci`: everything that must pass before a change lands.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;

use crate::skipped::STRICT;
use crate::{bench, canary, minimum_rust, package_smoke_test, referee, skipped, this_program};

/// What clippy checks: everything with all features, what these leave out, and the libraries without features.
const FEATURE_SETS: [&[&str]; 4] = [
    &["--workspace", "--all-targets", "--all-features"],
    // `--all-targets` leaves out the tests that do not run in CI.
    &["--workspace", "--test", "foreign", "--all-features"],
    &["--package", "bigid-api", "--package", "bigid-app", "--package", "bigid-auth-ext", "--no-default-features"],
    &["--package", "bigid-cli", "--no-default-features"],
];

/// The word that asks for the second half of the steps.
pub(crate) const SECOND_HALF: &str = "--second-half";

/// Runs all steps, or all except the tests: one half in this process, which compiles most of the time, and at the same
/// time the other in a second one, which waits for servers most of the time.
pub(crate) fn run(root: &Path, after_tests: bool) -> anyhow::Result<ExitCode> {
    let ci = Ci { root };
    ci.step("format", || ci.cargo(&["fmt", "--all", "--check"], &[]))?;
    ci.step("untracked files", || ci.untracked())?;
    ci.step("minimum Rust version", || ci.minimum_rust())?;
    if !after_tests {
        ci.step("tests", || ci.cargo(&["test", "--workspace"], &[]))?;
    }
    let second = SecondHalf::start(root)?;
    // Both halves go to their ends, so that nothing is left running and every fault is shown.
    let (first, second) = (ci.compile(), second.finish());
    first.and(second)?;
    println!("\nall steps passed\n{}", skipped::table(&skipped::read(&root.join("target"))));
    Ok(ExitCode::SUCCESS)
}

/// Runs the half of the steps that waits for servers.
pub(crate) fn run_second_half(root: &Path) -> anyhow::Result<ExitCode> {
    Ci { root }.serve()?;
    Ok(ExitCode::SUCCESS)
}

/// The process of the second half. What it prints is shown at its end.
struct SecondHalf {
    process: Child,
    output: PathBuf,
}

impl SecondHalf {
    fn start(root: &Path) -> anyhow::Result<Self> {
        let output = root.join("target/ci-second-half");
        let printed = fs::File::create(&output)?;
        let process = this_program::command()?
            .args(["ci", SECOND_HALF, "--root"])
            .arg(root)
            .stdout(printed.try_clone()?)
            .stderr(printed)
            .spawn()?;
        Ok(Self { process, output })
    }

    fn finish(mut self) -> anyhow::Result<()> {
        let status = self.process.wait()?;
        print!("{}", fs::read_to_string(&self.output)?);
        ensure!(status.success(), "the second half of the steps failed; its output is above");
        Ok(())
    }
}

struct Ci<'a> {
    root: &'a Path,
}

impl Ci<'_> {
    fn compile(&self) -> anyhow::Result<()> {
        for set in FEATURE_SETS {
            let words: Vec<&str> =
                ["clippy", "--quiet"].iter().chain(set).chain(&["--", "-D", "warnings"]).copied().collect();
            self.step(&format!("clippy {}", set.join(" ")), || self.cargo(&words, &[]))?;
        }
        self.step("tests without TLS", || {
            let words = ["test", "--quiet", "--package", "bigid-auth-ext", "--no-default-features", "--test", "no_tls"];
            self.cargo(&words, &[])
        })?;
        self.step("documentation", || {
            let words = ["doc", "--quiet", "--workspace", "--no-deps", "--all-features"];
            self.cargo(&words, &[("RUSTDOCFLAGS", "-D warnings")])
        })?;
        for time in ["first", "second"] {
            self.step(&format!("regen --check, the {time} time"), || {
                ensure!(crate::regen::check(self.root)? == ExitCode::SUCCESS, "the generated files have drifted");
                Ok(())
            })?;
        }
        self.referee("rustc")?;
        self.step("packages, and a program that uses them", || {
            package_smoke_test::build(self.root, &metadata(self.root)?)
        })?;
        self.step("licences and sources", || self.deny())
    }

    fn serve(&self) -> anyhow::Result<()> {
        self.step("canary", || {
            ensure!(canary::run(self.root)? == ExitCode::SUCCESS, "secrets were printed");
            Ok(())
        })?;
        self.step("coverage of the contract", || {
            ensure!(crate::coverage::run(self.root, &["--check"])? == ExitCode::SUCCESS, "coverage has fallen");
            Ok(())
        })?;
        if referee::are_ready(self.root)? {
            for name in ["lint", "diff", "schemathesis", "console"] {
                self.referee(name)?;
            }
        }
        self.step("budget of instructions", || self.budget())
    }

    fn referee(&self, name: &str) -> anyhow::Result<()> {
        self.step(&format!("referee {name}"), || {
            ensure!(referee::run(self.root, &[name])? == ExitCode::SUCCESS, "it found faults");
            Ok(())
        })
    }

    #[allow(clippy::disallowed_methods, reason = "how long a step took is for people to read")]
    fn step(&self, name: &str, run: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
        println!("\n== {name}");
        let start = Instant::now();
        run().with_context(|| format!("the step `{name}` failed"))?;
        println!("== {name}: {:.1} s", start.elapsed().as_secs_f64());
        Ok(())
    }

    fn cargo(&self, words: &[&str], variables: &[(&str, &str)]) -> anyhow::Result<()> {
        let status =
            Command::new("cargo").args(words).envs(variables.iter().copied()).current_dir(self.root).status()?;
        ensure!(status.success(), "cargo {}", words.join(" "));
        Ok(())
    }

    /// Fails on files that git does not track: they are missing from every clone.
    fn untracked(&self) -> anyhow::Result<()> {
        let listing = ["ls-files", "--others", "--exclude-standard"];
        let listed = Command::new("git").args(listing).current_dir(self.root).output()?;
        // The sources may have been unpacked from an archive, without a repository.
        let files = String::from_utf8_lossy(&listed.stdout);
        ensure!(files.is_empty(), "add these files or ignore them:\n{files}");
        Ok(())
    }

    /// Checks that the minimum Rust version in Cargo.toml is the one that the libraries need.
    fn minimum_rust(&self) -> anyhow::Result<()> {
        let metadata = metadata(self.root)?;
        let needed = minimum_rust::of_libraries(&metadata).context("no library declares its minimum Rust version")?;
        let claimed = minimum_rust::claimed(&metadata);
        ensure!(
            claimed.iter().all(|version| *version == needed),
            "the libraries' dependencies need Rust {needed:?}, but Cargo.toml says {claimed:?}"
        );
        let manifest = fs::read_to_string(self.root.join("clippy.toml"))?;
        ensure!(
            manifest.contains(&format!("msrv = \"{}.{}\"", needed.0, needed.1)),
            "clippy.toml names a Rust version other than {needed:?}"
        );
        println!("Rust {}.{} (checked by clippy; no compiler of that version was run)", needed.0, needed.1);
        Ok(())
    }

    /// Checks that no call costs more instructions than `bench/budget.json` says. valgrind counts them.
    fn budget(&self) -> anyhow::Result<()> {
        if bench::counts_instructions() {
            ensure!(bench::run(self.root, &["--budget"])? == ExitCode::SUCCESS, "a call costs more than its budget");
            return Ok(());
        }
        if std::env::var_os(STRICT).is_some() {
            bail!("valgrind is not installed, and {STRICT} is set");
        }
        skipped::step(&self.root.join("target"), "budget", "valgrind is not installed (apt-get install valgrind)");
        Ok(())
    }

    fn deny(&self) -> anyhow::Result<()> {
        let installed = Command::new("cargo").args(["deny", "--version"]).output()?.status.success();
        if installed {
            // Builds download only what this system needs, and the rules are for all systems.
            self.cargo(&["fetch", "--locked", "--quiet"], &[])?;
            // Unused permissions in deny.toml are errors as well.
            let unused = ["-D", "license-not-encountered", "-D", "unused-wrapper"];
            let words = [&["deny", "--offline", "check"], &unused[..], &["bans", "licenses", "sources"]].concat();
            return self.cargo(&words, &[]);
        }
        if std::env::var_os(STRICT).is_some() {
            bail!("cargo-deny is not installed, and {STRICT} is set");
        }
        skipped::step(&self.root.join("target"), "licences", "cargo-deny is not installed (cargo install cargo-deny)");
        Ok(())
    }
}

/// cargo's metadata of the workspace.
pub(crate) fn metadata(root: &Path) -> anyhow::Result<Value> {
    let output = Command::new("cargo").args(["metadata", "--format-version", "1"]).current_dir(root).output()?;
    serde_json::from_slice(&output.stdout).context("cargo metadata")
}
