//! Lists every data source of a BigID deployment: `cargo demo`, or `cargo demo --json`.
//!
//! With no `BIGID_*` variable set it starts a sandbox in this process and lists that one's. With `BIGID_BASE_URL` and
//! `BIGID_USER_TOKEN` (or `BIGID_USERNAME` and `BIGID_PASSWORD`) it runs against that deployment.
//!
//! Exit codes: 0, 1 for a failure, 2 for a wrong argument or variable.
#![allow(clippy::print_stderr, reason = "a program talks to its terminal")]

use std::error::Error;
use std::io::{self, IsTerminal as _, Write};
use std::process::ExitCode;

use bigid_auth_ext::types::DataSource;
use bigid_auth_ext::{BigIdClient, ConfigError, ListProgress};
use serde_json::json;
use unicode_width::UnicodeWidthStr as _;

/// Every deployment seen sends pages of this size in well under a second.
const PAGE: u32 = 100;

#[tokio::main]
async fn main() -> ExitCode {
    let mut as_json = false;
    for argument in std::env::args_os().skip(1) {
        match &*argument.to_string_lossy() {
            "--json" => as_json = true,
            "--" => {}
            "--help" | "-h" => {
                eprintln!(
                    "usage: cargo demo [--json]\n\nvariables: BIGID_BASE_URL, BIGID_USER_TOKEN (or BIGID_USERNAME and BIGID_PASSWORD), BIGID_DIALECT"
                );
                return ExitCode::SUCCESS;
            }
            _ => {
                eprintln!("error: cannot read `{}`; usage: cargo demo [--json]", argument.to_string_lossy());
                return ExitCode::from(2);
            }
        }
    }
    match run(as_json).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
                return ExitCode::SUCCESS;
            }
            // The first line of an error of a call suffices.
            let line = if error.is::<ConfigError>() { with_causes(&*error) } else { plain(&error.to_string()) };
            eprintln!("error: {line}");
            if error.is::<ConfigError>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

async fn run(as_json: bool) -> Result<(), Box<dyn Error>> {
    let (client, _sandbox) = bigid_examples::connect().await?;
    let listing = Listing::read(&client).await?;
    let mut out = io::stdout().lock();
    if as_json {
        listing.print_json(&client, &mut out)?
    } else {
        listing.print_table(&client, &mut out)?
    }
    Ok(out.flush()?)
}

/// Every data source, and what it took to read them.
struct Listing {
    data_sources: Vec<DataSource>,
    progress: ListProgress,
}

impl Listing {
    /// Reads page after page, and takes what comes: the last line of the table says how many there should be.
    async fn read(client: &BigIdClient) -> Result<Self, Box<dyn Error>> {
        let records = client.list_data_sources().sort("name").records();
        let mut records = records.page_size(PAGE).prefetch(true).accept_incomplete();
        let mut data_sources = Vec::new();
        while let Some(source) = records.try_next().await? {
            data_sources.push(source);
            if data_sources.len().is_multiple_of(PAGE as usize) {
                show_progress(data_sources.len(), records.total());
            }
        }
        if io::stderr().is_terminal() {
            eprint!("\r\x1b[K");
        }
        Ok(Self { data_sources, progress: records.progress() })
    }

    fn print_json(&self, client: &BigIdClient, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
        let listing = json!({
            "data_sources": self.data_sources,
            "total_count": self.progress.total,
            "exchanges": client.exchanges(),
            "dialect": client.dialect().map(|dialect| dialect.to_string()),
        });
        Ok(writeln!(out, "{listing:#}")?)
    }

    fn print_table(&self, client: &BigIdClient, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
        let mut rows = vec![["NAME", "TYPE", "ENABLED", "LOCATION", "LAST SCAN"].map(str::to_owned)];
        rows.extend(self.data_sources.iter().map(row));
        let mut widths = [0; 5];
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        for row in &rows {
            let cells: Vec<String> = row
                .iter()
                .zip(widths)
                .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.width())))
                .collect();
            writeln!(out, "{}", cells.join("  ").trim_end())?;
        }
        let dialect = client.dialect().map_or_else(|| "unknown".to_owned(), |dialect| dialect.to_string());
        Ok(writeln!(
            out,
            "\n{} data sources of {}; {} exchanges, {} calls, dialect {dialect}",
            self.data_sources.len(),
            self.progress.total.unwrap_or_default(),
            client.exchanges(),
            self.progress.pages
        )?)
    }
}

fn show_progress(count: usize, total: Option<u64>) {
    if io::stderr().is_terminal() {
        let total = total.map_or_else(|| "?".to_owned(), |total| total.to_string());
        eprint!("\r{count} of {total} data sources");
    }
}

fn row(source: &DataSource) -> [String; 5] {
    let cell = |text: &Option<String>| plain(text.as_deref().unwrap_or("-"));
    [
        cell(&source.name),
        cell(&source.type_),
        source.enabled.as_ref().map_or("-".to_owned(), |enabled| plain(enabled.as_str())),
        cell(&source.location),
        cell(&source.scan_timestamp),
    ]
}

/// A server's text without what a terminal would obey.
fn plain(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text += ": ";
            text += &said;
        }
        cause = error.source();
    }
    plain(&text)
}
