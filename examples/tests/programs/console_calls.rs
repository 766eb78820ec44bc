//! Every operation as the console writes it; see console.rs. This file is long because the test writes it.

use bigid_auth_ext::{BigIdClient, FormFile, types};

pub(crate) type Done = Result<(), Box<dyn std::error::Error>>;

pub(crate) async fn call(client: &BigIdClient, id: &str) -> Done {
    match id {
        "listScopes" => Box::pin(list_scopes(client)).await,
        "listUsers" => Box::pin(list_users(client)).await,
        "listAccessObjects" => Box::pin(list_access_objects(client)).await,
        "listAccessPermissions" => Box::pin(list_access_permissions(client)).await,
        "listAccessGroups" => Box::pin(list_access_groups(client)).await,
        "listSensitivityConfigs" => Box::pin(list_sensitivity_configs(client)).await,
        "getSensitivityConfig" => Box::pin(get_sensitivity_config(client)).await,
        "getSensitivityRatio" => Box::pin(get_sensitivity_ratio(client)).await,
        "getSensitivityRatioById" => Box::pin(get_sensitivity_ratio_by_id(client)).await,
        "getSensitivityRatioByName" => Box::pin(get_sensitivity_ratio_by_name(client)).await,
        "listAccessUsers" => Box::pin(list_access_users(client)).await,
        "listCases" => Box::pin(list_cases(client)).await,
        "updateCaseStatus" => Box::pin(update_case_status(client)).await,
        "countCasesBySeverity" => Box::pin(count_cases_by_severity(client)).await,
        "listCasesByPolicy" => Box::pin(list_cases_by_policy(client)).await,
        "getCasesMetadata" => Box::pin(get_cases_metadata(client)).await,
        "assignCase" => Box::pin(assign_case(client)).await,
        "startCaseAction" => Box::pin(start_case_action(client)).await,
        "updateCases" => Box::pin(update_cases(client)).await,
        "listTopCriticalCases" => Box::pin(list_top_critical_cases(client)).await,
        "getCaseTrends" => Box::pin(get_case_trends(client)).await,
        "listAllClassifications" => Box::pin(list_all_classifications(client)).await,
        "listApplicationLocations" => Box::pin(list_application_locations(client)).await,
        "listApplications" => Box::pin(list_applications(client)).await,
        "listAttributeRisks" => Box::pin(list_attribute_risks(client)).await,
        "exportAuditLog" => Box::pin(export_audit_log(client)).await,
        "createBiEvent" => Box::pin(create_bi_event(client)).await,
        "listGlossaryItems" => Box::pin(list_glossary_items(client)).await,
        "listClassifications" => Box::pin(list_classifications(client)).await,
        "createClassification" => Box::pin(create_classification(client)).await,
        "deleteClassification" => Box::pin(delete_classification(client)).await,
        "listClassifiers" => Box::pin(list_classifiers(client)).await,
        "listClusters" => Box::pin(list_clusters(client)).await,
        "listComplianceRules" => Box::pin(list_compliance_rules(client)).await,
        "createComplianceRule" => Box::pin(create_compliance_rule(client)).await,
        "deleteComplianceRule" => Box::pin(delete_compliance_rule(client)).await,
        "getComplianceRule" => Box::pin(get_compliance_rule(client)).await,
        "updateComplianceRule" => Box::pin(update_compliance_rule(client)).await,
        "createCredential" => Box::pin(create_credential(client)).await,
        "getCredential" => Box::pin(get_credential(client)).await,
        "listCatalog" => Box::pin(list_catalog(client)).await,
        "queryCatalog" => Box::pin(query_catalog(client)).await,
        "listSimilarColumns" => Box::pin(list_similar_columns(client)).await,
        "listCatalogColumns" => Box::pin(list_catalog_columns(client)).await,
        "countCatalogObjects" => Box::pin(count_catalog_objects(client)).await,
        "detachCatalogTags" => Box::pin(detach_catalog_tags(client)).await,
        "assignCatalogTags" => Box::pin(assign_catalog_tags(client)).await,
        "getCatalogObject" => Box::pin(get_catalog_object(client)).await,
        "listCatalogObjectAttributes" => Box::pin(list_catalog_object_attributes(client)).await,
        "listCatalogObjectColumns" => Box::pin(list_catalog_object_columns(client)).await,
        "getCatalogSummary" => Box::pin(get_catalog_summary(client)).await,
        "getDataSourceCatalogSummary" => Box::pin(get_data_source_catalog_summary(client)).await,
        "listCatalogObjects" => Box::pin(list_catalog_objects(client)).await,
        "listObjectsWithPii" => Box::pin(list_objects_with_pii(client)).await,
        "listTunedAttributes" => Box::pin(list_tuned_attributes(client)).await,
        "getDataSourceRiskSummary" => Box::pin(get_data_source_risk_summary(client)).await,
        "listCatalogRules" => Box::pin(list_catalog_rules(client)).await,
        "listSystemAttributes" => Box::pin(list_system_attributes(client)).await,
        "listCatalogTags" => Box::pin(list_catalog_tags(client)).await,
        "createCatalogTag" => Box::pin(create_catalog_tag(client)).await,
        "listCatalogTagPairs" => Box::pin(list_catalog_tag_pairs(client)).await,
        "deleteCatalogTag" => Box::pin(delete_catalog_tag(client)).await,
        "getCatalogTag" => Box::pin(get_catalog_tag(client)).await,
        "updateCatalogTag" => Box::pin(update_catalog_tag(client)).await,
        "countExplorerObjects" => Box::pin(count_explorer_objects(client)).await,
        "countExplorerObjectsOfType" => Box::pin(count_explorer_objects_of_type(client)).await,
        "queryExplorerObjects" => Box::pin(query_explorer_objects(client)).await,
        "searchExplorerObjectsQuick" => Box::pin(search_explorer_objects_quick(client)).await,
        "queryExplorerObjectsOfType" => Box::pin(query_explorer_objects_of_type(client)).await,
        "listMinimizationObjects" => Box::pin(list_minimization_objects(client)).await,
        "startMinimizationAction" => Box::pin(start_minimization_action(client)).await,
        "listDataCategories" => Box::pin(list_data_categories(client)).await,
        "createDataCategory" => Box::pin(create_data_category(client)).await,
        "testDataSource" => Box::pin(test_data_source(client)).await,
        "listDataSources" => Box::pin(list_data_sources(client)).await,
        "queryDataSources" => Box::pin(query_data_sources(client)).await,
        "listConnectorTypes" => Box::pin(list_connector_types(client)).await,
        "getConnectorTemplate" => Box::pin(get_connector_template(client)).await,
        "exportDataSources" => Box::pin(export_data_sources(client)).await,
        "getDataSourceScan" => Box::pin(get_data_source_scan(client)).await,
        "startDataSourceScan" => Box::pin(start_data_source_scan(client)).await,
        "listDataSourcesLegacy" => Box::pin(list_data_sources_legacy(client)).await,
        "createDataSource" => Box::pin(create_data_source(client)).await,
        "deleteDataSource" => Box::pin(delete_data_source(client)).await,
        "getDataSource" => Box::pin(get_data_source(client)).await,
        "updateDataSource" => Box::pin(update_data_source(client)).await,
        "queryDashboardWidget" => Box::pin(query_dashboard_widget(client)).await,
        "startDataSourceQuery" => Box::pin(start_data_source_query(client)).await,
        "listEntitySources" => Box::pin(list_entity_sources(client)).await,
        "getEntitySource" => Box::pin(get_entity_source(client)).await,
        "listIdentityLocations" => Box::pin(list_identity_locations(client)).await,
        "queryInventory" => Box::pin(query_inventory(client)).await,
        "exportInventoryAttributes" => Box::pin(export_inventory_attributes(client)).await,
        "exportInventorySources" => Box::pin(export_inventory_sources(client)).await,
        "queryInventoryOfType" => Box::pin(query_inventory_of_type(client)).await,
        "getLineageTree" => Box::pin(get_lineage_tree(client)).await,
        "getMetadataEntityType" => Box::pin(get_metadata_entity_type(client)).await,
        "queryMetadataFilters" => Box::pin(query_metadata_filters(client)).await,
        "queryMetadataFilterSuggestions" => Box::pin(query_metadata_filter_suggestions(client)).await,
        "getMetadataSearchHealth" => Box::pin(get_metadata_search_health(client)).await,
        "exportMetadataReport" => Box::pin(export_metadata_report(client)).await,
        "searchMetadata" => Box::pin(search_metadata(client)).await,
        "searchMetadataQuick" => Box::pin(search_metadata_quick(client)).await,
        "getMetadataSearchStatus" => Box::pin(get_metadata_search_status(client)).await,
        "queryFindingsByObject" => Box::pin(query_findings_by_object(client)).await,
        "listPiiRecords" => Box::pin(list_pii_records(client)).await,
        "listFindingObjects" => Box::pin(list_finding_objects(client)).await,
        "exportFindings" => Box::pin(export_findings(client)).await,
        "exchangeUserToken" => Box::pin(exchange_user_token(client)).await,
        "refreshAccessToken" => Box::pin(refresh_access_token(client)).await,
        "listRoles" => Box::pin(list_roles(client)).await,
        "createRole" => Box::pin(create_role(client)).await,
        "getPermissionsHierarchy" => Box::pin(get_permissions_hierarchy(client)).await,
        "getUserPermissions" => Box::pin(get_user_permissions(client)).await,
        "getRole" => Box::pin(get_role(client)).await,
        "listDsarAttributes" => Box::pin(list_dsar_attributes(client)).await,
        "listDsarFields" => Box::pin(list_dsar_fields(client)).await,
        "listDsarProfiles" => Box::pin(list_dsar_profiles(client)).await,
        "createDsarProfile" => Box::pin(create_dsar_profile(client)).await,
        "deleteDsarProfile" => Box::pin(delete_dsar_profile(client)).await,
        "getDsarProfile" => Box::pin(get_dsar_profile(client)).await,
        "updateDsarProfileConnections" => Box::pin(update_dsar_profile_connections(client)).await,
        "updateDsarProfileFields" => Box::pin(update_dsar_profile_fields(client)).await,
        "createDsarReport" => Box::pin(create_dsar_report(client)).await,
        "getDsarReport" => Box::pin(get_dsar_report(client)).await,
        "getDsarShortReport" => Box::pin(get_dsar_short_report(client)).await,
        "getDsarReportStatus" => Box::pin(get_dsar_report_status(client)).await,
        "listSavedQueries" => Box::pin(list_saved_queries(client)).await,
        "createSavedQuery" => Box::pin(create_saved_query(client)).await,
        "deleteSavedQuery" => Box::pin(delete_saved_query(client)).await,
        "analyzeContent" => Box::pin(analyze_content(client)).await,
        "getScanInsights" => Box::pin(get_scan_insights(client)).await,
        "exportScanResults" => Box::pin(export_scan_results(client)).await,
        "listScanProfiles" => Box::pin(list_scan_profiles(client)).await,
        "createScanProfile" => Box::pin(create_scan_profile(client)).await,
        "getScanProfile" => Box::pin(get_scan_profile(client)).await,
        "listScannerStatuses" => Box::pin(list_scanner_statuses(client)).await,
        "getScannerStatus" => Box::pin(get_scanner_status(client)).await,
        "listScannerJobs" => Box::pin(list_scanner_jobs(client)).await,
        "startScan" => Box::pin(start_scan(client)).await,
        "listParentScans" => Box::pin(list_parent_scans(client)).await,
        "getScan" => Box::pin(get_scan(client)).await,
        "getScanStatus" => Box::pin(get_scan_status(client)).await,
        "listScopesLegacy" => Box::pin(list_scopes_legacy(client)).await,
        "updateScope" => Box::pin(update_scope(client)).await,
        "createSession" => Box::pin(create_session(client)).await,
        "exportClassificationFindings" => Box::pin(export_classification_findings(client)).await,
        "listSystemUsers" => Box::pin(list_system_users(client)).await,
        "listSystemLocations" => Box::pin(list_system_locations(client)).await,
        "listSystemUsersLegacy" => Box::pin(list_system_users_legacy(client)).await,
        "getSystemUser" => Box::pin(get_system_user(client)).await,
        "createSystemUser" => Box::pin(create_system_user(client)).await,
        "updateSystemUser" => Box::pin(update_system_user(client)).await,
        "listTasks" => Box::pin(list_tasks(client)).await,
        "createAppNotification" => Box::pin(create_app_notification(client)).await,
        "updateTask" => Box::pin(update_task(client)).await,
        "listAppTenants" => Box::pin(list_app_tenants(client)).await,
        "exchangeServiceToken" => Box::pin(exchange_service_token(client)).await,
        "listApps" => Box::pin(list_apps(client)).await,
        "updateExecution" => Box::pin(update_execution(client)).await,
        "createExecutionAttachment" => Box::pin(create_execution_attachment(client)).await,
        "getAppIds" => Box::pin(get_app_ids(client)).await,
        "getAppPublicKey" => Box::pin(get_app_public_key(client)).await,
        "getAppCredentials" => Box::pin(get_app_credentials(client)).await,
        "getAppStorage" => Box::pin(get_app_storage(client)).await,
        "updateAppStorage" => Box::pin(update_app_storage(client)).await,
        "deleteAppStorageValue" => Box::pin(delete_app_storage_value(client)).await,
        "getAppStorageValue" => Box::pin(get_app_storage_value(client)).await,
        _ => Err("no such operation".into()),
    }
}

