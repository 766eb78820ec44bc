//! `bigid whoami` and `bigid token`.

use std::io::Write as _;

use bigid_auth_ext::automation::WhoAmI;
use bigid_auth_ext::bigid_api::RawJson;
use clap::ArgMatches;
use serde_json::json;

use crate::connect::Target;
use crate::escape;
use crate::failure::{Failure, Outcome, Reason};
use crate::output::{Format, Printer, Sink};

/// Shows the user of the session.
pub(crate) async fn whoami(target: &Target, matches: &ArgMatches) -> Outcome {
    let connection = target.connect().await?;
    let who = connection.client.whoami().await?;
    let format = Format::of(matches, true);
    if format == Format::Table {
        let mut out = Sink::stdout();
        writeln!(out, "{}", escape::lines(&who.to_string()))?;
        return out.finish();
    }
    Printer::new(Sink::stdout(), format, matches, &[]).value(as_json(&who))
}

fn as_json(who: &WhoAmI) -> RawJson {
    let json = json!({
        "base_url": who.base_url,
        "user": who.user,
        "tenant": who.tenant,
        "permissions": who.permissions,
        "is_root_scope": who.is_root_scope,
        "session_expires_in_seconds": who.session_expires_in.as_secs(),
        "user_token_expires_in_seconds": who.user_token_expires_in.map(|left| left.as_secs()),
        "dialect": who.dialect.map(|dialect| dialect.to_string()),
    });
    (&json).into()
}

/// Prints the value of an Authorization header.
pub(crate) async fn token(target: &Target) -> Outcome {
    if target.sandbox {
        return Err(Failure::usage("a sandbox ends with its command, and so does its session; leave out --sandbox"));
    }
    let connection = target.connect().await?;
    connection.client.session().await?;
    let header = connection.client.cached_authorization();
    let text = header.as_ref().and_then(|header| header.to_str().ok());
    let text = text.ok_or_else(|| Failure::new(Reason::TryLater, "the session has ended; try again"))?;
    let mut out = Sink::stdout();
    writeln!(out, "{text}")?;
    out.finish()
}
