//! Packages the libraries, unpacks them, and builds the README's first program against them, as a user would.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::Value;

/// In dependency order.
const LIBRARIES: [&str; 4] = ["bigid-api", "bigid-sandbox", "bigid-auth-ext", "bigid-app"];

/// The workspace's own, so that cargo does not build every dependency again.
const PROFILE: &str = r#"
[profile.dev]
debug = "line-tables-only"
[profile.dev.package."*"]
debug = false
[profile.dev.package.serde_json]
opt-level = 1
"#;

/// Packages the libraries and builds a program outside the workspace against the packages.
pub(crate) fn build(root: &Path, metadata: &Value) -> anyhow::Result<()> {
    let target = PathBuf::from(metadata["target_directory"].as_str().context("cargo knows no target folder")?);
    let mut package = Command::new("cargo");
    package.args(["package", "--quiet", "--allow-dirty", "--no-verify"]).current_dir(root);
    for library in LIBRARIES {
        package.args(["--package", library]);
    }
    // A program is packed as well; nothing can depend on it.
    package.args(["--package", "bigid-cli"]);
    ensure!(package.status()?.success(), "cargo package");

    let folder = target.join("consumer");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("src"))?;
    let mut manifest = String::from(
        "[package]\nname = \"consumer\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n",
    );
    manifest += "bigid-auth-ext = \"0.1\"\ntokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n\n[dev-dependencies]\nbigid-sandbox = \"0.1\"\n\n[patch.crates-io]\n";
    for library in LIBRARIES {
        let version = env!("CARGO_PKG_VERSION");
        let archive = target.join(format!("package/{library}-{version}.crate"));
        let status = Command::new("tar").arg("-xzf").arg(&archive).arg("-C").arg(&folder).status()?;
        ensure!(status.success(), "cannot unpack {library}");
        let unpacked = format!("{library}-{version}");
        ensure!(!folder.join(&unpacked).join("build.rs").exists(), "{library} is packaged with its build script");
        manifest += &format!("{library} = {{ path = \"{unpacked}\" }}\n");
    }
    manifest += PROFILE;
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("src/main.rs"), first_program(root)?)?;
    // The same versions as in the workspace, most of which are built already.
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let status = Command::new("cargo")
        .args(["build", "--quiet"])
        .env("CARGO_TARGET_DIR", &target)
        .current_dir(&folder)
        .status()?;
    ensure!(status.success(), "the README's first program does not build against the packages");
    refuses_a_store(&target.join("debug/consumer"))
}

/// The program has no session store, and must say so rather than ignore that one is asked for. No test of the workspace
/// is built so.
fn refuses_a_store(program: &Path) -> anyhow::Result<()> {
    let settings =
        [("BIGID_BASE_URL", "http://127.0.0.1:1"), ("BIGID_USER_TOKEN", "token"), ("BIGID_SESSION_STORE", "file")];
    let output = Command::new(program).envs(settings).output()?;
    let error = String::from_utf8_lossy(&output.stderr);
    let refuses = !output.status.success() && error.contains("enable the feature `session-store`");
    ensure!(refuses, "a program without session stores was asked for one, and said: {error}");
    Ok(())
}

/// The first block of Rust in the README.
fn first_program(root: &Path) -> anyhow::Result<String> {
    let readme = fs::read_to_string(root.join("README.md"))?;
    let (_, rest) = readme.split_once("```rust").context("the README shows no program")?;
    let (_, rest) = rest.split_once('\n').context("the README's program does not begin")?;
    let (program, _) = rest.split_once("```").context("the README's program does not end")?;
    Ok(program.to_owned())
}
