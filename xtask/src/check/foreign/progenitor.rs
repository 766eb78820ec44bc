//! Unmodified progenitor, in a child process, because it may crash.

use std::io::Read as _;
use std::process::ExitCode;

use anyhow::anyhow;
use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde::Serialize;

/// The subcommand that runs progenitor on a document, without anything of this project.
pub(crate) const CHILD: &str = "generate-plain-from-stdin";

/// The code that progenitor generates from a document with its default settings, and with builders.
#[derive(Serialize)]
struct Plain {
    positional: String,
    builder: String,
}

/// Reads one document from standard input, as progenitor's own command would from a file, and writes [`Plain`].
pub(crate) fn child() -> anyhow::Result<ExitCode> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let document: OpenAPI = serde_yaml::from_str(&text).map_err(|error| anyhow!("not OpenAPI 3.0: {error}"))?;
    let mut settings = GenerationSettings::default();
    let positional = Generator::new(&settings).generate_tokens(&document).map_err(refused)?.to_string();
    settings.with_interface(InterfaceStyle::Builder);
    let builder = Generator::new(&settings).generate_tokens(&document).map_err(refused)?.to_string();
    println!("{}", serde_json::to_string(&Plain { positional, builder })?);
    Ok(ExitCode::SUCCESS)
}

fn refused(error: progenitor::Error) -> anyhow::Error {
    anyhow!("progenitor rejects the document: {error}")
}
