//! Exports are generated as they are read, and are complete.

use std::collections::BTreeSet;
use std::time::Duration;

use bigid_sandbox::{Clock, Fault, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Signed, TestResult, by_name, name};

/// The number of objects: a million in an optimized build.
const OBJECTS: usize = if cfg!(debug_assertions) { 6_000 } else { 1_000_000 };

async fn large() -> Result<Signed, Box<dyn std::error::Error>> {
    Signed::to(Sandbox::builder().data_sources(30).catalog_objects(OBJECTS).start().await?).await
}

/// The text of a file, and its length as announced.
async fn file(signed: &Signed, path: &str) -> Result<(Option<u64>, String), reqwest::Error> {
    let response = signed.caller.get(path, &signed.session).send().await?.error_for_status()?;
    Ok((response.content_length(), response.text().await?))
}

#[tokio::test]
async fn an_export_has_every_element_and_announces_no_length_if_it_is_long() -> TestResult {
    let signed = large().await?;
    let (length, text) = file(&signed, "/scan-result/stream/json/full").await?;
    let objects: Vec<Value> = serde_json::from_str(&text)?;
    let names: BTreeSet<&str> = objects.iter().filter_map(|object| object["fullyQualifiedName"].as_str()).collect();
    assert_eq!((length, names.len()), (None, objects.len()));
    // Two of five objects contain nothing personal.
    assert!(names.len() > OBJECTS / 2 && names.len() < OBJECTS * 7 / 10, "{}", names.len());

    let (length, text) = file(&signed, "/piiRecords/objects/file-download/export").await?;
    assert_eq!((length, text.lines().count()), (None, names.len() + 1));
    let (_, text) = file(&signed, "/stream-collections/classification_findings").await?;
    let findings: Vec<Value> = serde_json::from_str(&text)?;
    let found: BTreeSet<&str> = findings.iter().filter_map(|one| one["fullCollectionName"].as_str()).collect();
    assert_eq!(found, names);

    let (length, text) = file(&signed, "/ds-connections/file-download/export").await?;
    assert_eq!((length, text.lines().count()), (Some(text.len() as u64), 31), "a short one has its length");
    Ok(())
}

#[tokio::test]
async fn counts_of_attributes_are_those_of_the_objects() -> TestResult {
    let signed = large().await?;
    let caller = &signed.caller;
    let path = "/inventory/file-download/export/attribute";
    let response = caller.request(Method::POST, path, &signed.session).json(&json!({}));
    let text = response.send().await?.text().await?;
    let by_attribute: usize = text.lines().skip(1).map(|line| line.split('"').nth(3).map_or(0, number)).sum();
    let (_, text) = file(&signed, "/stream-collections/classification_findings").await?;
    assert_eq!(by_attribute, serde_json::from_str::<Vec<Value>>(&text)?.len());
    Ok(())
}

#[tokio::test]
async fn the_inventory_by_source_has_every_object_of_the_catalog_once() -> TestResult {
    for (sources, objects) in [(0, 5), (1, 0), (1, 1), (3, 2), (7, 5_000), (40, 40_001), (10, 1_000_000)] {
        let builder = Sandbox::builder().clock(Clock::manual(1_750_000_000)).data_sources(sources);
        let signed = Signed::to(builder.catalog_objects(objects).start().await?).await?;
        assert_eq!(inventory(&signed).await?, (sources, if sources == 0 { 0 } else { objects }));

        // Deletes a data source with its objects; a scan finds another object elsewhere.
        let names: Vec<String> = signed.page("limit=1").await?.0.iter().map(name).collect();
        for gone in &names {
            signed.caller.request(Method::DELETE, &by_name(gone), &signed.session).send().await?.error_for_status()?;
        }
        signed.sandbox.add_data_source("New", "s3-v2");
        signed.send(Method::POST, "/ds-connections/New/scan", &json!({})).await?;
        signed.sandbox.clock().advance(Duration::from_secs(90));
        let gone = objects.div_ceil(sources.max(1)) * names.len();
        let left = if sources == 0 { 1 } else { objects + 1 - gone };
        assert_eq!(inventory(&signed).await?, (sources + 1 - names.len(), left), "{sources} {objects}");
        let (_, of_new) = signed.get("/data-catalog/object-summary/New").await?;
        assert_eq!(
            (&of_new["data"][0]["totalObjects"], &of_new["data"][0]["totalObjectsWithPii"]),
            (&json!(1), &json!(1))
        );
    }
    Ok(())
}

