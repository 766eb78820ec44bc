//! `bigid login`, `logout` and `profiles`.

use std::io::{self, IsTerminal as _, Read as _, Write as _};

use clap::ArgMatches;

use crate::config::BASE_URL;
use crate::connect::{Target, client};
use crate::escape;
use crate::failure::{Failure, Outcome};
use crate::output::Sink;

/// A token has a few hundred bytes; a file that is far longer was not intended.
const MAX_TOKEN: u64 = 64 << 10;

/// Reads a token, checks it with one call, and stores it.
pub(crate) async fn login(target: &Target, matches: &ArgMatches) -> Outcome {
    if target.sandbox {
        return Err(Failure::usage("a sandbox ends with its command, so there is nothing to log in to"));
    }
    let name = target.config.profile_name();
    let base_url = match matches.get_one::<String>("base-url").map(String::as_str).or(target.config.get(BASE_URL)) {
        Some(url) => url.to_owned(),
        None if io::stdin().is_terminal() => ask("Deployment (for example https://acme.bigid.cloud): ")?,
        None => return Err(Failure::usage("pass the deployment with --base-url")),
    };
    let token = if io::stdin().is_terminal() {
        rpassword::prompt_password("User token (not shown): ")
            .map_err(|error| Failure::usage(format!("the terminal cannot be read: {error}")))?
    } else {
        let mut text = String::new();
        let read = io::stdin().lock().take(MAX_TOKEN).read_to_string(&mut text);
        read.map_err(|error| Failure::usage(format!("stdin: {error}")))?;
        text
    };
    if token.trim().is_empty() {
        return Err(Failure::usage("no token was given"));
    }
    // An invalid profile name is reported before anything is sent.
    target.config.profiles.get(name)?;
    let checked = client(target.config.with_token(&base_url, token.trim()))?;
    let who = checked.whoami().await?;
    let in_file = matches.try_get_one::<bool>("in-file").ok().flatten().is_some_and(|given| *given);
    let kept = target.config.profiles.keep(name, &base_url, token.trim(), in_file)?;
    for note in &kept.notes {
        // The token is stored, whether or not this output is read.
        let _ = writeln!(io::stderr(), "note: {}", escape::lines(note));
    }
    let mut out = Sink::stdout();
    writeln!(out, "{}", escape::lines(&who.to_string()))?;
    writeln!(out, "\nprofile `{name}`: the token is stored in {}", kept.location)?;
    out.finish()
}

fn ask(question: &str) -> Outcome<String> {
    let mut err = io::stderr().lock();
    write!(err, "{question}")?;
    err.flush()?;
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

/// Deletes the token.
pub(crate) fn logout(target: &Target) -> Outcome {
    let name = target.config.profile_name();
    let is_deleted = target.config.profiles.delete(name)?;
    if !is_deleted {
        return Err(Failure::usage(format!("there is no profile `{name}`; `bigid profiles` lists them")));
    }
    let mut out = Sink::stdout();
    writeln!(out, "profile `{name}` is deleted; the token is valid until it expires or is revoked in BigID")?;
    out.finish()
}

/// Lists the profiles.
pub(crate) fn profiles(target: &Target) -> Outcome {
    let mut out = Sink::stdout();
    for (name, profile) in target.config.profiles.all()? {
        writeln!(out, "{name}  {}", escape::line(&profile.base_url))?;
    }
    out.finish()
}
