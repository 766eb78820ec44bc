// This file is long because it has one example for each domain.
//! The operations by domain, each with an example.
//!
//! Every operation is a method of [`Client`](crate::Client); these modules hold documentation only. An operation "in
//! pages" has `records()` as well, which reads all of them; see [`Records`](crate::Records).
//!
//! BigID publishes no description of its API. This client was written from public evidence, which `x-evidence` in the
//! contract (`spec/bigid.openapi.json`) records for each operation. Its strength, and what is known about the
//! responses:
//!
#![doc = include_str!("generated/evidence.md")]

#[doc = include_str!("generated/domains/authentication.md")]
///
/// The crate `bigid-auth-ext` does all of this. The operations themselves send no token.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (sandbox, client) = example().await?;
/// # let user_token = sandbox.user_token();
/// use bigid_api::http::Method;
/// use bigid_api::types::TokenResponse;
///
/// // The user token travels in the Authorization header, without a scheme word.
/// let exchange = client.request(Method::GET, "/refresh-access-token");
/// let response = exchange.with(|request| request.header("authorization", user_token)).send_json::<TokenResponse>().await?;
/// assert_eq!(response.success, Some(true));
/// # Ok(())
/// # }
/// ```
pub mod authentication {}

#[doc = include_str!("generated/domains/data_sources.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// let mut sources = client.list_data_sources().records().page_size(500).prefetch(true);
/// while let Some(source) = sources.try_next().await? {
///     println!("{:?} is a {:?}", source.name, source.type_);
/// }
///
/// // Read, change, send back: fields that the contract does not declare are kept in the record.
/// let mut body = client.get_data_source("Orders").await?;
/// if let Some(source) = &mut body.ds_connection {
///     source.scanner_group = Some("eu".to_owned());
/// }
/// client.update_data_source("Orders", body).send().await?;
/// # assert_eq!(client.data_source("Orders").await?.scanner_group.as_deref(), Some("eu"));
/// # Ok(())
/// # }
/// ```
pub mod data_sources {}

#[doc = include_str!("generated/domains/connector_types.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// let template = client.get_connector_template("s3-v2").send().await?;
/// println!("{:?}", template.pointer("/data/fields"));
/// # assert!(template.pointer("/data/fields").is_some());
/// # Ok(())
/// # }
/// ```
pub mod connector_types {}

#[doc = include_str!("generated/domains/users.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// use bigid_api::types::User;
///
/// let users: Vec<User> = client.list_users().records().try_collect().await?;
/// for user in &users {
///     println!("{:?} has {:?}", user.name, user.role_ids);
/// }
/// # assert!(!users.is_empty());
/// # Ok(())
/// # }
/// ```
pub mod users {}

#[doc = include_str!("generated/domains/scans.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// use bigid_api::types::{ScanState, StartScanRequest};
///
/// let request = StartScanRequest::new().scan_type("dsScan".to_owned()).scan_profile_name("Nightly".to_owned());
/// # client.create_scan_profile(bigid_api::types::ScanProfile::new().name("Nightly".to_owned())).send().await?;
/// let started = client.start_scan(request).send().await?;
/// if let Some(id) = started.result.as_ref().and_then(|scan| scan.object_id.as_deref()) {
///     let parts = client.get_scan(id).send().await?;
///     println!("{:?}", parts.first().and_then(|part| part.state.as_ref()) == Some(&ScanState::Completed));
/// }
/// # Ok(())
/// # }
/// ```
pub mod scans {}

#[doc = include_str!("generated/domains/scan_profiles.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// use bigid_api::types::ScanProfile;
///
/// let profile = ScanProfile::new().name("Nightly".to_owned()).data_source_list(vec!["Orders".to_owned()]);
/// client.create_scan_profile(profile).send().await?;
/// # Ok(())
/// # }
/// ```
pub mod scan_profiles {}

#[doc = include_str!("generated/domains/catalog.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// // The catalog has no total count, so it is read until it ends.
/// let mut objects = client.list_catalog().filter("system = \"Orders\"").records();
/// while let Some(object) = objects.try_next().await? {
///     println!("{:?}: {:?}", object.fully_qualified_name, object.attribute);
/// }
/// # Ok(())
/// # }
/// ```
pub mod catalog {}

#[doc = include_str!("generated/domains/metadata_search.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// use bigid_api::types::QuickSearchRequest;
///
/// let request = QuickSearchRequest::new().text("customer*".to_owned()).top(5);
/// for group in client.search_metadata_quick(request).send().await?.type_results.iter().flatten() {
///     println!("{:?}: {:?}", group.type_, group.count);
/// }
/// # Ok(())
/// # }
/// ```
pub mod metadata_search {}

