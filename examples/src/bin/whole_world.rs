//! A working day: onboard 200 data sources into a scope, scan them, wait, read the sensitive objects that are new, tag them, close
//! their cases, export the findings and ship the audit log. Every call is typed.
//!
//! It changes much, so it always runs against a sandbox, whose clock it advances instead of waiting.
#![allow(clippy::print_stdout, reason = "a program talks to its terminal")]

use std::error::Error;
use std::time::Duration;

use bigid_auth_ext::BigIdClient;
use bigid_auth_ext::types::{
    AssignCatalogTagsRequest, BulkCaseChange, BulkCaseUpdate, CaseActionSubType, CaseActionType, CaseFilter,
    CaseStatus, CatalogObject, CatalogQuery, CatalogTag, DataSource, DataSourceBody, ScanProfile, ScanState, Scope,
    StartScanRequest, TagAssignment, TagReference,
};
use bigid_sandbox::{Clock, Sandbox};
use serde_json::json;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const SCOPE: &str = "Europe";

#[tokio::main]
async fn main() -> Outcome {
    let builder = Sandbox::builder().clock(Clock::manual(1_750_000_000));
    let sandbox = builder.data_sources(50).catalog_objects(2_000).cases(40).start().await?;
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).build()?;

    let names: Vec<String> = (1..=200).map(|number| format!("Branch {number:03}")).collect();
    onboard(&client, &names).await?;
    let members = add_to_scope(&client, &names).await?;
    println!("onboarded {} data sources; {SCOPE} has {members}", names.len());

    let looks = scan(&client, &sandbox, &names).await?;
    println!("the scan was over at look {looks}");

    let found = new_sensitive_objects(&client).await?;
    println!("{} new sensitive objects", found.len());
    println!("tagged {} of them", tag(&client, &found, "Sensitivity", "Confidential").await?);
    let (closed, all) = close_cases(&client, &names).await?;
    println!("closed {closed} of their {all} cases");

    let mut csv = Vec::new();
    client.export_findings().await?.write_to(&mut csv).await?;
    println!("exported {} findings", csv.iter().filter(|byte| **byte == b'\n').count().saturating_sub(1));

    let mut log = Vec::new();
    client.export_audit_log().await?.write_to(&mut log).await?;
    let log = String::from_utf8(log)?;
    println!("shipped {} lines of the audit log", log.lines().count());
    Ok(())
}

/// Creates what is not there yet, so that a second run changes nothing.
async fn onboard(client: &BigIdClient, names: &[String]) -> Outcome {
    for name in names {
        let source = DataSource::new().name(name.clone()).type_("s3-v2").location("Germany");
        match client.create_data_source(DataSourceBody::new().ds_connection(source)).await {
            Ok(_) => {}
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
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

/// Returns how often the scan was looked at before it was over.
async fn scan(client: &BigIdClient, sandbox: &Sandbox, names: &[String]) -> Outcome<usize> {
    let profile = ScanProfile::new().name("Branches").scan_type("dsScan").data_source_list(names.to_vec());
    client.create_scan_profile(profile).await?;
    let scan = StartScanRequest::new().scan_profile_name("Branches").scan_type("dsScan").scan_origin("whole_world");
    let started = client.start_scan(scan).await?;
    let id = started.result.and_then(|scan| scan.object_id).ok_or("the scan has no key")?;
    for look in 1..=100 {
        let parts = client.get_scan(&id).await?;
        if parts.iter().all(|part| part.state == Some(ScanState::Completed)) {
            return Ok(look);
        }
        // Against a deployment, tokio::time::sleep.
        sandbox.clock().advance(Duration::from_secs(10));
    }
    Err("the scan did not complete".into())
}

async fn new_sensitive_objects(client: &BigIdClient) -> Outcome<Vec<CatalogObject>> {
    let query = CatalogQuery::new().filter(r#"total_pii_count > 0 AND scanDate > past("1d")"#);
    Ok(client.query_catalog(query).records().page_size(100).try_collect().await?)
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
    let of_sources = CaseFilter::new().filter_field("dataSourceName").filter_values(names.to_vec());
    let change = BulkCaseChange::new()
        .field("caseStatus")
        .new_value("closed")
        .audit_reason("tagged as confidential")
        .cases_filters(vec![of_sources]);
    let update = BulkCaseUpdate::new()
        .type_(CaseActionType::CasesDb)
        .sub_type(CaseActionSubType::UpdateCases)
        .additional_properties(change);
    client.update_cases("update", update).await?;
    let filter = json!([{ "field": "dataSourceName", "operator": "in", "value": names }]);
    let mut cases = client.list_cases().filter(filter.to_string()).records();
    let (mut closed, mut all) = (0, 0);
    while let Some(case) = cases.try_next().await? {
        closed += usize::from(case.case_status == Some(CaseStatus::Closed));
        all += 1;
    }
    Ok((closed, all))
}
