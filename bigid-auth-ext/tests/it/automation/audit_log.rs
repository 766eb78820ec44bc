//! The audit log over HTTP: each line once, whatever happens to the log in between.

use std::time::Duration;

use bigid_auth_ext::automation::{AuditBatch, AuditCheckpoint};
use bigid_auth_ext::types::{DataSource, DataSourceBody};
use bigid_sandbox::Fault;

use super::setup::Fixture;

async fn create(fixture: &Fixture, names: std::ops::Range<usize>) {
    for number in names {
        fixture.clock.advance(Duration::from_secs(1));
        let source = DataSource::new().name(format!("share-{number}")).type_("smb");
        fixture.client.create_data_source(DataSourceBody::new().ds_connection(source)).await.unwrap();
    }
}

fn actions(batch: &AuditBatch) -> Vec<String> {
    let record = |line: &bigid_auth_ext::automation::AuditLine| line.record().unwrap().action.clone();
    batch.lines.iter().map(record).collect()
}

#[tokio::test]
async fn a_checkpoint_survives_a_restart_and_a_rotation() {
    let fixture = Fixture::new().await;
    let mut stored = AuditCheckpoint::default().to_string();
    let mut came = 0;
    // How many lines the rotation in each round keeps; the log has grown by seven by then.
    for (round, keep) in [100, 40, 9, 8, 100, 8].into_iter().enumerate() {
        create(&fixture, round * 7..round * 7 + 7).await;
        fixture.sandbox.rotate_audit_log(keep);
        let batch = fixture.another_process().audit_log_since(&stored.parse().unwrap()).await.unwrap();
        assert_eq!((batch.lines.len(), batch.is_restart), (7, false), "round {round}");
        came += batch.lines.len();
        let again = fixture.client.audit_log_since(&batch.checkpoint).await.unwrap();
        assert_eq!((again.lines.len(), again.checkpoint.clone()), (0, batch.checkpoint.clone()));
        stored = batch.checkpoint.to_string();
    }
    assert_eq!(came, 42);

    let record = {
        create(&fixture, 42..43).await;
        let batch = fixture.client.audit_log_since(&stored.parse().unwrap()).await.unwrap();
        stored = batch.checkpoint.to_string();
        batch.lines[0].record().unwrap().clone()
    };
    assert_eq!((&*record.user, &*record.action), ("sandbox-admin", "create_data_source"));
    assert_eq!(record.endpoint.as_deref(), Some("POST /api/v1/ds_connections"));
    assert!(record.agent.unwrap().starts_with("bigid"));
    assert_eq!(record.at, Some(Duration::from_secs(1_750_000_000 + 43)));

    // Truncated, and then rewritten: everything is new, and the caller learns that lines may be missing.
    fixture.sandbox.rotate_audit_log(0);
    let empty = fixture.client.audit_log_since(&stored.parse().unwrap()).await.unwrap();
    assert_eq!((empty.lines.len(), empty.checkpoint.to_string()), (0, stored.clone()));
    create(&fixture, 43..46).await;
    let batch = fixture.client.audit_log_since(&stored.parse().unwrap()).await.unwrap();
    assert_eq!((actions(&batch), batch.is_restart), (vec!["create_data_source".to_owned(); 3], true));
}

#[tokio::test]
async fn bytes_that_are_not_text_lines_of_another_form_and_an_open_end_are_kept() {
    let fixture = Fixture::new().await;
    fixture
        .sandbox
        .append_to_audit_log(b"=== started ===\n[t][a\0b][10.0.0.1][log\xffin] x\n[2025-06-15T15:06:40Z][ada][10.0");
    let first = fixture.client.audit_log_since(&AuditCheckpoint::default()).await.unwrap();
    let texts: Vec<_> = first.lines.iter().map(|line| line.text().into_owned()).collect();
    assert_eq!(texts, ["=== started ===", "[t][ab][10.0.0.1][log\u{fffd}in] x"]);
    assert!(first.lines[0].record().is_none());
    let record = first.lines[1].record().unwrap();
    assert_eq!((&*record.user, record.at, &*record.rest), ("ab", None, "x"));
    assert_eq!(first.lines[1].bytes(), b"[t][a\0b][10.0.0.1][log\xffin] x");

    fixture.sandbox.append_to_audit_log(b".0.1][logout]\n");
    let next = fixture.client.audit_log_since(&first.checkpoint).await.unwrap();
    assert_eq!((actions(&next), next.is_restart), (vec!["logout".to_owned()], false), "once it is whole, and once");
}

#[tokio::test]
async fn a_log_that_breaks_off_delivers_nothing_and_the_next_read_all() {
    let fixture = Fixture::new().await;
    create(&fixture, 0..20).await;
    let start = AuditCheckpoint::default();
    fixture.sandbox.on("export_audit_log").times(1, Fault::CutBody { after: 700 });
    assert!(fixture.client.audit_log_since(&start).await.is_err());
    assert_eq!(fixture.client.audit_log_since(&start).await.unwrap().lines.len(), 20);
}
