//! The seventeen use cases of docs/use-cases.md against the sandbox, apps excepted, and that the table is true.

mod programs;

use std::time::Duration;

use bigid_auth_ext::Clock as _;
use bigid_auth_ext::automation::{ObjectCheckpoint, OnboardingOutcome};
use bigid_auth_ext::types::{Case, CatalogObject, DataSource, ScanProfile};
use bigid_sandbox::Profile;

use super::automation::Fixture;

async fn fixtures() -> Vec<Fixture> {
    let mut fixtures = Vec::new();
    for profile in [Profile::Deployed2023, Profile::Deployed6x, Profile::Spec] {
        fixtures.push(Fixture::with(|builder| builder.profile(profile)).await);
    }
    fixtures
}

fn lines(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect()
}

async fn objects(fixture: &Fixture) -> Vec<CatalogObject> {
    fixture.client.list_catalog().limit(3).await.unwrap().results.unwrap()
}

#[tokio::test]
async fn use_case_1_an_inventory() {
    for fixture in fixtures().await {
        let mut csv = Vec::new();
        programs::list_an_inventory(&fixture.client, &mut csv).await.unwrap();
        assert_eq!(lines(&csv).len(), 12);
    }
}

#[tokio::test]
async fn use_case_2_onboarding() {
    for fixture in fixtures().await {
        let scope = fixture.client.list_scopes_legacy().await.unwrap()[0].name.clone().unwrap();
        let records = || (0..20).map(|number| DataSource::new().name(format!("share {number}")).type_("smb")).collect();
        for outcome in [OnboardingOutcome::Created, OnboardingOutcome::Unchanged] {
            let onboarded = programs::onboard(&fixture.client, records(), &scope).await.unwrap();
            assert!(onboarded.iter().all(|one| *one.outcome.as_ref().unwrap() == outcome));
        }
        let scopes = fixture.client.list_scopes_legacy().await.unwrap();
        let names = scopes[0].data_source_names.clone().unwrap();
        assert_eq!(names.iter().filter(|name| name.starts_with("share ")).count(), 20);
    }
}

#[tokio::test]
async fn use_case_3_the_catalog() {
    for fixture in fixtures().await {
        let mut exported = Vec::new();
        programs::export_the_catalog(&fixture.client, &mut exported).await.unwrap();
        assert_eq!(lines(&exported).len(), fixture.sandbox.catalog_object_count());
    }
}

#[tokio::test]
async fn use_case_4_objects_behind_a_case() {
    for fixture in fixtures().await {
        let cases: Vec<Case> = fixture.client.list_cases().records().try_collect().await.unwrap();
        for case in &cases[..5] {
            let found = programs::objects_behind(&fixture.client, case).await.unwrap();
            assert!(!found.is_empty() && found.iter().all(|object| object.source == case.data_source_name), "{case:?}");
        }
    }
}

#[tokio::test]
async fn use_case_5_cases() {
    for fixture in fixtures().await {
        let open = fixture.sandbox.cases().iter().filter(|case| case.text("caseStatus") == "open").count();
        let mut siem = Vec::new();
        assert_eq!(programs::ship_cases(&fixture.client, &mut siem).await.unwrap(), open);
        assert!(open > 0 && lines(&siem).len() == open);
        assert!(fixture.sandbox.cases().iter().all(|case| case.text("caseStatus") != "open"));
    }
}

#[tokio::test]
async fn use_case_6_tags() {
    for fixture in fixtures().await {
        let tags = fixture.client.list_catalog_tag_pairs().await.unwrap().data.unwrap();
        let (tag, value) = (tags[0].tag_name.as_deref().unwrap(), tags[0].tag_value.as_deref().unwrap());
        assert_eq!(programs::tag(&fixture.client, &objects(&fixture).await, tag, value).await.unwrap(), 3);
        assert!(programs::tag(&fixture.client, &objects(&fixture).await, tag, "unknown").await.is_err());
    }
}

#[tokio::test]
async fn use_case_7_a_scan() {
    for fixture in fixtures().await {
        fixture.client.create_scan_profile(ScanProfile::new().name("Nightly")).await.unwrap();
        assert!(programs::scan(&fixture.client, "Nightly").await.unwrap().scan_insight.is_some());
        fixture.sandbox.fail_scans_of("Nightly");
        let error = programs::scan(&fixture.client, "Nightly").await.unwrap_err();
        assert!(error.to_string().ends_with("ended in state \"Failed\""), "{error}");
    }
}

#[tokio::test]
async fn use_cases_8_and_9_a_report_and_what_follows() {
    for fixture in fixtures().await {
        let (report, mut csv) = programs::report_on(&fixture.client, "ada@example.com").await.unwrap();
        assert_eq!(report.records.unwrap().len(), 2);
        assert!(csv.try_next().await.unwrap().unwrap().starts_with(b"\"source\""));
        let queue = fixture.client.list_minimization_objects().records().try_next().await.unwrap().unwrap();
        assert_eq!(programs::minimize(&fixture.client, queue.request_id.as_deref().unwrap()).await.unwrap(), 2);
    }
}

