//! Asks a sandbox of a million data sources and objects for the last page of a list, sorted by each of its fields, for
//! pages in the middle, for queries and for whole exports, and prints how long each took.
//!
//! Start the program with `--data-sources 1000000 --catalog-objects 1000000`, copy its two lines to the shell where
//! this runs, and read the memory of the program with `grep VmHWM /proc/<pid>/status` afterwards.

use std::collections::BTreeSet;
use std::error::Error;
use std::time::Instant;

use reqwest::Method;
use serde_json::Value;

struct Caller {
    http: reqwest::Client,
    base: String,
    session: String,
}

#[tokio::main(flavor = "current_thread")]
#[allow(clippy::disallowed_methods, clippy::print_stdout, reason = "this is what is measured, and shown")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (base, token) = (std::env::var("BIGID_BASE_URL")?, std::env::var("BIGID_USER_TOKEN")?);
    let http = reqwest::Client::builder().no_proxy().build()?;
    let exchange = http.get(format!("{base}/refresh-access-token")).header("authorization", token).send().await?;
    let exchange: Value = serde_json::from_str(&exchange.text().await?)?;
    let session = exchange["systemToken"].as_str().ok_or("no session")?.to_owned();
    let caller = Caller { http, base, session };
    for (list, records) in [("/data-catalog", "/results"), ("/ds-connections", "/data/ds_connections")] {
        for field in caller.fields(list, records).await? {
            caller.time(Method::GET, &format!("{list}?sort={field}&skip=999900&limit=100")).await?;
        }
    }
    for path in [
        "/data-catalog?sort=fullyQualifiedName%20DESC&skip=999900&limit=100",
        "/data-catalog?sort=type,fullyQualifiedName&skip=500000&limit=100",
        "/data-catalog?filter=total_pii_count%20%3E%201000&sort=fullyQualifiedName&skip=1000&limit=100",
        "/data-catalog?filter=total_pii_count%20%3E%201990&limit=100",
        "/data-catalog/count",
        "/scan-result/stream/json/full",
        "/stream-collections/classification_findings",
        "/piiRecords/objects/file-download/export",
        "/ds-connections/file-download/export",
    ] {
        caller.time(Method::GET, path).await?;
    }
    caller.time(Method::POST, "/inventory/file-download/export/source").await?;
    caller.time(Method::POST, "/inventory/file-download/export/attribute").await
}

impl Caller {
    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).header("authorization", &self.session)
    }

    /// The names of the fields of a list's first records.
    async fn fields(&self, list: &str, records: &str) -> Result<BTreeSet<String>, Box<dyn Error>> {
        let response = self.request(Method::GET, &format!("{list}?limit=20")).send().await?;
        let page: Value = serde_json::from_str(&response.text().await?)?;
        let records = page.pointer(records).and_then(Value::as_array).into_iter().flatten();
        Ok(records.filter_map(Value::as_object).flat_map(|record| record.keys().cloned()).collect())
    }

    #[allow(clippy::disallowed_methods, clippy::print_stdout, reason = "this is what is measured, and shown")]
    async fn time(&self, method: Method, path: &str) -> Result<(), Box<dyn Error>> {
        let start = Instant::now();
        let mut response = self.request(method, path).send().await?;
        let (status, mut length) = (response.status(), 0);
        while let Some(chunk) = response.chunk().await? {
            length += chunk.len();
        }
        let seconds = start.elapsed().as_secs_f64();
        println!("{path}: {status}, {length} bytes in {seconds:.2} s");
        Ok(())
    }
}
