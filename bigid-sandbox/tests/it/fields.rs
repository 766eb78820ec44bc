//! The fields of data sources, as the generator makes them.
//!
//! This file is long because most of it is one table of the recorded fields.

use std::collections::{BTreeMap, BTreeSet};

use bigid_sandbox::{DEFAULT_DATA_SOURCES, Profile, Sandbox};
use serde_json::{Value, json};

use crate::common::{Signed, TestResult};

async fn of(profile: Profile, count: usize) -> Result<Signed, Box<dyn std::error::Error>> {
    Signed::to(Sandbox::builder().profile(profile).data_sources(count).start().await?).await
}

#[tokio::test]
async fn all_113_fields_are_on_as_many_of_20_records_as_recorded() -> TestResult {
    let signed = of(Profile::Deployed2023, DEFAULT_DATA_SOURCES).await?;
    let (records, _) = signed.page("").await?;
    let mut counts = BTreeMap::new();
    for field in records.iter().filter_map(Value::as_object).flat_map(|record| record.keys().cloned()) {
        *counts.entry(field).or_insert(0) += 1;
    }
    let expected: BTreeMap<_, _> = PRESENT.iter().map(|(field, count)| ((*field).to_owned(), *count)).collect();
    assert_eq!(expected.len(), 113);
    assert_eq!(counts, expected);
    Ok(())
}

#[tokio::test]
async fn fields_come_in_all_their_recorded_types() -> TestResult {
    let signed = of(Profile::Deployed2023, 20).await?;
    let (records, _) = signed.page("").await?;
    let kinds = |field: &str| -> BTreeMap<&str, usize> {
        let mut kinds = BTreeMap::new();
        for value in records.iter().filter_map(|record| record.get(field)) {
            *kinds.entry(kind(value)).or_default() += 1;
        }
        kinds
    };
    for (field, expected) in [
        ("scanWindowName", [("[]", 13), ("text", 2), ("\"\"", 1)].as_slice()),
        ("connectionStatusDeleteFindings", &[("{}", 18), ("object", 1)]),
        ("custom_fields", &[("[]", 15), ("array of objects", 4)]),
        ("owners", &[("[]", 13), ("array of texts", 6)]),
        ("owners_v2", &[("array of objects", 18), ("[]", 1)]),
        ("credential_id", &[("text", 16), ("\"\"", 3)]),
        ("last_scan_at", &[("integer", 18)]),
        ("created_at", &[("text", 19)]),
        ("folderName", &[("null", 10)]),
        ("enabled", &[("text", 20)]),
        ("is_ocr_enabled", &[("text", 3)]),
        ("is_credential", &[("boolean", 16)]),
        ("certificate_id", &[("\"\"", 19)]),
        ("tags", &[("[]", 20)]),
    ] {
        assert_eq!(kinds(field), expected.iter().copied().collect(), "{field}");
    }
    for record in &records {
        assert_eq!((&record["id"], &record["password"]), (&record["name"], &json!("******")));
        assert_eq!(record["_id"].as_str().map(str::len), Some(24));
    }
    Ok(())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(text) if text.is_empty() => "\"\"",
        Value::String(_) => "text",
        Value::Array(items) if items.is_empty() => "[]",
        Value::Array(items) if items[0].is_object() => "array of objects",
        Value::Array(_) => "array of texts",
        Value::Object(fields) if fields.is_empty() => "{}",
        Value::Object(_) => "object",
    }
}

