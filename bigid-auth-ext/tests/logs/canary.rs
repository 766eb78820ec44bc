//! Marked secrets appear nowhere: not in anything that is printed, and not in the log at any level.

use std::io::Write;
use std::sync::{Arc, Mutex};

use bigid_auth_ext::{AuthError, BigIdClient, ManualClock};
use bigid_sandbox::{Fault, Profile};

/// Where the log goes.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A token and each of its segments, and a password.
fn marks(secrets: &[String]) -> Vec<String> {
    secrets
        .iter()
        .flat_map(|secret| secret.split('.').map(str::to_owned).chain([secret.clone()]))
        .filter(|mark| mark.len() > 8)
        .collect()
}

#[tokio::test]
async fn no_secret_is_logged_or_shown() {
    let log = Log::default();
    let subscriber = {
        let log = log.clone();
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_writer(move || log.clone())
            .finish()
    };
    let _guard = crate::subscribe(subscriber);
    let mut shown = String::new();
    let mut secrets = vec!["never-issued-hunter2".to_owned()];
    for profile in [Profile::Deployed2023, Profile::Deployed6x, Profile::Spec] {
        let sandbox = bigid_witness::sandbox().profile(profile).data_sources(3).start().await.unwrap();
        secrets.extend([sandbox.user_token(), sandbox.password()]);
        let builders = [
            BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()),
            BigIdClient::builder(sandbox.base_url()).password(sandbox.username(), sandbox.password()),
            BigIdClient::builder(sandbox.base_url()).user_token("never-issued-hunter2"),
            BigIdClient::builder(sandbox.base_url()).password(sandbox.username(), "never-issued-hunter2"),
        ];
        for builder in builders {
            shown += &format!("{builder:?}");
            let client = builder.clock(ManualClock::default()).build().unwrap();
            for fault in [
                None,
                Some(Fault::RevokeSessions),
                Some(Fault::RejectToken),
                Some(Fault::Reset),
                Some(Fault::GatewayPageUnder200),
            ] {
                if let Some(fault) = fault {
                    sandbox.on("list_data_sources").once(fault);
                }
                match client.list_data_sources().send().await {
                    Ok(page) => shown += &format!("{page:?} {page:#?}"),
                    Err(error) => {
                        shown += &format!("{error} {error:?} {error:#?} {:?}", AuthError::of(&error));
                        let mut cause = std::error::Error::source(&error);
                        while let Some(error) = cause {
                            shown += &format!("{error} {error:?}");
                            cause = error.source();
                        }
                    }
                }
            }
            match client.session().await {
                Ok(session) => {
                    secrets.push(session.authorization().to_str().unwrap().trim_start_matches("Bearer ").to_owned());
                    shown += &format!("{session:?} {:?}", session.authorization());
                }
                Err(error) => shown += &format!("{error} {error:?}"),
            }
            shown += &format!("{client:?} {:?}", client.session_cache());
        }
    }
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.len() > 1_000, "the log was read");
    for mark in marks(&secrets) {
        // The first segment of every token says which algorithm signed it, and is not a secret; it is searched for
        // anyway.
        assert!(!shown.contains(&mark), "shown: {mark}");
        assert!(!log.contains(&mark), "logged: {mark}");
    }
}
