//! What public programs do with BigID, each as one function. `docs/use-cases.md` has their table, which is made from
//! this file: the number and the sentence above each function, its lines, and whether it has to read JSON by itself.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::time::Duration;

use bigid_auth_ext::automation::bql::{self, BqlValue};
use bigid_auth_ext::automation::{AuditCheckpoint, Filter, ObjectCheckpoint, Onboarded, Sort, Started as _};
use bigid_auth_ext::types::*;
use bigid_auth_ext::{BigIdClient, ByteStream};

pub(super) type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// 1. List data sources into an inventory. Typed: yes.
pub(super) async fn list_an_inventory(client: &BigIdClient, csv: &mut impl Write) -> Outcome {
    let mut sources = client.list_data_sources().records();
    while let Some(source) = sources.try_next().await? {
        let fields = [source.name, source.type_, source.location];
        writeln!(csv, "{}", fields.map(Option::unwrap_or_default).join(","))?;
    }
    Ok(())
}

/// 2. Onboard data sources from a list, test them, add them to a scope. Typed: yes.
pub(super) async fn onboard(client: &BigIdClient, records: Vec<DataSource>, scope: &str) -> Outcome<Vec<Onboarded>> {
    let onboarded = client.onboard(records.clone()).await;
    for source in records {
        client.test_data_source(TestDataSourceRequest::new().ds_connection(source).is_new_password(true)).await?;
    }
    let scopes = client.list_scopes_legacy().await?.into_vec();
    let scope = scopes.into_iter().find(|one| one.name.as_deref() == Some(scope)).ok_or("there is no such scope")?;
    let mut names = scope.data_source_names.unwrap_or_default();
    names.extend(onboarded.iter().filter(|one| one.outcome.is_ok()).map(|one| one.name.clone()));
    names.sort();
    names.dedup();
    client.update_scope(scope.id.unwrap_or_default(), Scope::new().data_source_names(names)).await?;
    Ok(onboarded)
}

/// 3. Export the catalog. Typed: yes.
pub(super) async fn export_the_catalog(client: &BigIdClient, lines: &mut impl Write) -> Outcome {
    let mut objects = client.list_catalog().records().prefetch(true);
    while let Some(object) = objects.try_next().await? {
        writeln!(lines, "{}", serde_json::to_string(&object)?)?;
    }
    Ok(())
}

/// 4. Find the objects behind a case. Typed: yes.
pub(super) async fn objects_behind(client: &BigIdClient, case: &Case) -> Outcome<Vec<CatalogObject>> {
    let (source, policy) = (case.data_source_name.as_deref(), case.policy_name.as_deref());
    let filter = bql::field("system").eq(source).and(bql::field("policy").eq(policy));
    Ok(client.list_catalog().filter(filter).records().try_collect().await?)
}

/// 5. Ship open cases to a SIEM, and close them. Typed: yes.
pub(super) async fn ship_cases(client: &BigIdClient, siem: &mut impl Write) -> Outcome<usize> {
    let (open, by_age) = (Filter::new().equal("caseStatus", "open"), Sort::by("created_at"));
    let cases: Vec<Case> = client.list_cases().filter(open).sort(by_age.with_desc()).records().try_collect().await?;
    for case in &cases {
        writeln!(siem, "{}", serde_json::to_string(case)?)?;
    }
    let ids = cases.iter().filter_map(|case| case.object_id.as_ref().or(case.id.as_ref()));
    let closed = client.set_case_status(ids, CaseStatus::Closed).reason("shipped").await;
    Ok(closed.iter().filter(|case| case.outcome.is_ok()).count())
}

