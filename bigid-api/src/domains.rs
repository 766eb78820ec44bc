//! The operations by domain, each with an example.
//!
//! Every operation is a method of [`Client`](crate::Client); these modules hold documentation only. Which public source knows an
//! operation stands in the contract, `spec/bigid.openapi.json`, as `x-evidence`.

#[doc = include_str!("generated/domains/authentication.md")]
///
/// The crate `bigid-auth-ext` does all of this. The operations here send no token of their own.
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let user_token = "..."; // Authorization, without a scheme word
/// let request = client.request(bigid_api::http::Method::GET, "/refresh-access-token");
/// let answer = request.with(|request| request.header("authorization", user_token)).send().await?;
/// println!("{}", answer.status());
/// # Ok(())
/// # }
/// ```
pub mod authentication {}

#[doc = include_str!("generated/domains/data_sources.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// // Read, change, send back: what the contract does not know travels in the record.
/// let mut body = client.get_data_source().name("Orders").send().await?.into_inner();
/// if let Some(source) = &mut body.ds_connection {
///     source.scanner_group = Some("eu".to_owned());
/// }
/// client.update_data_source().name("Orders").body(body).send().await?;
/// # Ok(())
/// # }
/// ```
pub mod data_sources {}

#[doc = include_str!("generated/domains/connector_types.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let template = client.get_connector_template().type_("s3-v2").send().await?;
/// println!("{:?}", template.pointer("/data"));
/// # Ok(())
/// # }
/// ```
pub mod connector_types {}

#[doc = include_str!("generated/domains/users.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let page = client.list_users().skip(0).limit(100).send().await?;
/// for user in page.data.iter().flat_map(|page| page.users.iter().flatten()) {
///     println!("{:?} has {:?}", user.name, user.role_ids);
/// }
/// # Ok(())
/// # }
/// ```
pub mod users {}

#[doc = include_str!("generated/domains/scans.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use bigid_api::types::ScanRequest;
///
/// let request = ScanRequest::builder().scan_type("dsScan".to_owned()).scan_profile_name("Nightly".to_owned());
/// let started = client.start_scan().body(request).send().await?;
/// if let Some(id) = started.result.as_ref().and_then(|scan| scan.object_id.as_deref()) {
///     let parts = client.get_scan().scan_id(id).send().await?;
///     println!("{:?}", parts.first().and_then(|part| part.state.as_deref()));
/// }
/// # Ok(())
/// # }
/// ```
pub mod scans {}

#[doc = include_str!("generated/domains/scan_profiles.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use bigid_api::types::ScanProfile;
///
/// let profile = ScanProfile::builder().name("Nightly".to_owned()).data_source_list(vec!["Orders".to_owned()]);
/// client.create_scan_profile().body(profile).send().await?;
/// # Ok(())
/// # }
/// ```
pub mod scan_profiles {}

#[doc = include_str!("generated/domains/catalog.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let mut skip = 0;
/// loop {
///     // Read until a page is short: its counter does not say how many there are in all.
///     let page = client.list_catalog().filter("system = \"Orders\"").skip(skip).limit(200).send().await?;
///     let objects = page.results.as_deref().unwrap_or_default();
///     for object in objects {
///         println!("{:?}: {:?}", object.fully_qualified_name, object.attribute);
///     }
///     if objects.len() < 200 {
///         break;
///     }
///     skip += 200;
/// }
/// # Ok(())
/// # }
/// ```
pub mod catalog {}

#[doc = include_str!("generated/domains/metadata_search.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use bigid_api::types::QuickSearchRequest;
///
/// let request = QuickSearchRequest::builder().text("customer*".to_owned()).top(5);
/// for group in client.search_metadata_quick().body(request).send().await?.type_results.iter().flatten() {
///     println!("{:?}: {:?}", group.type_, group.count);
/// }
/// # Ok(())
/// # }
/// ```
pub mod metadata_search {}

#[doc = include_str!("generated/domains/inventory.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use bigid_api::types::{InventoryAggregationQuery, InventoryQuery};
///
/// let by_source: InventoryAggregationQuery =
///     InventoryAggregationQuery::builder().agg_name("source".to_owned()).try_into()?;
/// let query = InventoryQuery::builder().aggregations(vec![by_source]);
/// println!("{:?}", client.query_inventory().body(query).send().await?);
/// # Ok(())
/// # }
/// ```
pub mod inventory {}

