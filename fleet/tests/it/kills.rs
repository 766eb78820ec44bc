//! A writer that is killed at any point: the files that it leaves are readable, do not block other processes, and
//! contain no secret. `FLEET_KILLS` sets how often.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::process::Process;
use bigid_auth_ext::{BigIdClient, FileStore};
use bigid_sandbox::Sandbox;

/// The contents of every file of a folder.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files.map(|path| (path.display().to_string(), fs::read(&path).unwrap())).collect()
}

#[tokio::test]
async fn a_writer_that_is_killed_anywhere_leaves_a_session_that_others_use() {
    let kills = std::env::var("FLEET_KILLS").ok().and_then(|number| number.parse().ok()).unwrap_or(20);
    let sandbox = Sandbox::builder().data_sources(1).start().await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("sessions");
    let (mut leftovers, mut checks) = (0, 0);
    let mut secrets = vec![sandbox.user_token().to_owned()];
    for kill in 1..=kills {
        let mut writer = Process::churn(&sandbox, &folder);
        // It has taken the lease and the lock of its killed predecessor, and replaced its files.
        writer.says("saving").await;
        tokio::time::sleep(Duration::from_micros(fastrand::u64(0..5_000))).await;
        writer.kill().await;
        let files = contents(&folder);
        leftovers += usize::from(files.iter().any(|(name, _)| name.ends_with(".new")));
        assert!(files.len() <= 4, "{files:?}");
        if kill % 100 == 0 || kill == kills {
            // Another process reads it without an exchange.
            let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token());
            let client = client.session_store(FileStore::at(&folder)).build().unwrap();
            let session = client.session().await.unwrap();
            assert_eq!(client.exchanges(), 0, "after {kill} kills");
            secrets.push(session.authorization().to_str().unwrap().to_owned());
            checks += 1;
        }
        // Complete secrets, and their parts between dots.
        for part in secrets.iter().flat_map(|secret| secret.split('.').chain([&**secret])).filter(|part| part.len() > 8)
        {
            for (name, bytes) in &files {
                let found = bytes.windows(part.len()).any(|window| window == part.as_bytes());
                assert!(!found, "{name} holds a secret in clear");
            }
        }
    }
    println!("{kills} kills: {leftovers} within a save, {checks} times read by another process");
}
