//! A working day: onboard 200 data sources into a scope, scan them, wait, read the sensitive objects that are new, tag
//! them, close their cases, export the findings and ship the audit log. Every call is typed; loops, waits and
//! checkpoints are those of `bigid_auth_ext::automation`.
//!
//! It changes much, so it always runs against a sandbox. Both have one clock, which a wait advances instead of waiting.
#![allow(clippy::print_stdout, reason = "a program talks to its terminal")]

use std::error::Error;
use std::pin::Pin;
use std::time::Duration;

use bigid_auth_ext::automation::{AuditCheckpoint, Filter, ObjectCheckpoint, OnboardingOutcome, Started as _};
use bigid_auth_ext::types::{
    AssignCatalogTagsRequest, BulkCaseChange, CaseStatus, CatalogObject, CatalogTag, DataSource, ScanProfile, Scope,
    StartScanRequest, TagAssignment, TagReference,
};
use bigid_auth_ext::{BigIdClient, Clock};
use bigid_sandbox::Sandbox;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const SCOPE: &str = "Europe";

const START: u64 = 1_750_000_000;

#[tokio::main]
async fn main() -> Outcome {
    let clock = SandboxClock(bigid_sandbox::Clock::manual(START as i64));
    let builder = Sandbox::builder().clock(clock.0.clone());
    let sandbox = builder.data_sources(50).catalog_objects(2_000).cases(40).start().await?;
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).clock(clock).build()?;
    let since = (ObjectCheckpoint::since(Duration::from_secs(START)), AuditCheckpoint::default());

    let names: Vec<String> = (1..=200).map(|number| format!("Branch {number:03}")).collect();
    println!("onboarded {} data sources", onboard(&client, &names).await?);
    println!("{SCOPE} has {}", add_to_scope(&client, &names).await?);
    scan(&client, &names).await?;

    let mut objects = client.new_sensitive_objects(&since.0);
    let mut found = Vec::new();
    while let Some(object) = objects.try_next().await? {
        found.push(object);
    }
    println!("{} new sensitive objects", found.len());
    println!("tagged {} of them", tag(&client, &found, "Sensitivity", "Confidential").await?);
    let (closed, all) = close_cases(&client, &names).await?;
    println!("closed {closed} of their {all} cases");

    let mut csv = Vec::new();
    client.export_findings().await?.write_to(&mut csv).await?;
    println!("exported {} findings", csv.iter().filter(|byte| **byte == b'\n').count().saturating_sub(1));

    let batch = client.audit_log_since(&since.1).await?;
    println!("shipped {} lines of the audit log", batch.lines.len());
    Ok(())
}

/// The clock of the sandbox as that of the client.
#[derive(Debug)]
struct SandboxClock(bigid_sandbox::Clock);

impl Clock for SandboxClock {
    fn now(&self) -> Duration {
        self.wall()
    }

    fn wall(&self) -> Duration {
        Duration::from_millis(self.0.unix_millis().unsigned_abs())
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.0.advance(time);
        Box::pin(std::future::ready(()))
    }
}

/// Creates what does not exist yet and changes what differs, so that a second run changes nothing. Returns how many
/// were created.
async fn onboard(client: &BigIdClient, names: &[String]) -> Outcome<usize> {
    let source = |name: &String| DataSource::new().name(name.clone()).type_("s3-v2").location("Germany");
    let mut created = 0;
    for source in client.onboard(names.iter().map(source)).await {
        created += usize::from(source.outcome? == OnboardingOutcome::Created);
    }
    Ok(created)
}

/// An update replaces the list, so the names that are there are sent along. Returns how many there are then.
async fn add_to_scope(client: &BigIdClient, names: &[String]) -> Outcome<usize> {
    let scope = scope(client).await?;
    let mut members = scope.data_source_names.unwrap_or_default();
    members.extend(names.iter().cloned());
    client.update_scope(scope.id.unwrap_or_default(), Scope::new().data_source_names(members)).await?;
    Ok(self::scope(client).await?.data_source_names.unwrap_or_default().len())
}

async fn scope(client: &BigIdClient) -> Outcome<Scope> {
    let list = client.list_scopes().await?;
    let scopes = list.data.and_then(|page| page.scopes).unwrap_or_default();
    scopes.into_iter().find(|scope| scope.name.as_deref() == Some(SCOPE)).ok_or_else(|| "no such scope".into())
}

async fn scan(client: &BigIdClient, names: &[String]) -> Outcome {
    let profile = ScanProfile::new().name("Branches").scan_type("dsScan").data_source_list(names.to_vec());
    client.create_scan_profile(profile).await?;
    let scan = StartScanRequest::new().scan_profile_name("Branches").scan_type("dsScan").scan_origin("whole_world");
    let ended = client.start_scan(scan).await?.finished(client).await?;
    println!("the scan was {} after {} s", ended.state.unwrap_or_default(), ended.waited.as_secs());
    Ok(())
}

/// Gives the objects the value of a tag, 100 at a time. Returns how many changed.
async fn tag(client: &BigIdClient, objects: &[CatalogObject], name: &str, value: &str) -> Outcome<i64> {
    let pairs = client.list_catalog_tag_pairs().await?.data.unwrap_or_default();
    let is_wanted =
        |pair: &&CatalogTag| pair.tag_name.as_deref() == Some(name) && pair.tag_value.as_deref() == Some(value);
    let pair = pairs.iter().find(is_wanted).ok_or("no such tag")?;
    let mut reference = TagReference::new();
    reference.tag_id.clone_from(&pair.tag_id);
    reference.value_id.clone_from(&pair.value_id);
    let mut modified = 0;
    for batch in objects.chunks(100) {
        let assignment = |object: &CatalogObject| {
            TagAssignment::new()
                .fully_qualified_name(object.fully_qualified_name.clone().unwrap_or_default())
                .source(object.source.clone().unwrap_or_default())
                .type_("OBJECT")
                .tags(vec![reference.clone()])
        };
        let request = AssignCatalogTagsRequest::new().data(batch.iter().map(assignment).collect::<Vec<_>>());
        let result = client.assign_catalog_tags(request).await?.data.unwrap_or_default();
        if let Some(error) = result.errors.unwrap_or_default().first() {
            return Err(format!("a tag was not assigned: {error}").into());
        }
        modified += result.modified_count.unwrap_or_default();
    }
    Ok(modified)
}

/// Closes every case of these data sources, and returns how many are closed after that, and how many there are.
async fn close_cases(client: &BigIdClient, names: &[String]) -> Outcome<(usize, usize)> {
    let change = BulkCaseChange::new().field("caseStatus").new_value("closed").audit_reason("tagged as confidential");
    for batch in client.update_cases_where("dataSourceName", names, change).await {
        batch.outcome?;
    }
    let filter = Filter::new().is_in("dataSourceName", names.iter().map(String::as_str));
    let mut cases = client.list_cases().filter(filter).records();
    let (mut closed, mut all) = (0, 0);
    while let Some(case) = cases.try_next().await? {
        closed += usize::from(case.case_status == Some(CaseStatus::Closed));
        all += 1;
    }
    Ok((closed, all))
}
