//! New sensitive objects, once each.

use std::collections::BTreeSet;
use std::time::Duration;

use bigid_auth_ext::automation::{ObjectCheckpoint, Started as _};
use bigid_auth_ext::http::StatusCode;
use bigid_auth_ext::types::StartScanRequest;
use bigid_auth_ext::{BigIdClient, Clock as _};
use bigid_sandbox::{Fault, Profile};

use super::setup::Fixture;

async fn scan(fixture: &Fixture) {
    let scan = fixture.client.start_scan(StartScanRequest::new().scan_type("dsScan")).await.unwrap();
    scan.finished(&fixture.client).await.unwrap();
}

async fn new_objects(client: &BigIdClient, stored: &mut String) -> BTreeSet<String> {
    let mut objects = client.new_sensitive_objects(&stored.parse().unwrap());
    let mut names = BTreeSet::new();
    while let Some(object) = objects.try_next().await.unwrap() {
        assert!(names.insert(object.fully_qualified_name.unwrap()), "once each");
    }
    *stored = objects.checkpoint().to_string();
    names
}

#[tokio::test]
async fn objects_come_once_each_over_restarts_and_scans() {
    for profile in [Profile::Deployed2023, Profile::Deployed6x, Profile::Spec] {
        let fixture = Fixture::with(|builder| builder.profile(profile)).await;
        let mut stored = ObjectCheckpoint::since(fixture.clock.wall()).to_string();
        assert_eq!(new_objects(&fixture.client, &mut stored).await.len(), 0);
        let mut all = BTreeSet::new();
        for _ in 0..3 {
            scan(&fixture).await;
            let came = new_objects(&fixture.another_process(), &mut stored).await;
            assert_eq!(came.len(), 12, "one in each data source");
            assert_eq!(new_objects(&fixture.client, &mut stored).await.len(), 0);
            all.extend(came);
            // Longer than the overlap that is read again.
            fixture.clock.advance(Duration::from_secs(3 * 3_600));
        }
        assert_eq!(all.len(), 36, "no object came twice");
        assert_eq!(stored.parse::<ObjectCheckpoint>().unwrap().seen(), 36);
    }
}

#[tokio::test]
async fn a_read_that_stops_in_the_middle_goes_on_where_it_stopped() {
    let fixture = Fixture::new().await;
    let start = ObjectCheckpoint::since(fixture.clock.wall());
    scan(&fixture).await;
    let mut objects = fixture.client.new_sensitive_objects(&start);
    let mut names = BTreeSet::new();
    for _ in 0..5 {
        names.insert(objects.try_next().await.unwrap().unwrap().fully_qualified_name.unwrap());
    }
    let mut stored = objects.checkpoint().to_string();
    fixture.sandbox.on("list_catalog").times(1, Fault::Status(StatusCode::SERVICE_UNAVAILABLE));
    let mut failing = fixture.client.new_sensitive_objects(&stored.parse().unwrap());
    assert!(failing.try_next().await.is_err());
    assert_eq!(failing.checkpoint().to_string(), stored);
    let rest = new_objects(&fixture.another_process(), &mut stored).await;
    assert_eq!((rest.len(), names.is_disjoint(&rest)), (7, true));
}
