//! The seventeen use cases of docs/use-cases.md against the sandbox, apps excepted, and that the table is true.

mod programs;

use std::time::Duration;

use bigid_auth_ext::Clock as _;
use bigid_auth_ext::automation::{ObjectCheckpoint, OnboardingOutcome};
use bigid_auth_ext::types::{Case, CatalogObject, DataSource, ScanProfile};
use bigid_sandbox::Profile;

use super::automation::World;

async fn worlds() -> Vec<World> {
    let mut worlds = Vec::new();
    for profile in [Profile::Deployed2023, Profile::Deployed6x, Profile::Spec] {
        worlds.push(World::with(|builder| builder.profile(profile)).await);
    }
    worlds
}

fn lines(bytes: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect()
}

async fn objects(world: &World) -> Vec<CatalogObject> {
    world.client.list_catalog().limit(3).await.unwrap().results.unwrap()
}

#[tokio::test]
async fn use_case_1_an_inventory() {
    for world in worlds().await {
        let mut csv = Vec::new();
        programs::list_an_inventory(&world.client, &mut csv).await.unwrap();
        assert_eq!(lines(&csv).len(), 12);
    }
}

#[tokio::test]
async fn use_case_2_onboarding() {
    for world in worlds().await {
        let scope = world.client.list_scopes_legacy().await.unwrap()[0].name.clone().unwrap();
        let records = || (0..20).map(|number| DataSource::new().name(format!("share {number}")).type_("smb")).collect();
        for outcome in [OnboardingOutcome::Created, OnboardingOutcome::Unchanged] {
            let onboarded = programs::onboard(&world.client, records(), &scope).await.unwrap();
            assert!(onboarded.iter().all(|one| *one.outcome.as_ref().unwrap() == outcome));
        }
        let scopes = world.client.list_scopes_legacy().await.unwrap();
        let names = scopes[0].data_source_names.clone().unwrap();
        assert_eq!(names.iter().filter(|name| name.starts_with("share ")).count(), 20);
    }
}

#[tokio::test]
async fn use_case_3_the_catalog() {
    for world in worlds().await {
        let mut exported = Vec::new();
        programs::export_the_catalog(&world.client, &mut exported).await.unwrap();
        assert_eq!(lines(&exported).len(), world.sandbox.catalog_object_count());
    }
}

#[tokio::test]
async fn use_case_4_objects_behind_a_case() {
    for world in worlds().await {
        let cases: Vec<Case> = world.client.list_cases().records().try_collect().await.unwrap();
        for case in &cases[..5] {
            let found = programs::objects_behind(&world.client, case).await.unwrap();
            assert!(!found.is_empty() && found.iter().all(|object| object.source == case.data_source_name), "{case:?}");
        }
    }
}

#[tokio::test]
async fn use_case_5_cases() {
    for world in worlds().await {
        let open = world.sandbox.cases().iter().filter(|case| case.text("caseStatus") == "open").count();
        let mut siem = Vec::new();
        assert_eq!(programs::ship_cases(&world.client, &mut siem).await.unwrap(), open);
        assert!(open > 0 && lines(&siem).len() == open);
        assert!(world.sandbox.cases().iter().all(|case| case.text("caseStatus") != "open"));
    }
}

#[tokio::test]
async fn use_case_6_tags() {
    for world in worlds().await {
        let tags = world.client.list_catalog_tag_pairs().await.unwrap().data.unwrap();
        let (tag, value) = (tags[0].tag_name.as_deref().unwrap(), tags[0].tag_value.as_deref().unwrap());
        assert_eq!(programs::tag(&world.client, &objects(&world).await, tag, value).await.unwrap(), 3);
        assert!(programs::tag(&world.client, &objects(&world).await, tag, "unknown").await.is_err());
    }
}

#[tokio::test]
async fn use_case_7_a_scan() {
    for world in worlds().await {
        world.client.create_scan_profile(ScanProfile::new().name("Nightly")).await.unwrap();
        assert!(programs::scan(&world.client, "Nightly").await.unwrap().scan_insight.is_some());
        world.sandbox.fail_scans_of("Nightly");
        let error = programs::scan(&world.client, "Nightly").await.unwrap_err();
        assert!(error.to_string().ends_with("ended in state \"Failed\""), "{error}");
    }
}

