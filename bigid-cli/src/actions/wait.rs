//! `bigid scans start --wait`.

use std::time::Duration;

use bigid_auth_ext::BigIdClient;
use bigid_auth_ext::automation::{Started as _, WAIT_DEADLINE};
use bigid_auth_ext::bigid_api::RawJson;
use bigid_auth_ext::types::StartScanResponse;
use clap::ArgMatches;

use crate::failure::{Failure, Outcome, Reason};
use crate::output::Bar;

/// Waits until the scan of a response has ended, if `--wait` was given.
///
/// # Errors
/// The scan failed, is still running after `--wait-timeout`, or its state cannot be requested.
pub(crate) async fn wait(client: &BigIdClient, started: &RawJson, matches: &ArgMatches) -> Outcome {
    let started: StartScanResponse = serde_json::from_str(started.as_str()).map_err(|error| {
        Failure::new(
            Reason::Failed,
            format!("the scan cannot be waited for: the response that started it is not as expected: {error}"),
        )
    })?;
    let limit = matches.get_one::<u64>("wait-timeout").map_or(WAIT_DEADLINE, |seconds| Duration::from_secs(*seconds));
    let mut watch = started.finished(client).deadline(limit).watch();
    let bar = Bar::job();
    bar.say("the scan was started");
    while let Some(progress) = watch.next().await {
        let progress = progress.map_err(Failure::from)?;
        let state = progress.state.as_deref().unwrap_or("unknown state");
        let percent = progress.percent.map_or(String::new(), |percent| format!(" {percent:.0} %"));
        bar.say(&format!("{state}{percent}, {} of {} parts have ended", progress.ended_parts, progress.parts));
    }
    Ok(())
}
