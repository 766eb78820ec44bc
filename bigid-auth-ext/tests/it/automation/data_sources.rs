//! Data sources from records, masks, and cases.

use bigid_auth_ext::automation::{Onboarded, OnboardingOutcome};
use bigid_auth_ext::http::StatusCode;
use bigid_auth_ext::types::{BulkCaseChange, CaseStatus, DataSource};
use bigid_sandbox::{Fault, Profile};
use serde_json::json;

use super::setup::Fixture;

fn records(count: usize) -> Vec<DataSource> {
    let record = |number: usize| {
        let mut source = DataSource::new().name(format!("Share {number} / é")).type_("smb").password("a secret");
        source.extra.insert("smbServer", format!("files-{number}.example.com"));
        source.extra.insert("is_ocr_enabled", true);
        source.extra.insert("numberOfParsingThreads", "4");
        source
    };
    (0..count).map(record).collect()
}

fn count(outcomes: &[Onboarded], wanted: OnboardingOutcome) -> usize {
    outcomes.iter().filter(|one| one.outcome.as_ref().ok() == Some(&wanted)).count()
}

#[tokio::test]
async fn two_hundred_data_sources_are_onboarded_and_again_without_a_change() {
    for profile in [Profile::Deployed2023, Profile::Deployed6x, Profile::Spec] {
        let fixture = Fixture::with(|builder| builder.profile(profile)).await;
        let first = fixture.client.onboard(records(200)).await;
        assert_eq!((first.len(), count(&first, OnboardingOutcome::Created)), (200, 200));
        assert_eq!((first[7].name.as_str(), fixture.sandbox.data_source_count()), ("Share 7 / é", 212));
        let (created, lines) = (fixture.sandbox.calls("create_data_source"), fixture.sandbox.audit_log().len());

        let second = fixture.another_process().onboard(records(200)).await;
        assert_eq!(count(&second, OnboardingOutcome::Unchanged), 200);
        assert_eq!(fixture.sandbox.calls("create_data_source"), created);
        assert_eq!(fixture.sandbox.calls("update_data_source"), 0);
        assert_eq!(fixture.sandbox.audit_log().len(), lines, "nothing was changed");
    }
}

#[tokio::test]
async fn one_record_that_fails_does_not_stop_the_others_and_the_next_run_heals() {
    let fixture = Fixture::new().await;
    fixture.sandbox.on("create_data_source").times(3, Fault::Status(StatusCode::SERVICE_UNAVAILABLE));
    let mut wrong = records(20);
    wrong.push(DataSource::new().type_("smb"));
    wrong.push(DataSource::new().name("Share 3 / é").type_("smb"));
    let first = fixture.client.onboard(wrong).concurrency(5).await;
    let failed: Vec<String> =
        first.iter().filter_map(|one| one.outcome.as_ref().err()).map(ToString::to_string).collect();
    assert_eq!((failed.len(), count(&first, OnboardingOutcome::Created)), (5, 17), "{failed:?}");
    assert!(failed[3].contains("has no name") && failed[4].contains("the same name"), "{failed:?}");
    let second = fixture.client.onboard(records(20)).await;
    assert_eq!((count(&second, OnboardingOutcome::Created), count(&second, OnboardingOutcome::Unchanged)), (3, 17));
}

#[tokio::test]
async fn a_record_that_differs_is_updated_unless_existing_ones_are_to_be_kept() {
    let fixture = Fixture::new().await;
    fixture.client.onboard(records(3)).await;
    let mut changed = records(3);
    changed[1].extra.insert("smbServer", "elsewhere.example.com");
    let kept = fixture.client.onboard(changed.clone()).keep_existing().await;
    assert_eq!((count(&kept, OnboardingOutcome::Kept), count(&kept, OnboardingOutcome::Unchanged)), (1, 2));
    let updated = fixture.client.onboard(changed).await;
    assert_eq!((count(&updated, OnboardingOutcome::Updated), count(&updated, OnboardingOutcome::Unchanged)), (1, 2));
    assert_eq!(fixture.sandbox.data_source("Share 1 / é").unwrap().text("smbServer"), "elsewhere.example.com");
}