async fn list_scopes(client: &BigIdClient) -> Done {
    let response = client.list_scopes().await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_users(client: &BigIdClient) -> Done {
    let response = client
        .list_users()
        .skip(7)
        .limit(7)
        .require_total_count(true)
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_access_objects(client: &BigIdClient) -> Done {
    let response = client
        .list_access_objects()
        .app_id("app_id a/b?\"'\\#&=é")
        .require_total_count(true)
        .limit(7)
        .skip(7)
        .sort("sort a/b?\"'\\#&=é")
        .grouping("grouping a/b?\"'\\#&=é")
        .filter("filter a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_access_permissions(client: &BigIdClient) -> Done {
    let response = client
        .list_access_permissions("fqn a/b?\"'\\#&=é")
        .app_id("app_id a/b?\"'\\#&=é")
        .skip(7)
        .limit(7)
        .require_total_count(true)
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_access_groups(client: &BigIdClient) -> Done {
    let response = client
        .list_access_groups()
        .skip(7)
        .limit(7)
        .sort("sort a/b?\"'\\#&=é")
        .filter("filter a/b?\"'\\#&=é")
        .require_total_count(true)
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_sensitivity_configs(client: &BigIdClient) -> Done {
    let response = client
        .list_sensitivity_configs()
        .skip(7)
        .limit(7)
        .sort("sort a/b?\"'\\#&=é")
        .filter("filter a/b?\"'\\#&=é")
        .require_total_count(true)
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_sensitivity_config(client: &BigIdClient) -> Done {
    let response = client.get_sensitivity_config("id a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_sensitivity_ratio(client: &BigIdClient) -> Done {
    let response = client.get_sensitivity_ratio().await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_sensitivity_ratio_by_id(client: &BigIdClient) -> Done {
    let response = client.get_sensitivity_ratio_by_id("id a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_sensitivity_ratio_by_name(client: &BigIdClient) -> Done {
    let response = client.get_sensitivity_ratio_by_name("name a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_access_users(client: &BigIdClient) -> Done {
    let response = client
        .list_access_users()
        .skip(7)
        .limit(7)
        .sort("sort a/b?\"'\\#&=é")
        .filter("filter a/b?\"'\\#&=é")
        .require_total_count(true)
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_cases(client: &BigIdClient) -> Done {
    let response = client
        .list_cases()
        .filter("filter a/b?\"'\\#&=é")
        .fields("fields a/b?\"'\\#&=é")
        .sort("sort a/b?\"'\\#&=é")
        .skip(7)
        .offset(7)
        .limit(7)
        .require_total_count(true)
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn update_case_status(client: &BigIdClient) -> Done {
    let response = client.update_case_status("caseId a/b?\"'\\#&=é", serde_json::from_str::<types::CaseStatusUpdate>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn count_cases_by_severity(client: &BigIdClient) -> Done {
    let response = client
        .count_cases_by_severity()
        .case_status("caseStatus a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_cases_by_policy(client: &BigIdClient) -> Done {
    let response = client
        .list_cases_by_policy()
        .group_by("groupBy a/b?\"'\\#&=é")
        .filter("filter a/b?\"'\\#&=é")
        .skip(7)
        .limit(7)
        .require_total_count(true)
        .case_status("caseStatus a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_cases_metadata(client: &BigIdClient) -> Done {
    let response = client.get_cases_metadata().await?;
    println!("{response:#?}");
    Ok(())
}

async fn assign_case(client: &BigIdClient) -> Done {
    let response = client.assign_case("caseId a/b?\"'\\#&=é", serde_json::from_str::<types::CaseAssignment>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn start_case_action(client: &BigIdClient) -> Done {
    let response = client.start_case_action("caseId a/b?\"'\\#&=é", "actionType a/b?\"'\\#&=é", serde_json::from_str::<types::CaseAction>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn update_cases(client: &BigIdClient) -> Done {
    let response = client.update_cases("actionType a/b?\"'\\#&=é", serde_json::from_str::<types::BulkCaseUpdate>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_top_critical_cases(client: &BigIdClient) -> Done {
    let response = client.list_top_critical_cases().await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_case_trends(client: &BigIdClient) -> Done {
    let response = client.get_case_trends().await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_all_classifications(client: &BigIdClient) -> Done {
    let response = client.list_all_classifications().await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_application_locations(client: &BigIdClient) -> Done {
    let response = client
        .list_application_locations()
        .filter("filter a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_applications(client: &BigIdClient) -> Done {
    let response = client.list_applications().await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_attribute_risks(client: &BigIdClient) -> Done {
    let response = client
        .list_attribute_risks()
        .filter("filter a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn export_audit_log(client: &BigIdClient) -> Done {
    let response = client.export_audit_log().await?;
    println!("{response:#?}");
    Ok(())
}

async fn create_bi_event(client: &BigIdClient) -> Done {
    let response = client.create_bi_event(serde_json::from_str::<types::BiEvent>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_glossary_items(client: &BigIdClient) -> Done {
    let response = client.list_glossary_items().await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_classifications(client: &BigIdClient) -> Done {
    let response = client.list_classifications().await?;
    println!("{response:#?}");
    Ok(())
}

async fn create_classification(client: &BigIdClient) -> Done {
    let response = client.create_classification(serde_json::from_str::<types::Classifier>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn delete_classification(client: &BigIdClient) -> Done {
    let response = client.delete_classification("name a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_classifiers(client: &BigIdClient) -> Done {
    let response = client.list_classifiers().await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_clusters(client: &BigIdClient) -> Done {
    let response = client
        .list_clusters()
        .filter("filter a/b?\"'\\#&=é")
        .limit(7)
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_compliance_rules(client: &BigIdClient) -> Done {
    let response = client
        .list_compliance_rules()
        .name("name a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn create_compliance_rule(client: &BigIdClient) -> Done {
    let response = client.create_compliance_rule(serde_json::from_str::<types::ComplianceRule>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn delete_compliance_rule(client: &BigIdClient) -> Done {
    let response = client.delete_compliance_rule("id a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_compliance_rule(client: &BigIdClient) -> Done {
    let response = client.get_compliance_rule("id a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn update_compliance_rule(client: &BigIdClient) -> Done {
    let response = client.update_compliance_rule("id a/b?\"'\\#&=é", serde_json::from_str::<types::ComplianceRule>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn create_credential(client: &BigIdClient) -> Done {
    let response = client.create_credential(serde_json::from_str::<types::Credential>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_credential(client: &BigIdClient) -> Done {
    let response = client.get_credential("credentialId a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_catalog(client: &BigIdClient) -> Done {
    let response = client
        .list_catalog()
        .filter("filter a/b?\"'\\#&=é")
        .limit(7)
        .skip(7)
        .offset(7)
        .format("format a/b?\"'\\#&=é")
        .require_total_count(true)
        .sort("sort a/b?\"'\\#&=é")
        .search_text("searchText a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn query_catalog(client: &BigIdClient) -> Done {
    let response = client.query_catalog(serde_json::from_str::<types::CatalogQuery>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_similar_columns(client: &BigIdClient) -> Done {
    let response = client.list_similar_columns("cluster_id a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_catalog_columns(client: &BigIdClient) -> Done {
    let response = client
        .list_catalog_columns()
        .filter("filter a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn count_catalog_objects(client: &BigIdClient) -> Done {
    let response = client
        .count_catalog_objects()
        .filter("filter a/b?\"'\\#&=é")
        .search_text("searchText a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn detach_catalog_tags(client: &BigIdClient) -> Done {
    let response = client.detach_catalog_tags(serde_json::from_str::<types::AssignCatalogTagsRequest>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn assign_catalog_tags(client: &BigIdClient) -> Done {
    let response = client.assign_catalog_tags(serde_json::from_str::<types::AssignCatalogTagsRequest>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_catalog_object(client: &BigIdClient) -> Done {
    let response = client.get_catalog_object("object_name a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_catalog_object_attributes(client: &BigIdClient) -> Done {
    let response = client.list_catalog_object_attributes("object_name a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_catalog_object_columns(client: &BigIdClient) -> Done {
    let response = client
        .list_catalog_object_columns("object_name a/b?\"'\\#&=é")
        .limit(7)
        .grouping("grouping a/b?\"'\\#&=é")
        .filter("filter a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_catalog_summary(client: &BigIdClient) -> Done {
    let response = client.get_catalog_summary().await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_data_source_catalog_summary(client: &BigIdClient) -> Done {
    let response = client.get_data_source_catalog_summary("ds a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_catalog_objects(client: &BigIdClient) -> Done {
    let response = client
        .list_catalog_objects()
        .skip(7)
        .limit(7)
        .sort("sort a/b?\"'\\#&=é")
        .filter("filter a/b?\"'\\#&=é")
        .require_total_count(true)
        .respect_hidden_tags("respectHiddenTags a/b?\"'\\#&=é")
        .offset_key("offsetKey a/b?\"'\\#&=é")
        .ignore_limit(true)
        .sample(7)
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_objects_with_pii(client: &BigIdClient) -> Done {
    let response = client.list_objects_with_pii("source a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_tuned_attributes(client: &BigIdClient) -> Done {
    let response = client.list_tuned_attributes().await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_data_source_risk_summary(client: &BigIdClient) -> Done {
    let response = client.get_data_source_risk_summary().await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_catalog_rules(client: &BigIdClient) -> Done {
    let response = client.list_catalog_rules().await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_system_attributes(client: &BigIdClient) -> Done {
    let response = client.list_system_attributes().await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_catalog_tags(client: &BigIdClient) -> Done {
    let response = client
        .list_catalog_tags()
        .filter("filter a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn create_catalog_tag(client: &BigIdClient) -> Done {
    let response = client.create_catalog_tag(serde_json::from_str::<types::CreateCatalogTagRequest>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_catalog_tag_pairs(client: &BigIdClient) -> Done {
    let response = client
        .list_catalog_tag_pairs()
        .search("search a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn delete_catalog_tag(client: &BigIdClient) -> Done {
    let response = client.delete_catalog_tag("id a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_catalog_tag(client: &BigIdClient) -> Done {
    let response = client.get_catalog_tag("id a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn update_catalog_tag(client: &BigIdClient) -> Done {
    let response = client.update_catalog_tag("id a/b?\"'\\#&=é", serde_json::from_str::<types::TagName>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn count_explorer_objects(client: &BigIdClient) -> Done {
    let response = client.count_explorer_objects(serde_json::from_str::<types::ExplorerQuery>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn count_explorer_objects_of_type(client: &BigIdClient) -> Done {
    let response = client.count_explorer_objects_of_type("type a/b?\"'\\#&=é", serde_json::from_str::<types::ExplorerQuery>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn query_explorer_objects(client: &BigIdClient) -> Done {
    let response = client.query_explorer_objects(serde_json::from_str::<types::ExplorerQuery>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn search_explorer_objects_quick(client: &BigIdClient) -> Done {
    let response = client.search_explorer_objects_quick(serde_json::from_str::<types::OpenObject>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn query_explorer_objects_of_type(client: &BigIdClient) -> Done {
    let response = client.query_explorer_objects_of_type("type a/b?\"'\\#&=é", serde_json::from_str::<types::ExplorerQuery>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_minimization_objects(client: &BigIdClient) -> Done {
    let response = client
        .list_minimization_objects()
        .skip(7)
        .limit(7)
        .require_total_count(true)
        .sort("sort a/b?\"'\\#&=é")
        .filter("filter a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn start_minimization_action(client: &BigIdClient) -> Done {
    let response = client.start_minimization_action(serde_json::from_str::<types::MinimizationActionRequest>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_data_categories(client: &BigIdClient) -> Done {
    let response = client.list_data_categories().await?;
    println!("{response:#?}");
    Ok(())
}

async fn create_data_category(client: &BigIdClient) -> Done {
    let response = client.create_data_category(serde_json::from_str::<types::DataCategoryRequest>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn test_data_source(client: &BigIdClient) -> Done {
    let response = client.test_data_source(serde_json::from_str::<types::TestDataSourceRequest>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_data_sources(client: &BigIdClient) -> Done {
    let response = client
        .list_data_sources()
        .skip(7)
        .limit(7)
        .require_total_count(true)
        .filter("filter a/b?\"'\\#&=é")
        .sort("sort a/b?\"'\\#&=é")
        .fields("fields a/b?\"'\\#&=é")
        .format("format a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn query_data_sources(client: &BigIdClient) -> Done {
    let response = client.query_data_sources(serde_json::from_str::<types::DataSourceQuery>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_connector_types(client: &BigIdClient) -> Done {
    let response = client.list_connector_types().await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_connector_template(client: &BigIdClient) -> Done {
    let response = client.get_connector_template("type a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn export_data_sources(client: &BigIdClient) -> Done {
    let response = client
        .export_data_sources()
        .ids("ids a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_data_source_scan(client: &BigIdClient) -> Done {
    let response = client.get_data_source_scan("name a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn start_data_source_scan(client: &BigIdClient) -> Done {
    let response = client
        .start_data_source_scan("name a/b?\"'\\#&=é")
        .is_sample_scan(true)
        .scan_type("scanType a/b?\"'\\#&=é")
        .auto_assume_scan_type(true)
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_data_sources_legacy(client: &BigIdClient) -> Done {
    let response = client
        .list_data_sources_legacy()
        .format("format a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn create_data_source(client: &BigIdClient) -> Done {
    let response = client.create_data_source(serde_json::from_str::<types::DataSourceBody>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn delete_data_source(client: &BigIdClient) -> Done {
    let response = client.delete_data_source("name a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_data_source(client: &BigIdClient) -> Done {
    let response = client
        .get_data_source("name a/b?\"'\\#&=é")
        .should_keep_disabled_custom_fields(true)
        .without_credential_value(true)
        .format("format a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn update_data_source(client: &BigIdClient) -> Done {
    let response = client.update_data_source("name a/b?\"'\\#&=é", serde_json::from_str::<types::DataSourceBody>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn query_dashboard_widget(client: &BigIdClient) -> Done {
    let response = client.query_dashboard_widget(serde_json::from_str::<types::WidgetQuery>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn start_data_source_query(client: &BigIdClient) -> Done {
    let response = client.start_data_source_query(serde_json::from_str::<types::DataSourceRowsRequest>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_entity_sources(client: &BigIdClient) -> Done {
    let response = client.list_entity_sources().await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_entity_source(client: &BigIdClient) -> Done {
    let response = client.get_entity_source("id a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_identity_locations(client: &BigIdClient) -> Done {
    let response = client
        .list_identity_locations()
        .filter("filter a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn query_inventory(client: &BigIdClient) -> Done {
    let response = client.query_inventory(serde_json::from_str::<types::InventoryQuery>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn export_inventory_attributes(client: &BigIdClient) -> Done {
    let response = client.export_inventory_attributes(serde_json::from_str::<types::OpenObject>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn export_inventory_sources(client: &BigIdClient) -> Done {
    let response = client.export_inventory_sources(serde_json::from_str::<types::OpenObject>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn query_inventory_of_type(client: &BigIdClient) -> Done {
    let response = client.query_inventory_of_type("type a/b?\"'\\#&=é", serde_json::from_str::<types::InventoryQuery>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_lineage_tree(client: &BigIdClient) -> Done {
    let response = client
        .get_lineage_tree(["a&b", "c d"])
        .anchor_attribute_type("anchorAttributeType a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_metadata_entity_type(client: &BigIdClient) -> Done {
    let response = client.get_metadata_entity_type("type a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn query_metadata_filters(client: &BigIdClient) -> Done {
    let response = client.query_metadata_filters(serde_json::from_str::<types::OpenObject>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn query_metadata_filter_suggestions(client: &BigIdClient) -> Done {
    let response = client.query_metadata_filter_suggestions(serde_json::from_str::<types::OpenObject>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_metadata_search_health(client: &BigIdClient) -> Done {
    let response = client.get_metadata_search_health().await?;
    println!("{response:#?}");
    Ok(())
}

async fn export_metadata_report(client: &BigIdClient) -> Done {
    let response = client.export_metadata_report("ds a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn search_metadata(client: &BigIdClient) -> Done {
    let response = client.search_metadata(serde_json::from_str::<types::SearchRequest>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn search_metadata_quick(client: &BigIdClient) -> Done {
    let response = client.search_metadata_quick(serde_json::from_str::<types::QuickSearchRequest>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_metadata_search_status(client: &BigIdClient) -> Done {
    let response = client.get_metadata_search_status().await?;
    println!("{response:#?}");
    Ok(())
}

async fn query_findings_by_object(client: &BigIdClient) -> Done {
    let response = client.query_findings_by_object(serde_json::from_str::<types::FindingsByObjectQuery>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_pii_records(client: &BigIdClient) -> Done {
    let response = client.list_pii_records().await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_finding_objects(client: &BigIdClient) -> Done {
    let response = client
        .list_finding_objects()
        .filter("filter a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn export_findings(client: &BigIdClient) -> Done {
    let response = client
        .export_findings()
        .filter("filter a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn exchange_user_token(client: &BigIdClient) -> Done {
    // The client exchanges the user token on its own, and renews the session in time.
    let session = client.session().await?;
    println!("{session:?}");
    Ok(())
}

async fn refresh_access_token(client: &BigIdClient) -> Done {
    // The client exchanges the user token on its own, and renews the session in time.
    let session = client.session().await?;
    println!("{session:?}");
    Ok(())
}

async fn list_roles(client: &BigIdClient) -> Done {
    let response = client
        .list_roles()
        .filter("filter a/b?\"'\\#&=é")
        .sort("sort a/b?\"'\\#&=é")
        .skip(7)
        .limit(7)
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn create_role(client: &BigIdClient) -> Done {
    let response = client.create_role(serde_json::from_str::<types::Role>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_permissions_hierarchy(client: &BigIdClient) -> Done {
    let response = client.get_permissions_hierarchy().await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_user_permissions(client: &BigIdClient) -> Done {
    let response = client.get_user_permissions().await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_role(client: &BigIdClient) -> Done {
    let response = client.get_role("name a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_dsar_attributes(client: &BigIdClient) -> Done {
    let response = client
        .list_dsar_attributes()
        .profile_id("profileId a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_dsar_fields(client: &BigIdClient) -> Done {
    let response = client
        .list_dsar_fields()
        .profile_id("profileId a/b?\"'\\#&=é")
        .require_total_count(true)
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_dsar_profiles(client: &BigIdClient) -> Done {
    let response = client.list_dsar_profiles().await?;
    println!("{response:#?}");
    Ok(())
}

async fn create_dsar_profile(client: &BigIdClient) -> Done {
    let response = client.create_dsar_profile(serde_json::from_str::<types::DsarProfileRequest>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn delete_dsar_profile(client: &BigIdClient) -> Done {
    let response = client.delete_dsar_profile("id a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_dsar_profile(client: &BigIdClient) -> Done {
    let response = client.get_dsar_profile("id a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn update_dsar_profile_connections(client: &BigIdClient) -> Done {
    let response = client.update_dsar_profile_connections("id a/b?\"'\\#&=é", serde_json::from_str::<types::DsarConnectionsUpdate>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn update_dsar_profile_fields(client: &BigIdClient) -> Done {
    let response = client.update_dsar_profile_fields("id a/b?\"'\\#&=é", serde_json::from_str::<types::DsarFieldsUpdate>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn create_dsar_report(client: &BigIdClient) -> Done {
    let response = client.create_dsar_report(serde_json::from_str::<types::DsarReportRequest>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_dsar_report(client: &BigIdClient) -> Done {
    let response = client.get_dsar_report("requestId a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_dsar_short_report(client: &BigIdClient) -> Done {
    let response = client
        .get_dsar_short_report("requestId a/b?\"'\\#&=é")
        .format("format a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_dsar_report_status(client: &BigIdClient) -> Done {
    let response = client.get_dsar_report_status("requestId a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_saved_queries(client: &BigIdClient) -> Done {
    let response = client.list_saved_queries().await?;
    println!("{response:#?}");
    Ok(())
}

async fn create_saved_query(client: &BigIdClient) -> Done {
    let response = client.create_saved_query(serde_json::from_str::<types::SavedQuery>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn delete_saved_query(client: &BigIdClient) -> Done {
    let response = client.delete_saved_query("id a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn analyze_content(client: &BigIdClient) -> Done {
    let response = client.analyze_content(serde_json::from_str::<types::OpenObject>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_scan_insights(client: &BigIdClient) -> Done {
    let response = client.get_scan_insights("scanId a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn export_scan_results(client: &BigIdClient) -> Done {
    let response = client
        .export_scan_results()
        .limit(7)
        .skip(7)
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_scan_profiles(client: &BigIdClient) -> Done {
    let response = client
        .list_scan_profiles()
        .skip(7)
        .limit(7)
        .require_total_count(true)
        .sort("sort a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn create_scan_profile(client: &BigIdClient) -> Done {
    let response = client.create_scan_profile(serde_json::from_str::<types::ScanProfile>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_scan_profile(client: &BigIdClient) -> Done {
    let response = client.get_scan_profile("id a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_scanner_statuses(client: &BigIdClient) -> Done {
    let response = client.list_scanner_statuses().await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_scanner_status(client: &BigIdClient) -> Done {
    let response = client.get_scanner_status("id a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_scanner_jobs(client: &BigIdClient) -> Done {
    let response = client.list_scanner_jobs().await?;
    println!("{response:#?}");
    Ok(())
}

async fn start_scan(client: &BigIdClient) -> Done {
    let response = client.start_scan(serde_json::from_str::<types::StartScanRequest>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_parent_scans(client: &BigIdClient) -> Done {
    let response = client
        .list_parent_scans()
        .sort("sort a/b?\"'\\#&=é")
        .limit(7)
        .skip(7)
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_scan(client: &BigIdClient) -> Done {
    let response = client.get_scan("scanId a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_scan_status(client: &BigIdClient) -> Done {
    let response = client.get_scan_status("scanId a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_scopes_legacy(client: &BigIdClient) -> Done {
    let response = client.list_scopes_legacy().await?;
    println!("{response:#?}");
    Ok(())
}

async fn update_scope(client: &BigIdClient) -> Done {
    let response = client.update_scope("id a/b?\"'\\#&=é", serde_json::from_str::<types::Scope>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn create_session(client: &BigIdClient) -> Done {
    let response = client.create_session(serde_json::from_str::<types::SessionRequest>(r##"{"password":"text \"#","username":"text \"#"}"##)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn export_classification_findings(client: &BigIdClient) -> Done {
    let response = client
        .export_classification_findings()
        .filter("filter a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_system_users(client: &BigIdClient) -> Done {
    let response = client
        .list_system_users()
        .format("format a/b?\"'\\#&=é")
        .offset(7)
        .limit(7)
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_system_locations(client: &BigIdClient) -> Done {
    let response = client
        .list_system_locations()
        .filter("filter a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_system_users_legacy(client: &BigIdClient) -> Done {
    let response = client.list_system_users_legacy().await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_system_user(client: &BigIdClient) -> Done {
    let response = client.get_system_user("id a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn create_system_user(client: &BigIdClient) -> Done {
    let response = client.create_system_user("id a/b?\"'\\#&=é", serde_json::from_str::<types::User>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn update_system_user(client: &BigIdClient) -> Done {
    let response = client.update_system_user("id a/b?\"'\\#&=é", serde_json::from_str::<types::User>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_tasks(client: &BigIdClient) -> Done {
    let response = client
        .list_tasks()
        .status("status a/b?\"'\\#&=é")
        .role("role a/b?\"'\\#&=é")
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn create_app_notification(client: &BigIdClient) -> Done {
    let response = client.create_app_notification(serde_json::from_str::<types::AppNotification>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn update_task(client: &BigIdClient) -> Done {
    let response = client.update_task("id a/b?\"'\\#&=é", serde_json::from_str::<types::Task>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_app_tenants(client: &BigIdClient) -> Done {
    let response = client.list_app_tenants().await?;
    println!("{response:#?}");
    Ok(())
}

async fn exchange_service_token(client: &BigIdClient) -> Done {
    let response = client
        .exchange_service_token()
        .body(serde_json::from_str::<types::ExchangeServiceTokenRequest>(r##"{"tenantId":"text \"#"}"##)?)
        .await?;
    println!("{response:#?}");
    Ok(())
}

async fn list_apps(client: &BigIdClient) -> Done {
    let response = client.list_apps().await?;
    println!("{response:#?}");
    Ok(())
}

async fn update_execution(client: &BigIdClient) -> Done {
    let response = client.update_execution("executionId a/b?\"'\\#&=é", serde_json::from_str::<types::ExecutionUpdate>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn create_execution_attachment(client: &BigIdClient) -> Done {
    let response = client.create_execution_attachment("executionId a/b?\"'\\#&=é", FormFile::new("file.txt", "a \"file\"")).await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_app_ids(client: &BigIdClient) -> Done {
    let response = client.get_app_ids().await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_app_public_key(client: &BigIdClient) -> Done {
    let response = client.get_app_public_key().await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_app_credentials(client: &BigIdClient) -> Done {
    let response = client.get_app_credentials("tpaId a/b?\"'\\#&=é", "ds a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_app_storage(client: &BigIdClient) -> Done {
    let response = client.get_app_storage("tpaId a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn update_app_storage(client: &BigIdClient) -> Done {
    let response = client.update_app_storage("tpaId a/b?\"'\\#&=é", serde_json::from_str::<types::AppStorageUpdate>(r#"{}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}

async fn delete_app_storage_value(client: &BigIdClient) -> Done {
    let response = client.delete_app_storage_value("tpaId a/b?\"'\\#&=é", "key a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}

async fn get_app_storage_value(client: &BigIdClient) -> Done {
    let response = client.get_app_storage_value("tpaId a/b?\"'\\#&=é", "key a/b?\"'\\#&=é").await?;
    println!("{response:#?}");
    Ok(())
}