#[tokio::test]
async fn use_case_10_the_audit_log() {
    for fixture in fixtures().await {
        let (mut siem, mut stored) = (Vec::new(), String::new());
        for round in 0..4 {
            fixture.clock.advance(Duration::from_secs(1));
            let source = DataSource::new().name(format!("share {round}")).type_("smb");
            fixture.client.onboard([source]).await;
            fixture.sandbox.rotate_audit_log(3);
            stored = programs::ship_audit_log(&fixture.client, &stored, &mut siem).await.unwrap();
        }
        assert_eq!(lines(&siem).len(), 4, "each line once, across rotations");
    }
}

#[tokio::test]
async fn use_case_11_policies() {
    for fixture in fixtures().await {
        let apply = async |source: &str| {
            programs::apply_policy(&fixture.client, "recent", programs::recent_findings(source)).await.unwrap()
        };
        let id = apply("Orders \"North\"").await;
        assert_eq!((apply("Orders \"North\"").await, fixture.sandbox.calls("update_compliance_rule")), (id.clone(), 0));
        assert_eq!((apply("Orders").await, fixture.sandbox.calls("update_compliance_rule")), (id.clone(), 1));
        fixture.client.delete_compliance_rule(&id).await.unwrap();
        assert!(fixture.client.get_compliance_rule(&id).await.unwrap_err().is_not_found());
    }
}

#[tokio::test]
async fn use_case_12_the_glossary() {
    for fixture in fixtures().await {
        assert!(!programs::glossary(&fixture.client).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn use_case_13_users() {
    for fixture in fixtures().await {
        let mut report = Vec::new();
        programs::report_users(&fixture.client, &mut report).await.unwrap();
        let report = String::from_utf8(report).unwrap();
        assert!(report.contains("sandbox-admin: ") && report.contains("session:    7 days left"), "{report}");
    }
}

#[tokio::test]
async fn use_case_15_new_objects() {
    for fixture in fixtures().await {
        let mut stored = ObjectCheckpoint::since(fixture.clock.wall());
        fixture.client.create_scan_profile(ScanProfile::new().name("Nightly")).await.unwrap();
        for found in [12, 12] {
            programs::scan(&fixture.client, "Nightly").await.unwrap();
            assert_eq!(programs::since_yesterday(&fixture.client, &mut stored).await.unwrap().len(), found);
            assert_eq!(programs::since_yesterday(&fixture.client, &mut stored).await.unwrap().len(), 0);
            fixture.clock.advance(Duration::from_secs(24 * 60 * 60));
        }
    }
}

#[tokio::test]
async fn use_case_16_scanners() {
    for fixture in fixtures().await {
        assert!(!programs::scanners_wanted(&fixture.client).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn use_case_17_rows() {
    for fixture in fixtures().await {
        let source = fixture.client.list_data_sources().limit(1).await.unwrap().data.unwrap().ds_connections.unwrap();
        let source = source[0].name.as_deref().unwrap();
        let columns = programs::rows(&fixture.client, source, "public.customers").await.unwrap();
        assert_eq!(columns[0].column_data.as_ref().unwrap().as_array().unwrap().len(), 10);
        let error = programs::rows(&fixture.client, "nowhere", "public.customers").await.unwrap_err();
        assert_eq!(error.to_string(), "Unable to locate data source nowhere");
    }
}

/// The number, sentence, typed parts, name and lines of each program, as in its source.
fn table() -> Vec<String> {
    // A sentence of two lines is one of a list.
    let source = include_str!("use_cases/programs.rs").replace("\n///    ", " ");
    let mut rows = Vec::new();
    for part in source.split("\n/// ").skip(1) {
        let Some((number, rest)) = part.split_once(". ").filter(|(number, _)| number.parse::<u8>().is_ok()) else {
            continue;
        };
        let (sentence, code) = rest.split_once('\n').unwrap();
        let (what, typed) = sentence.split_once(". Typed: ").unwrap();
        let name = code.split_once("async fn ").unwrap().1.split_once('(').unwrap().0;
        let (_, body) = code.split_once("{\n").unwrap();
        let body = body.split_once("\n}\n").unwrap().0;
        let count = body.lines().filter(|line| !line.trim().is_empty()).count();
        rows.push(format!("| {number} | {what} | {count} | {} | `{name}` |", typed.trim_end_matches('.')));
    }
    rows
}

#[test]
fn the_table_of_use_cases_is_true() {
    let text = include_str!("../../../docs/use-cases.md");
    let written: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("| ") && line[2..].starts_with(|first: char| first.is_ascii_digit()))
        .collect();
    assert_eq!(table().len(), 16, "all but apps");
    assert_eq!(written, table());
    let tests = include_str!("use_cases.rs");
    for name in table().iter().map(|row| row.rsplit('`').nth(1).unwrap().to_owned()) {
        assert!(tests.contains(&format!("programs::{name}(")), "{name} has no test");
    }
}