#[tokio::test]
async fn owners_lack_fields_and_have_null_as_often_as_recorded() -> TestResult {
    for profile in Profile::ALL {
        let signed = of(profile, 40).await?;
        let (records, _) = signed.page("").await?;
        for block in records.chunks(20) {
            let owners: Vec<_> = block.iter().filter_map(|record| record["owners_v2"].as_array()).flatten().collect();
            assert_eq!(owners.len(), 25, "{profile}");
            for (field, expected) in [
                ("id", [("text", 25)].as_slice()),
                ("type", &[("text", 25)]),
                ("email", &[("absent", 4), ("null", 2), ("\"\"", 1), ("text", 18)]),
                ("origin", &[("absent", 4), ("null", 1), ("text", 20)]),
                ("isNotified", &[("absent", 2), ("null", 2), ("boolean", 21)]),
            ] {
                let mut kinds = BTreeMap::new();
                for owner in &owners {
                    *kinds.entry(owner.get(field).map_or("absent", kind)).or_insert(0) += 1;
                }
                assert_eq!(kinds, expected.iter().copied().collect(), "{field} in {profile}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn newer_servers_have_newer_connectors_and_those_of_2023_have_none() -> TestResult {
    for profile in Profile::ALL {
        let signed = of(profile, 40).await?;
        let (records, _) = signed.page("").await?;
        let newer = profile != Profile::Deployed2023;
        for block in records.chunks(20) {
            let count = |field: &str| block.iter().filter(|record| record.get(field).is_some()).count();
            for (field, slots) in NEWER {
                let base = if field == "authStrategy" { 12 } else { 0 };
                assert_eq!(count(field), if newer { slots } else { base }, "{field} in {profile}");
            }
            let v2: Vec<_> = block.iter().filter(|record| record["type"].as_str().is_some_and(is_v2)).collect();
            assert_eq!(v2.len(), if newer { 4 } else { 0 });
            for record in v2 {
                assert!(record["authenticationProperties"]["@authenticationType"].is_string(), "{record}");
                assert!(record["resourceProperties"].is_object() && record["ocrParameters"]["ocrLanguage"].is_array());
                assert!(record["tags"][0]["tagId"].is_string());
                for old in
                    ["smbServer", "sharedResource", "aws_secret_key", "google_service_account_json", "bucket_name"]
                {
                    assert!(record.get(old).is_none(), "{old} of {}", record["type"]);
                }
            }
            let ever = |record: &&Value| record["connectionStatusTest"].get("is_connection_ever_succeeded").is_some();
            assert_eq!(block.iter().filter(ever).count(), if newer { 18 } else { 0 });
            assert!(block.iter().all(|record| record.get("last_full_scan_at").is_none_or(Value::is_i64)));
        }
    }
    Ok(())
}

fn is_v2(kind: &str) -> bool {
    kind.ends_with("-v2") || kind.ends_with("_v2")
}

/// The fields added since 2023, and how many of twenty data sources have them.
const NEWER: [(&str, usize); 20] = [
    ("authStrategy", 16),
    ("last_full_scan_at", 18),
    ("isFromDiscoveryApp", 4),
    ("discoveryAppType", 4),
    ("systemId", 4),
    ("authenticationProperties", 4),
    ("resourceProperties", 4),
    ("containerizedFilterType", 4),
    ("containerizedFilter", 4),
    ("customFields", 4),
    ("enumerationSamplingDropDown", 4),
    ("enumerationSamplingProperties", 4),
    ("contentSamplingDropDown", 4),
    ("contentSamplingProperties", 4),
    ("differentialType", 4),
    ("differentialFilter", 4),
    ("typeRequestProperties", 4),
    ("ocrParameters", 4),
    ("stopOnEnumerationFailure", 4),
    ("enrichmentFields", 4),
];

#[tokio::test]
async fn twenty_records_are_about_as_long_as_the_recorded_ones() -> TestResult {
    let signed = of(Profile::Deployed2023, 20).await?;
    let text = async |path| signed.caller.get(path, &signed.session).send().await?.text().await;
    let (enveloped, bare) = (text("/ds-connections").await?.len(), text("/ds_connections").await?.len());
    // 36,454 and 36,992 bytes were recorded; ours stay within a fifth of that.
    for (ours, recorded) in [(enveloped, 36_454), (bare, 36_992)] {
        assert!(ours.abs_diff(recorded) < recorded / 5, "{ours} instead of {recorded}");
    }
    assert!(bare > enveloped);
    Ok(())
}

#[tokio::test]
async fn tags_are_on_every_record_of_one_list_and_on_13_of_20_of_the_other() -> TestResult {
    let signed = Signed::with(20).await?;
    let tagged = |records: &[Value]| records.iter().filter(|record| record.get("tags").is_some()).count();
    assert_eq!(tagged(&signed.page("").await?.0), 20);
    assert_eq!(tagged(signed.get("/ds_connections").await?.1["ds_connections"].as_array().ok_or("no list")?), 13);
    Ok(())
}

#[tokio::test]
async fn only_the_bare_list_counts_objects_in_a_connection_state() -> TestResult {
    let signed = of(Profile::Deployed2023, 20).await?;
    let keys = |records: &[Value]| -> BTreeSet<String> {
        let states =
            records.iter().flat_map(|record| [&record["connectionStatusTest"], &record["connectionStatusScan"]]);
        states.filter_map(Value::as_object).flat_map(|state| state.keys().cloned()).collect()
    };
    let expected = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(keys(&signed.page("").await?.0), expected(&["is_success", "last_connection"]));
    let bare = signed.get("/ds_connections").await?.1;
    let bare = bare["ds_connections"].as_array().ok_or("no list")?;
    assert_eq!(keys(bare), expected(&["is_success", "last_connection", "num_of_object"]));
    Ok(())
}

#[tokio::test]
async fn a_seed_and_a_profile_decide_the_data_and_nothing_else_does() -> TestResult {
    let page = async |seed, profile| -> Result<Vec<Value>, Box<dyn std::error::Error>> {
        let sandbox = Sandbox::builder().profile(profile).seed(seed).data_sources(25).start().await?;
        Ok(Signed::to(sandbox).await?.page("").await?.0)
    };
    let first = page(7, Profile::Deployed6x).await?;
    assert_eq!(first, page(7, Profile::Spec).await?);
    assert_ne!(first, page(8, Profile::Deployed6x).await?);
    assert_ne!(first, page(7, Profile::Deployed2023).await?, "the profile decides which connectors there are");
    assert_eq!(page(7, Profile::Deployed2023).await?, page(7, Profile::Deployed2023).await?);
    Ok(())
}

/// Every field, and how many of the twenty recorded data sources have it.
const PRESENT: [(&str, usize); 113] = [
    ("_id", 20),
    ("enabled", 20),
    ("id", 20),
    ("name", 20),
    ("password", 20),
    ("security_tier", 20),
    ("tags", 20),
    ("type", 20),
    ("updated_at", 20),
    ("certificate_id", 19),
    ("classification_is_enabled", 19),
    ("connectionStatusDeleteFindings", 19),
    ("connectionStatusScan", 19),
    ("created_at", 19),
    ("credential_id", 19),
    ("custom_fields", 19),
    ("differential", 19),
    ("keyDeserializer", 19),
    ("owners", 19),
    ("owners_v2", 19),
    ("rdb_is_sample_data", 19),
    ("scanner_strategy", 19),
    ("updatedPasswords", 19),
    ("valueDeserializer", 19),
    ("connectionStatusTest", 18),
    ("is_certificate", 18),
    ("last_scan_at", 18),
    ("location", 18),
    ("last_sub_scan_id", 17),
    ("numberOfParsingThreads", 17),
    ("test_is_success", 17),
    ("test_timestamp", 17),
    ("is_credential", 16),
    ("ner_classification_is_enabled", 16),
    ("scan_is_success", 16),
    ("scan_num_of_objects", 16),
    ("scan_timestamp", 16),
    ("scanWindowName", 16),
    ("username", 16),
    ("is_idsor_supported", 15),
    ("scanner_group", 15),
    ("structured_clustering_enabled", 14),
    ("enrichment_is_enabled", 13),
    ("stop_on_failure", 13),
    ("authStrategy", 12),
    ("rdb_comma_sep_table_list", 12),
    ("rdb_is_only_user_objects", 12),
    ("rdb_is_scan_views", 12),
    ("rdb_name", 12),
    ("rdb_sample_type", 12),
    ("rdb_url", 12),
    ("row_identifier_expression_is_disabled", 12),
    ("attributeName", 10),
    ("consolidationName", 10),
    ("documentOrDossierName", 10),
    ("folderName", 10),
    ("metricName", 10),
    ("promptName", 10),
    ("reportName", 10),
    ("styleName", 10),
    ("ocr_languages", 9),
    ("friendly_name", 8),
    ("doc2vec_is_enabled", 4),
    ("include_file_types", 4),
    ("rdb_conn_properties", 4),
    ("is_ocr_enabled", 3),
    ("sharedResource", 3),
    ("smbServer", 3),
    ("archived", 2),
    ("defaultScanId", 2),
    ("defaultScanProfileId", 2),
    ("dsAclScanEnabled", 2),
    ("is_encrypt_data", 2),
    ("Is_sample_files", 2),
    ("Is_sample_folders", 2),
    ("is_system_shares", 2),
    ("isCredentialsAuth", 2),
    ("metadataAclScanEnabled", 2),
    ("multiple_shares_enabled", 2),
    ("authentication_db", 1),
    ("aws_access_key", 1),
    ("aws_region", 1),
    ("aws_role_arn", 1),
    ("aws_role_session_name", 1),
    ("aws_secret_key", 1),
    ("aws_session_token", 1),
    ("awsAuthStrategy", 1),
    ("bucket_name", 1),
    ("comment", 1),
    ("dataSourceObjectNamesToExcludeRegex", 1),
    ("deletion_is_success", 1),
    ("deletion_timestamp", 1),
    ("drives_to_scan", 1),
    ("enable_acl", 1),
    ("fileTypesToExclude", 1),
    ("folder_to_scan", 1),
    ("generic_server_url", 1),
    ("google_service_account_json", 1),
    ("google_service_account_user", 1),
    ("is_exclusion_drives_enabled", 1),
    ("is_native_index", 1),
    ("is_salesforce_custom_url", 1),
    ("isAnonymousAuth", 1),
    ("isCrossAccountAuth", 1),
    ("isGoogleServiceAccount", 1),
    ("isIamRoleAuth", 1),
    ("isOauthConfigured", 1),
    ("isSTSAuth", 1),
    ("mongo_collection_name", 1),
    ("mongo_db_name", 1),
    ("mongo_url", 1),
    ("salesforce_custom_url", 1),
    ("scan_scope", 1),
];
