//! Asks a sandbox of a million data sources for the last page of a sorted list, and says how long that took.
//!
//! Start the program with `--data-sources 1000000 --catalog-objects 1000000`, copy its two lines to the shell where this runs,
//! and read the memory of the program with `grep VmHWM /proc/<pid>/status` afterwards.

use std::error::Error;
use std::time::Instant;

use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
#[allow(clippy::disallowed_methods, clippy::print_stdout, reason = "this is what is measured, and shown")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (base, token) = (std::env::var("BIGID_BASE_URL")?, std::env::var("BIGID_USER_TOKEN")?);
    let http = reqwest::Client::builder().no_proxy().build()?;
    let exchange = http.get(format!("{base}/refresh-access-token")).header("authorization", token).send().await?;
    let exchange: Value = serde_json::from_str(&exchange.text().await?)?;
    let session = exchange["systemToken"].as_str().ok_or("no session")?;
    for path in [
        "/ds-connections?sort=name&skip=999900&limit=100",
        "/ds-connections?sort=type&skip=999900&limit=100",
        "/data-catalog?sort=fullyQualifiedName&skip=999900&limit=100",
        "/data-catalog?filter=total_pii_count%20%3E%201990&limit=100",
        "/data-catalog/count",
    ] {
        let start = Instant::now();
        let response = http.get(format!("{base}{path}")).header("authorization", session).send().await?;
        let (status, length) = (response.status(), response.bytes().await?.len());
        println!("{path}: {status}, {length} bytes in {:?}", start.elapsed());
    }
    Ok(())
}