#[tokio::test]
async fn use_cases_8_and_9_a_report_and_what_follows() {
    for world in worlds().await {
        let (report, mut csv) = programs::report_on(&world.client, "ada@example.com").await.unwrap();
        assert_eq!(report.records.unwrap().len(), 2);
        assert!(csv.try_next().await.unwrap().unwrap().starts_with(b"\"source\""));
        let queue = world.client.list_minimization_objects().records().try_next().await.unwrap().unwrap();
        assert_eq!(programs::minimize(&world.client, queue.request_id.as_deref().unwrap()).await.unwrap(), 2);
    }
}

#[tokio::test]
async fn use_case_10_the_audit_log() {
    for world in worlds().await {
        let (mut siem, mut stored) = (Vec::new(), String::new());
        for round in 0..4 {
            world.clock.advance(Duration::from_secs(1));
            let source = DataSource::new().name(format!("share {round}")).type_("smb");
            world.client.onboard([source]).await;
            world.sandbox.rotate_audit_log(3);
            stored = programs::ship_audit_log(&world.client, &stored, &mut siem).await.unwrap();
        }
        assert_eq!(lines(&siem).len(), 4, "each line once, across rotations");
    }
}

#[tokio::test]
async fn use_case_11_policies() {
    for world in worlds().await {
        let apply = async |source: &str| {
            programs::apply_policy(&world.client, "recent", programs::recent_findings(source)).await.unwrap()
        };
        let id = apply("Orders \"North\"").await;
        assert_eq!((apply("Orders \"North\"").await, world.sandbox.calls("update_compliance_rule")), (id.clone(), 0));
        assert_eq!((apply("Orders").await, world.sandbox.calls("update_compliance_rule")), (id.clone(), 1));
        world.client.delete_compliance_rule(&id).await.unwrap();
        assert!(world.client.get_compliance_rule(&id).await.unwrap_err().is_not_found());
    }
}

#[tokio::test]
async fn use_case_12_the_glossary() {
    for world in worlds().await {
        assert!(!programs::glossary(&world.client).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn use_case_13_users() {
    for world in worlds().await {
        let mut report = Vec::new();
        programs::report_users(&world.client, &mut report).await.unwrap();
        let report = String::from_utf8(report).unwrap();
        assert!(report.contains("sandbox-admin: ") && report.contains("session:    7 days left"), "{report}");
    }
}

#[tokio::test]
async fn use_case_15_new_objects() {
    for world in worlds().await {
        let mut stored = ObjectCheckpoint::since(world.clock.wall());
        world.client.create_scan_profile(ScanProfile::new().name("Nightly")).await.unwrap();
        for found in [12, 12] {
            programs::scan(&world.client, "Nightly").await.unwrap();
            assert_eq!(programs::since_yesterday(&world.client, &mut stored).await.unwrap().len(), found);
            assert_eq!(programs::since_yesterday(&world.client, &mut stored).await.unwrap().len(), 0);
            world.clock.advance(Duration::from_secs(24 * 60 * 60));
        }
    }
}

#[tokio::test]
async fn use_case_16_scanners() {
    for world in worlds().await {
        assert!(!programs::scanners_wanted(&world.client).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn use_case_17_rows() {
    for world in worlds().await {
        let source = world.client.list_data_sources().limit(1).await.unwrap().data.unwrap().ds_connections.unwrap();
        let source = source[0].name.as_deref().unwrap();
        let columns = programs::rows(&world.client, source, "public.customers").await.unwrap();
        assert_eq!(columns[0].column_data.as_ref().unwrap().as_array().unwrap().len(), 10);
        let error = programs::rows(&world.client, "nowhere", "public.customers").await.unwrap_err();
        assert_eq!(error.to_string(), "Unable to locate data source nowhere");
    }
}

/// Number, sentence, what is typed, name, and lines of each program, as its source has them.
fn table() -> Vec<String> {
    let source = include_str!("use_cases/programs.rs");
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