#[doc = include_str!("generated/domains/inventory.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// use bigid_api::types::{InventoryAggregationQuery, InventoryQuery};
///
/// let by_source: InventoryAggregationQuery =
///     InventoryAggregationQuery::new().agg_name("source".to_owned());
/// let query = InventoryQuery::new().aggregations(vec![by_source]);
/// println!("{:?}", client.query_inventory(query).send().await?);
/// # Ok(())
/// # }
/// ```
pub mod inventory {}

#[doc = include_str!("generated/domains/policies.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// // A bare array: an element that is not a record does not affect the others.
/// let rules = client.list_compliance_rules().await?;
/// for rule in &rules {
///     println!("{:?} is {:?}", rule.name, rule.status);
/// }
/// assert_eq!(rules.malformed().count(), 0);
/// # Ok(())
/// # }
/// ```
pub mod policies {}

#[doc = include_str!("generated/domains/cases.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// use bigid_api::types::{
///     BulkCaseChange, BulkCaseUpdate, CaseActionSubType, CaseActionType, CaseFilter, CaseStatus, CaseStatusUpdate,
/// };
///
/// let mut open = client.list_cases().records();
/// let case = open.try_next().await?.and_then(|case| case.id).unwrap_or_default();
/// let update = CaseStatusUpdate::new().case_status(CaseStatus::Remediated).audit_reason("deleted".to_owned());
/// client.update_case_status(&case, update).send().await?;
/// # assert_eq!(_sandbox.case(&case).ok_or("no case")?.text("caseStatus"), "remediated");
///
/// // One field of many cases at once.
/// let acknowledge = BulkCaseUpdate::new()
///     .type_(CaseActionType::CasesDb)
///     .sub_type(CaseActionSubType::UpdateCases)
///     .additional_properties(
///         BulkCaseChange::new()
///             .field("caseStatus".to_owned())
///             .new_value("acknowledged".to_owned())
///             .audit_reason("reviewed".to_owned())
///             .cases_filters(vec![
///                 CaseFilter::new().filter_field("policyName".to_owned()).filter_values(vec!["Open keys".to_owned()]),
///             ]),
///     );
/// client.update_cases("update", acknowledge).await?;
/// # let cases = _sandbox.cases();
/// # let of_policy: Vec<_> = cases.iter().filter(|case| case.text("policyName") == "Open keys").collect();
/// # assert!(!of_policy.is_empty() && of_policy.iter().all(|case| case.text("caseStatus") == "acknowledged"));
/// # Ok(())
/// # }
/// ```
pub mod cases {}

#[doc = include_str!("generated/domains/dsar.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// for profile in client.list_dsar_profiles().send().await?.profiles.iter().flatten() {
///     println!("{:?}", profile.name);
/// }
/// # Ok(())
/// # }
/// ```
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// use bigid_api::types::{DsarReportRequest, DsarValue};
///
/// let email: DsarValue = DsarValue::new()
///     .attribute_name("email".to_owned())
///     .attribute_value("a@example.com".to_owned())
///     .try_into()?;
/// let request = DsarReportRequest::new().profile_id("5a50000000000000000000a1".to_owned()).user_values(vec![email]);
/// println!("{:?}", client.create_dsar_report(request).send().await?.request_id);
/// # Ok(())
/// # }
/// ```
pub mod dsar {}

#[doc = include_str!("generated/domains/clusters.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// for cluster in client.list_clusters().send().await?.iter() {
///     println!("{:?} has {:?}", cluster.name, cluster.size);
/// }
/// # Ok(())
/// # }
/// ```
pub mod clusters {}

#[doc = include_str!("generated/domains/classifiers.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// let all = client.list_all_classifications().send().await?;
/// println!("{:?}", all.data.as_ref().and_then(|page| page.classifications.as_ref()).map(Vec::len));
/// # Ok(())
/// # }
/// ```
pub mod classifiers {}

#[doc = include_str!("generated/domains/access_intelligence.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// let fqn = "Drive.folder/contract.docx";
/// let mut permissions = client.list_access_permissions(fqn).app_id("acl").records();
/// while let Some(permission) = permissions.try_next().await? {
///     println!("{:?} may {:?}", permission.name, permission.access);
/// }
/// # Ok(())
/// # }
/// ```
pub mod access_intelligence {}