/// 6. Tag objects by the name of a tag, and take the tag away. Typed: yes.
pub(super) async fn tag(client: &BigIdClient, objects: &[CatalogObject], tag: &str, value: &str) -> Outcome<i64> {
    let pairs = client.list_catalog_tag_pairs().search(tag).await?.data.unwrap_or_default();
    let is_wanted =
        |pair: &CatalogTag| pair.tag_name.as_deref() == Some(tag) && pair.tag_value.as_deref() == Some(value);
    let pair = pairs.into_iter().find(is_wanted).ok_or("there is no such tag")?;
    let tag = TagReference::new().tag_id(pair.tag_id.unwrap_or_default()).value_id(pair.value_id.unwrap_or_default());
    let assignment = |object: &CatalogObject| {
        let name = object.fully_qualified_name.clone().unwrap_or_default();
        let source = object.source.clone().unwrap_or_default();
        TagAssignment::new().fully_qualified_name(name).source(source).type_("OBJECT").tags([tag.clone()])
    };
    let request = AssignCatalogTagsRequest::new().data(objects.iter().map(assignment));
    let assigned = client.assign_catalog_tags(&request).await?.data.and_then(|data| data.modified_count);
    client.detach_catalog_tags(&request).await?;
    Ok(assigned.unwrap_or_default())
}

/// 7. Start a scan, wait for it, read what it found. Typed: except for the numbers, whose names no source gives.
pub(super) async fn scan(client: &BigIdClient, profile: &str) -> Outcome<GetScanInsightsResponse> {
    let request = StartScanRequest::new().scan_type("dsScan").scan_profile_name(profile);
    let scan = client.start_scan(request).await?.finished(client).deadline(Duration::from_secs(3600)).await?;
    Ok(client.get_scan_insights(scan.target.id()).await?)
}

/// 8. Ask what is known about a person, wait, fetch the report. Typed: except for the findings, whose names no source
///    gives.
pub(super) async fn report_on(client: &BigIdClient, address: &str) -> Outcome<(DsarReport, ByteStream)> {
    let profiles = client.list_dsar_profiles().await?.profiles.unwrap_or_default();
    let profile = profiles.into_iter().find_map(|profile| profile.object_id).ok_or("there is no profile")?;
    let person = DsarValue::new().attribute_name("Email").attribute_value(address);
    let request = DsarReportRequest::new().profile_id(profile).user_values([person]);
    let done = client.create_dsar_report(request).await?.finished(client).await?;
    let csv = client.get_dsar_short_report(done.target.id()).format("csv").await?;
    Ok((client.get_dsar_report(done.target.id()).await?, csv))
}

/// 9. Work off the minimization queue of a request. Typed: yes.
pub(super) async fn minimize(client: &BigIdClient, request_id: &str) -> Outcome<usize> {
    let of_request = FilterTerm::new().field("requestId").operator("equal").value(request_id);
    let objects = MinimizationSelection::new().filter([of_request]);
    let action =
        MinimizationActionRequest::new().action_type("Delete").query(objects).reason("the person asked for it");
    client.start_minimization_action(action).await?;
    Ok(client.wait_for_minimization(request_id).await?.parts)
}

/// 10. Ship the audit log to a SIEM, each line once. Typed: yes.
pub(super) async fn ship_audit_log(client: &BigIdClient, stored: &str, siem: &mut impl Write) -> Outcome<String> {
    let checkpoint: AuditCheckpoint = if stored.is_empty() { AuditCheckpoint::default() } else { stored.parse()? };
    let batch = client.audit_log_since(&checkpoint).await?;
    for line in &batch.lines {
        writeln!(siem, "{}", line.text())?;
    }
    Ok(batch.checkpoint.to_string())
}

/// 11. Keep policies as code: create, read, update, delete. Typed: yes.
pub(super) async fn apply_policy(client: &BigIdClient, name: &str, query: bql::Bql) -> Outcome<String> {
    let condition = ComplianceCondition::new().bigid_query(query).max_findings("0");
    let policy = ComplianceRule::new().name(name).type_(ComplianceRuleType::Catalog).compliance_rule_calc(condition);
    let known = client.list_compliance_rules().name(name).await?.into_vec().into_iter().find_map(|rule| rule.id);
    match known {
        Some(id) if client.get_compliance_rule(&id).await?.compliance_rule_calc == policy.compliance_rule_calc => {
            Ok(id)
        }
        Some(id) => client.update_compliance_rule(&id, &policy).await.map(|_| id).map_err(Into::into),
        None => Ok(client.create_compliance_rule(&policy).await?.rule_id.unwrap_or_default()),
    }
}

