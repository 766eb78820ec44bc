//! `bigid api`: any request.

use std::path::PathBuf;

use bigid_auth_ext::bigid_api::reqwest::header::CONTENT_TYPE;
use bigid_auth_ext::bigid_api::{Error, RawJson};
use bigid_auth_ext::http::Method;
use clap::ArgMatches;
use tokio::io::AsyncWriteExt as _;

use crate::body;
use crate::cli;
use crate::command::Command;
use crate::connect::Target;
use crate::dry_run;
use crate::failure::{Failure, Outcome, Reason};
use crate::generated::commands::DOMAINS;
use crate::output::{persist, staged};
use crate::shown::Shown;

/// Sends a request, and prints the response.
pub(crate) async fn api(target: &Target, matches: &ArgMatches) -> Outcome {
    let text = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    let method = text("method").to_ascii_uppercase();
    let method: Method = method.parse().map_err(|_| Failure::usage(format!("`{method}` is not an HTTP method")))?;
    let path = text("path");
    let secrets = secrets(method.as_str(), path);
    let body = matches.get_one::<String>("body").map(|given| body::whole(given, &secrets)).transpose()?;
    if matches.get_flag("dry-run") {
        let url = target.preview()?.request(method.clone(), path).url()?;
        return dry_run::print(method.as_str(), url.as_str(), true, body, &secrets);
    }
    let shown = Shown::new(matches, &[], &[])?;
    let connection = target.connect().await?;
    let mut request = connection.client.request(method, path);
    if let Some(body) = &body {
        request = request.json(body);
    }
    let mut response = request.send().await?;
    let is_json =
        response.headers().get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    let is_success = response.status().is_success();
    if is_success && !is_json {
        let mut piece = chunk(&mut response).await?;
        if piece.is_some() {
            refuse_options(&response, matches)?;
        }
        let to = matches.get_one::<PathBuf>("to").filter(|path| path.as_os_str() != "-");
        let file = to.map(|path| Ok::<_, Failure>((staged(path)?, path))).transpose()?;
        let mut writer: Box<dyn tokio::io::AsyncWrite + Unpin> = match &file {
            Some((file, path)) => {
                let handle = file.reopen().map_err(|error| Failure::file(path, &error))?;
                Box::new(tokio::fs::File::from_std(handle))
            }
            None => Box::new(tokio::io::stdout()),
        };
        while let Some(bytes) = piece {
            writer.write_all(&bytes).await?;
            piece = chunk(&mut response).await?;
        }
        writer.flush().await?;
        return file.map_or(Ok(()), |(file, path)| persist(file, path));
    }
    if !is_success {
        return Err(Failure::from(Error::from_response(response).await));
    }
    let mut bytes = Vec::new();
    while let Some(piece) = chunk(&mut response).await? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > bigid_auth_ext::bigid_api::MAX_JSON_BODY {
            return Err(Failure::new(Reason::Failed, "the response is too long to print as JSON"));
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    let json = if text.trim().is_empty() { "null" } else { &text };
    let json: RawJson =
        json.parse().map_err(|error| Failure::new(Reason::Failed, format!("the response is not JSON: {error}")))?;
    shown.value(json)
}

/// Fails if an option was given that applies to JSON only. An empty response has nothing that it could apply to.
fn refuse_options(response: &bigid_auth_ext::reqwest::Response, matches: &ArgMatches) -> Outcome {
    let options: Vec<String> = cli::of_json_only(matches).iter().map(|name| format!("--{name}")).collect();
    if options.is_empty() {
        return Ok(());
    }
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    Err(Failure::new(
        Reason::Failed,
        format!(
            "the response is {}, not JSON, so it cannot be printed with {}; without {}, it is written as it is",
            kind.unwrap_or("of no declared type"),
            options.join(" and "),
            if options.len() == 1 { "this option" } else { "these options" },
        ),
    ))
}

/// The members of a body that are secrets: those of the operation, or, for a request that no operation describes, those
/// of all operations.
fn secrets(method: &str, path: &str) -> Vec<&'static str> {
    let commands = || DOMAINS.iter().flat_map(|domain| domain.commands);
    let described =
        commands().find(|Command { operation, .. }| operation.method == method && is_path_of(path, operation.path));
    let of = |command: &Command| command.body.as_ref().map_or(&[][..], |body| body.secrets);
    match described {
        Some(command) => of(command).to_vec(),
        None => commands().flat_map(of).copied().collect(),
    }
}

/// Whether a path, with its query, matches a template.
fn is_path_of(path: &str, template: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let (path, template) = (path.split('/'), template.split('/'));
    path.clone().count() == template.clone().count()
        && path.zip(template).all(|(given, part)| part.starts_with('{') || given == part)
}

async fn chunk(response: &mut bigid_auth_ext::reqwest::Response) -> Outcome<Option<Vec<u8>>> {
    let piece = response.chunk().await;
    let piece = piece.map_err(|error| {
        Failure::new(Reason::TryLater, format!("the response was cut off: {}", error.without_url()))
    })?;
    Ok(piece.map(|piece| piece.to_vec()))
}