#[doc = include_str!("generated/domains/findings.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// // One source at a time: the whole export may run out of time.
/// let export = client.export_findings().filter("source=Orders").await?;
/// let mut file = Vec::new(); // or tokio::fs::File::create("findings.csv").await?
/// let written = export.write_to_with_progress(&mut file, |progress| println!("{progress:?}")).await?;
/// assert_eq!(written, file.len() as u64);
/// # Ok(())
/// # }
/// ```
pub mod findings {}

#[doc = include_str!("generated/domains/lineage.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// let anchors = vec!["Directory.public.identities".to_owned()];
/// let tree = client.get_lineage_tree(anchors).send().await?;
/// for collection in tree.lineage_tree.iter().flatten() {
///     println!("{collection:?}");
/// }
/// # Ok(())
/// # }
/// ```
pub mod lineage {}

#[doc = include_str!("generated/domains/locations.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
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
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// use bigid_api::types::DataCategoryRequest;
///
/// let category = DataCategoryRequest::new().display_name("Contracts").unique_name("contracts");
/// println!("{:?}", client.create_data_category(category).send().await?.glossary_id);
/// # Ok(())
/// # }
/// ```
pub mod glossary {}

#[doc = include_str!("generated/domains/audit.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// let mut log = tokio::io::stdout();
/// client.export_audit_log().await?.write_to(&mut log).await?;
/// # Ok(())
/// # }
/// ```
pub mod audit {}

#[doc = include_str!("generated/domains/apps.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// use bigid_api::OptionalExt as _;
/// use bigid_api::types::{ExecutionStatus, ExecutionUpdate};
///
/// let update = ExecutionUpdate::new().execution_id("1".to_owned()).status_enum(ExecutionStatus::Completed);
/// client.update_execution("1", update).send().await?;
///
/// // A key that was never stored gives 404.
/// let cursor = client.get_app_storage_value("my-app", "cursor").await.optional()?;
/// println!("{:?}", cursor.and_then(|stored| stored.value));
/// # Ok(())
/// # }
/// ```
pub mod apps {}

#[doc = include_str!("generated/domains/scopes.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// use bigid_api::types::Scope;
///
/// let scopes = client.list_scopes().await?.data.and_then(|page| page.scopes).unwrap_or_default();
/// for scope in scopes.into_iter().filter(|scope| scope.name.as_deref() == Some("Europe")) {
///     let mut names = scope.data_source_names.unwrap_or_default();
///     names.push("Orders".to_owned());
///     let update = Scope::new().description(scope.description.unwrap_or_default()).data_source_names(names);
///     client.update_scope(scope.id.unwrap_or_default(), update).await?;
/// }
/// # Ok(())
/// # }
/// ```
pub mod scopes {}

#[doc = include_str!("generated/domains/tags.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// use bigid_api::types::{CreateCatalogTagRequest, TagType};
///
/// let tag = CreateCatalogTagRequest::new().name("hasBackup".to_owned()).type_(TagType::Tag);
/// let tag = client.create_catalog_tag(tag).await?.data.unwrap_or_default().into_iter().next();
/// let key = tag.and_then(|tag| tag.object_id).unwrap_or_default();
/// let value = CreateCatalogTagRequest::new().name("yes".to_owned()).type_(TagType::Value).parent_id(key);
/// client.create_catalog_tag(value).await?;
/// # Ok(())
/// # }
/// ```
pub mod tags {}

#[doc = include_str!("generated/domains/saved_queries.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// for query in client.list_saved_queries().await?.iter() {
///     println!("{:?} = {:?}", query.tag_name, query.tag_value);
/// }
/// # Ok(())
/// # }
/// ```
pub mod saved_queries {}

#[doc = include_str!("generated/domains/credentials.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// let credential = client.get_credential("warehouse").await?;
/// println!("{:?}", credential.username);
/// # Ok(())
/// # }
/// ```
pub mod credentials {}

#[doc = include_str!("generated/domains/entity_sources.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// for source in client.list_entity_sources().await?.id_connections.into_iter().flatten() {
///     for column in source.attributes.iter().flatten() {
///         println!("{:?}", column.column_name);
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub mod entity_sources {}

#[doc = include_str!("generated/domains/tenants.md")]
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/common/mod.rs"));
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (_sandbox, client) = example().await?;
/// let tenants = client.list_app_tenants().await?.data.and_then(|page| page.tenants).unwrap_or_default();
/// for tenant in tenants {
///     println!("{:?} of {:?}", tenant.tenant_domain, tenant.company_name);
/// }
/// # Ok(())
/// # }
/// ```
pub mod tenants {}