#[doc = include_str!("generated/domains/policies.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// // A bare array: what is no record keeps its place and loses nothing else.
/// let rules = client.list_compliance_rules().send().await?.into_inner();
/// for rule in &rules {
///     println!("{:?} is {:?}", rule.name, rule.status);
/// }
/// assert_eq!(rules.odd().count(), 0);
/// # Ok(())
/// # }
/// ```
pub mod policies {}

#[doc = include_str!("generated/domains/cases.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use bigid_api::types::{CaseStatus, CaseStatusUpdate};
///
/// let update = CaseStatusUpdate::builder().case_status(CaseStatus::Remediated).audit_reason("deleted".to_owned());
/// client.update_case_status().case_id("64a9").body(update).send().await?;
/// # Ok(())
/// # }
/// ```
pub mod cases {}

#[doc = include_str!("generated/domains/dsar.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use bigid_api::types::{DsarRequest, DsarValue};
///
/// let email: DsarValue = DsarValue::builder()
///     .attribute_name("email".to_owned())
///     .attribute_value("a@example.com".to_owned())
///     .try_into()?;
/// let request = DsarRequest::builder().profile_id("5f".to_owned()).user_values(vec![email]);
/// println!("{:?}", client.create_dsar_report().body(request).send().await?.request_id);
/// # Ok(())
/// # }
/// ```
pub mod dsar {}

#[doc = include_str!("generated/domains/clusters.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// for cluster in client.list_clusters().filter("size = 20").send().await?.iter() {
///     println!("{:?} has {:?}", cluster.name, cluster.size);
/// }
/// # Ok(())
/// # }
/// ```
pub mod clusters {}

#[doc = include_str!("generated/domains/classifiers.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let all = client.list_all_classifications().send().await?;
/// println!("{:?}", all.data.as_ref().and_then(|page| page.classifications.as_ref()).map(Vec::len));
/// # Ok(())
/// # }
/// ```
pub mod classifiers {}

#[doc = include_str!("generated/domains/access_intelligence.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let fqn = "Drive.folder/contract.docx";
/// let page = client.list_access_permissions().fqn(fqn).app_id("acl").limit(100).send().await?;
/// for permission in page.data.iter().flat_map(|page| page.permissions.iter().flatten()) {
///     println!("{:?} may {:?}", permission.name, permission.access);
/// }
/// # Ok(())
/// # }
/// ```
pub mod access_intelligence {}

#[doc = include_str!("generated/domains/findings.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use futures_util::TryStreamExt as _;
///
/// // One source at a time: the whole export may run out of time.
/// let mut csv = client.export_findings().filter("source=Orders").send().await?.into_inner_stream();
/// while let Some(bytes) = csv.try_next().await? {
///     println!("{} bytes", bytes.len());
/// }
/// # Ok(())
/// # }
/// ```
pub mod findings {}

#[doc = include_str!("generated/domains/lineage.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let anchors = vec!["Directory.public.identities".to_owned()];
/// let tree = client.get_lineage_tree().anchor_collections(anchors).send().await?;
/// println!("{:?}", tree.get("lineageTree"));
/// # Ok(())
/// # }
/// ```
pub mod lineage {}

#[doc = include_str!("generated/domains/locations.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let countries = client.list_system_locations().send().await?;
/// for country in countries.system_locations.iter().flatten() {
///     println!("{:?}: {:?}", country.name, country.systems);
/// }
/// # Ok(())
/// # }
/// ```
pub mod locations {}

#[doc = include_str!("generated/domains/glossary.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use bigid_api::types::OpenObject;
///
/// // Where no source tells the fields of a body, any object is taken.
/// let category = OpenObject::try_from(serde_json::json!({ "name": "Contracts" }))?;
/// println!("{:?}", client.create_data_category().body(category).send().await?.glossary_id);
/// # Ok(())
/// # }
/// ```
pub mod glossary {}

#[doc = include_str!("generated/domains/audit.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use futures_util::TryStreamExt as _;
///
/// let mut log = client.export_audit_log().send().await?.into_inner_stream();
/// while let Some(bytes) = log.try_next().await? {
///     println!("{} bytes", bytes.len());
/// }
/// # Ok(())
/// # }
/// ```
pub mod audit {}

#[doc = include_str!("generated/domains/apps.md")]
///
/// ```no_run
/// # async fn example(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use bigid_api::types::ExecutionUpdate;
///
/// let update = ExecutionUpdate::builder().execution_id("1".to_owned()).status_enum("COMPLETED".to_owned());
/// client.update_execution().execution_id("1").body(update).send().await?;
/// # Ok(())
/// # }
/// ```
pub mod apps {}