/// 12. Read classifiers and glossary together. Typed: yes.
pub(super) async fn glossary(client: &BigIdClient) -> Outcome<BTreeMap<String, Option<String>>> {
    let items = client.list_glossary_items().await?.into_vec();
    let texts: BTreeMap<_, _> = items.into_iter().map(|item| (item.glossary_id, item.description)).collect();
    let all = client.list_all_classifications().await?.data.and_then(|page| page.classifications).unwrap_or_default();
    let described = |one: Classification| Some((one.original_name?, texts.get(&one.glossary_id).cloned().flatten()));
    Ok(all.into_iter().filter_map(described).collect())
}

/// 13. Report users, their roles, and what this token may do. Typed: yes.
pub(super) async fn report_users(client: &BigIdClient, report: &mut impl Write) -> Outcome {
    let roles: Vec<Role> = client.list_roles().records().try_collect().await?;
    let names: BTreeMap<_, _> = roles.into_iter().map(|role| (role.object_id, role.name.unwrap_or_default())).collect();
    let mut users = client.list_users().records();
    while let Some(user) = users.try_next().await? {
        let role = |id: String| names.get(&Some(id.clone())).cloned().unwrap_or(id);
        let roles: Vec<String> = user.role_ids.unwrap_or_default().into_iter().map(role).collect();
        writeln!(report, "{}: {}", user.name.unwrap_or_default(), roles.join(", "))?;
    }
    writeln!(report, "{}", client.whoami().await?)?;
    Ok(())
}

/// 15. Find what became sensitive since yesterday, each object once. Typed: yes.
pub(super) async fn since_yesterday(
    client: &BigIdClient,
    stored: &mut ObjectCheckpoint,
) -> Outcome<Vec<CatalogObject>> {
    let mut new = client.new_sensitive_objects(stored);
    let mut objects = Vec::new();
    while let Some(object) = new.try_next().await? {
        objects.push(object);
    }
    *stored = new.checkpoint();
    Ok(objects)
}

/// 16. Scale scanners by the jobs that wait for them. Typed: yes.
pub(super) async fn scanners_wanted(client: &BigIdClient) -> Outcome<BTreeMap<String, usize>> {
    let mut wanted = BTreeMap::new();
    for job in client.list_scanner_jobs().await?.results.unwrap_or_default() {
        *wanted.entry(job.group.unwrap_or_default()).or_default() += 1;
    }
    for scanner in client.list_scanner_statuses().await?.data.unwrap_or_default() {
        wanted.entry(scanner.scanner_group.unwrap_or_default()).or_default();
    }
    Ok(wanted)
}

/// 17. Read rows of a data source through BigID. Typed: except for the values, which are the data source's.
pub(super) async fn rows(client: &BigIdClient, source: &str, table: &str) -> Outcome<Vec<DataSourceColumn>> {
    let query = DataSourceRowsQuery::new().ds_connection(source).db_table(table).limit(10).offset(0);
    let rows = client.start_data_source_query(DataSourceRowsRequest::new().generic_query(query)).await?;
    match rows.err.and_then(|error| error.message).filter(|_| rows.is_successful == Some(false)) {
        Some(message) => Err(message.into()),
        None => Ok(rows.columns.unwrap_or_default()),
    }
}

/// What use case 11 makes of a name: objects of a data source that were scanned lately and have findings.
pub(super) fn recent_findings(source: &str) -> bql::Bql {
    let scanned = bql::field("scanDate").gt(BqlValue::past(Duration::from_secs(24 * 60 * 60)));
    bql::field("system").eq(source).and(bql::field("total_pii_count").gt(0)).and(scanned)
}