#[tokio::test]
async fn a_mask_that_was_read_is_never_sent_unless_told_to() {
    let fixture = Fixture::new().await;
    fixture.client.onboard(records(1)).await;
    let name = "Share 0 / é";
    fixture.sandbox.clear_journal();
    let body = || async { fixture.client.get_data_source(name).await.unwrap() };
    let sent = || {
        let requests = fixture.sandbox.requests();
        let last = requests.iter().rev().find(|request| !request.body().is_empty()).unwrap();
        (String::from_utf8(last.body().to_vec()).unwrap(), last.json().unwrap())
    };
    assert_eq!(body().await.ds_connection.unwrap().password.unwrap().expose(), "******");

    // In every way: by the operation, by a custom call, by a connection test, by a new record.
    let mut read = body().await;
    read.ds_connection.as_mut().unwrap().extra.insert("nested", json!({"auth": [{"secret": "******", "user": "u"}]}));
    fixture.client.update_data_source(name, &read).await.unwrap();
    let (text, json) = sent();
    assert!(!text.contains("***"), "{text}");
    let source = &json["ds_connection"];
    assert_eq!((&source["name"], &source["nested"]), (&json!(name), &json!({"auth": [{"user": "u"}]})));
    assert_eq!(source.get("password"), None);
    assert!(source.as_object().unwrap().len() > 8, "all else travels along");
    assert_eq!(
        fixture.sandbox.data_source(name).unwrap().text("password"),
        "******",
        "and the server keeps its secret"
    );

    assert!(fixture.client.edit_data_source(name, |source| source.location = Some("Norway".to_owned())).await.unwrap());
    assert!(!sent().0.contains("***"));
    assert!(!fixture.client.edit_data_source(name, |_| ()).await.unwrap());
    assert_eq!(fixture.sandbox.calls("update_data_source"), 2, "no change, no request");

    fixture.client.sending_masks().update_data_source(name, body().await).await.unwrap();
    assert_eq!(sent().1["ds_connection"]["password"], "******");
}

#[tokio::test]
async fn many_cases_are_closed_with_a_result_for_each() {
    let fixture = Fixture::new().await;
    let mut ids: Vec<String> =
        fixture.sandbox.cases().iter().take(30).map(|case| case.text("_id").to_owned()).collect();
    ids.push("unknown".to_owned());
    let updated = fixture.client.set_case_status(&ids, CaseStatus::Closed).reason("remediated").concurrency(4).await;
    assert_eq!(updated.iter().map(|case| case.id.clone()).collect::<Vec<_>>(), ids);
    let failed: Vec<&str> = updated.iter().filter(|case| case.outcome.is_err()).map(|case| case.id.as_str()).collect();
    assert_eq!(failed, ["unknown"]);
    for id in &ids[..30] {
        assert_eq!(fixture.sandbox.case(id).unwrap().text("caseStatus"), "closed");
    }

    // By policy, a hundred at a time; a part that fails does not stop the others.
    let mut policies: Vec<String> =
        fixture.sandbox.policies().iter().map(|policy| policy.text("name").to_owned()).collect();
    policies.extend((0..200).map(|number| format!("policy {number}")));
    fixture.sandbox.on("update_cases").times(1, Fault::Status(StatusCode::FORBIDDEN));
    let change = || BulkCaseChange::new().field("caseStatus").new_value("acknowledged").audit_reason("reviewed");
    policies.reverse();
    let batches = fixture.client.update_cases_where("policyName", &policies, change()).await;
    assert_eq!(batches.iter().map(|batch| batch.values.len()).sum::<usize>(), policies.len());
    assert_eq!(batches.iter().map(|batch| batch.outcome.is_ok()).collect::<Vec<_>>(), [false, true, true]);
    assert!(fixture.sandbox.cases().iter().all(|case| case.text("caseStatus") == "acknowledged"));
    let calls = fixture.sandbox.total_calls();
    assert!(fixture.client.update_cases_where("policyName", Vec::<String>::new(), change()).await.is_empty());
    assert_eq!(fixture.sandbox.total_calls(), calls, "no values, no request");
}
