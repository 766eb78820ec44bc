//! `bigid cases close`.

use bigid_auth_ext::bigid_api::RawJson;
use bigid_auth_ext::types::CaseStatus;
use clap::ArgMatches;
use serde_json::json;

use crate::connect::Target;
use crate::failure::{Failure, Outcome};
use crate::output::{Bar, Format, Printer, Sink};

/// Closes cases by id, and prints the result for each.
///
/// # Errors
/// Some cases were not closed. The reason is that of the first; all others are closed.
pub(crate) async fn close(target: &Target, matches: &ArgMatches) -> Outcome {
    let ids: Vec<&String> = matches.get_many("id").unwrap_or_default().collect();
    let connection = target.connect().await?;
    let mut update = connection.client.set_case_status(ids, CaseStatus::Closed);
    if let Some(reason) = matches.get_one::<String>("reason") {
        update = update.reason(reason);
    }
    let bar = Bar::job();
    bar.say("the cases are being closed");
    let cases = update.await;
    drop(bar);
    let mut printer = Printer::new(Sink::stdout(), Format::of(matches, true), matches, &[]);
    let (count, mut failures) = (cases.len(), Vec::new());
    for case in cases {
        let failure = case.outcome.err().map(|error| Failure::call(&error));
        let error = failure.as_ref().map(|failure| failure.message.as_str());
        let record = json!({ "id": case.id, "closed": error.is_none(), "error": error });
        printer.record(RawJson::from(&record))?;
        failures.extend(failure.map(|failure| (case.id, failure)));
    }
    printer.finish()?;
    let failed = failures.len();
    match failures.into_iter().next() {
        None => Ok(()),
        Some((id, mut first)) => {
            first.message = format!("{failed} of {count} cases were not closed; the first is {id}: {}", first.message);
            Err(first)
        }
    }
}