/// The number of data sources and of objects in the inventory; the latter equals the count of the catalog.
async fn inventory(signed: &Signed) -> Result<(usize, usize), Box<dyn std::error::Error>> {
    let path = "/inventory/file-download/export/source";
    let response = signed.caller.request(Method::POST, path, &signed.session).json(&json!({})).send().await?;
    let text = response.text().await?;
    let counts: Vec<usize> = text.lines().skip(1).map(|line| line.rsplit('"').nth(5).map_or(0, number)).collect();
    let (_, count) = signed.get("/data-catalog/count").await?;
    assert_eq!(count["data"]["count"], counts.iter().sum::<usize>(), "{text}");
    Ok((counts.len(), counts.iter().sum()))
}

fn number(text: &str) -> usize {
    text.parse().unwrap_or(0)
}

#[tokio::test]
async fn a_stream_takes_skip_limit_sort_and_fields() -> TestResult {
    let signed = Signed::to(Sandbox::builder().data_sources(5).catalog_objects(300).start().await?).await?;
    let path = "/stream-collections/classification_findings";
    let read = async |query: &str| -> Result<Vec<Value>, Box<dyn std::error::Error>> {
        Ok(serde_json::from_str(&file(&signed, &format!("{path}{query}")).await?.1)?)
    };
    let all = read("").await?;
    assert_eq!(read("?skip=7&limit=5").await?, all[7..12]);
    assert_eq!(read("?skip=100000").await?, Vec::<Value>::new());
    let mut sorted: Vec<&str> = all.iter().filter_map(|one| one["detected_at"].as_str()).collect();
    sorted.sort_unstable();
    let read_sorted = read("?sort=detected_at&fields=detected_at&skip=1").await?;
    let times: Vec<&str> = read_sorted.iter().filter_map(|one| one["detected_at"].as_str()).collect();
    assert_eq!(times, sorted[1..]);
    assert!(read_sorted.iter().all(|one| one["attribute"].is_null()));
    Ok(())
}

#[tokio::test]
async fn a_client_that_reads_slowly_or_goes_holds_up_nobody() -> TestResult {
    let signed = large().await?;
    let path = "/scan-result/stream/json/full";
    let mut slow = signed.caller.get(path, &signed.session).send().await?;
    let first = slow.chunk().await?.unwrap_or_default();
    assert!(first.starts_with(b"["));
    for _ in 0..20 {
        let gone = signed.caller.get(path, &signed.session).send().await?;
        drop(gone);
        assert_eq!(signed.get("/ds-connections?limit=1").await?.0, 200);
    }
    // The world continues to change while the export is written.
    let (status, _) = signed.send(Method::DELETE, &deleted(&signed).await?, &Value::Null).await?;
    assert_eq!(status, 200);
    let mut bytes = first.to_vec();
    while let Some(piece) = slow.chunk().await? {
        bytes.extend_from_slice(&piece);
    }
    assert!(!serde_json::from_slice::<Vec<Value>>(&bytes)?.is_empty());
    Ok(())
}

async fn deleted(signed: &Signed) -> Result<String, Box<dyn std::error::Error>> {
    let (records, _) = signed.page("limit=1").await?;
    Ok(by_name(&name(&records[0])))
}

#[tokio::test]
async fn a_fault_cuts_a_long_export_off() -> TestResult {
    let signed = large().await?;
    signed.sandbox.on("export_scan_results").once(Fault::CutBody { after: 1_000 });
    let response = signed.caller.get("/scan-result/stream/json/full", &signed.session).send().await?;
    assert!(response.text().await.is_err());
    Ok(())
}
