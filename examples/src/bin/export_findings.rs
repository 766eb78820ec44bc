//! Writes an export to a file while it arrives, with progress:
//! `cargo run -p bigid-examples --bin export_findings [FILE]`.
//!
//! The export is a stream: memory use does not depend on its size. An export that breaks off is an error, never a
//! shorter file.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program talks to its terminal")]

use std::error::Error;
use std::path::PathBuf;

use tokio::fs::File;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, _sandbox) = bigid_examples::connect().await?;
    let path = std::env::args_os().nth(1).map_or_else(|| std::env::temp_dir().join("findings.csv"), PathBuf::from);

    // Written to a temporary file and renamed at the end, so that no reader sees half of it.
    let part = path.with_extension("part");
    let mut file = File::create(&part).await?;
    let export = client.export_findings().await?;
    let outcome = export
        .write_to_with_progress(&mut file, |progress| {
            let total = progress.total.map_or_else(|| "?".to_owned(), |total| total.to_string());
            eprint!("\r{} of {total} bytes", progress.written);
        })
        .await;
    eprintln!();
    match outcome {
        Ok(bytes) => {
            tokio::fs::rename(&part, &path).await?;
            println!("wrote {bytes} bytes to {}", path.display());
            Ok(())
        }
        Err(error) => {
            tokio::fs::remove_file(&part).await?;
            Err(error.into())
        }
    }
}
