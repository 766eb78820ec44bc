//! Runs an operation: builds the request from the arguments, and prints the response.

use std::path::PathBuf;

use bigid_auth_ext::bigid_api::{ByteStream, Client, OperationCall, RawJson};
use bigid_auth_ext::{FormFile, Progress};
use clap::ArgMatches;
use tokio::io::AsyncWriteExt as _;

use crate::actions::wait;
use crate::command::{Command, Location};
use crate::connect::Target;
use crate::failure::{Failure, Outcome};
use crate::output::{Bar, Sink, persist, staged};
use crate::shown::Shown;
use crate::{body, dry_run};

/// Runs a command.
pub(crate) async fn run(command: &'static Command, target: &Target, matches: &ArgMatches) -> Outcome {
    let body = command.body.as_ref().map(|declared| body::read(declared, matches)).transpose()?.flatten();
    if matches.get_flag("dry-run") {
        let call = call(command, &*target.preview()?, matches, None)?;
        let secrets = command.body.as_ref().map_or(&[][..], |body| body.secrets);
        let has_session = command.operation.requires_session();
        return dry_run::print(command.operation.method, call.url()?.as_str(), has_session, body, secrets);
    }
    if !command.operation.requires_session() && !command.operation.security.is_empty() {
        return Err(Failure::usage(
            "this operation takes a user token, and the client sends it itself whenever it needs a session; `bigid token` \
            prints the session",
        ));
    }
    if command.operation.streams {
        return download(command, target, matches, body).await;
    }
    let shown = Shown::new(matches, command.secrets, command.record)?;
    let connection = target.connect().await?;
    let call = call(command, &connection.client, matches, body)?;
    if command.operation.paging.is_some() {
        return list(call, shown, matches).await;
    }
    let json = call.send().await?.into_inner();
    match command.list.and_then(|way| elements(&json, way)) {
        Some(records) => all(records, shown, limit(command, matches)),
        None if command.starts_a_job() && matches.get_flag("wait") => {
            // Printed before the wait, so that the id is known if the command is interrupted.
            shown.value(json.clone())?;
            wait(&connection.client, &json, matches).await
        }
        None => shown.value(json),
    }
}

fn call(
    command: &'static Command,
    client: &Client,
    matches: &ArgMatches,
    body: Option<RawJson>,
) -> Outcome<OperationCall> {
    let one = |flag: &str| matches.get_one::<String>(flag);
    let in_path = command.parameters.iter().filter(|parameter| parameter.location == Location::Path);
    let segments: Vec<(&str, &str)> =
        in_path.filter_map(|parameter| Some((parameter.name, one(parameter.flag)?.as_str()))).collect();
    let mut call = client.call(command.operation, &segments);
    for parameter in command.parameters {
        match (parameter.location, matches.get_many::<String>(parameter.flag)) {
            (Location::Query, Some(values)) => call = call.query(parameter.name, values),
            (Location::Header, Some(values)) => {
                for value in values {
                    call = call.header(parameter.name, value);
                }
            }
            _ => {}
        }
    }
    if let Some(body) = body {
        call = call.json(&body);
    }
    if let (Some(upload), Some(path)) = (&command.upload, matches.try_get_one::<PathBuf>("file").ok().flatten()) {
        let bytes = std::fs::read(path).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        call = call.form_file(upload.part, &FormFile::new(name, bytes));
    }
    Ok(call)
}

/// The value of `--limit`, if the command has this option.
fn limit(command: &Command, matches: &ArgMatches) -> u64 {
    let is_ours = !command.has_flag("limit");
    let limit = if is_ours { matches.try_get_one::<u64>("limit").ok().flatten() } else { None };
    limit.copied().unwrap_or(u64::MAX)
}

/// The default of `--page-size`, unless the limit is smaller.
const PAGE_SIZE: u64 = 200;

async fn list(call: OperationCall, mut shown: Shown, matches: &ArgMatches) -> Outcome {
    let limit = matches.get_one::<u64>("limit").copied().unwrap_or(u64::MAX);
    let mut records = call.records();
    match matches.get_one::<u32>("page-size") {
        Some(size) => records = records.page_size(*size),
        None if limit < PAGE_SIZE => records = records.page_size(u32::try_from(limit.max(1)).unwrap_or(1)),
        None => records = records.prefetch(limit == u64::MAX),
    }
    let bar = Bar::records(shown.is_terminal());
    let mut count = 0;
    let end = loop {
        if count == limit {
            break Ok(());
        }
        let pages = records.progress().pages;
        match records.try_next().await {
            Ok(Some(record)) => {
                count += 1;
                shown.record(record.into_json())?;
                let progress = records.progress();
                if progress.pages != pages {
                    shown.flush()?;
                }
                bar.set(count, progress.total.or(progress.estimate).map(|total| total.min(limit)));
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(Failure::from(error)),
        }
    };
    drop(bar);
    // The received records are printed, even before an error.
    shown.finish()?;
    end
}

fn all(records: Vec<RawJson>, mut shown: Shown, limit: u64) -> Outcome {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    for record in records.into_iter().take(limit) {
        shown.record(record)?;
    }
    shown.finish()
}

/// The elements of the list at a path, or those of the response if it is itself a list.
fn elements(json: &RawJson, way: &[&str]) -> Option<Vec<RawJson>> {
    if let Some(elements) = json.elements() {
        return Some(elements);
    }
    let mut inner = json.clone();
    for name in way {
        inner = inner.get(name)?;
    }
    inner.elements()
}

async fn download(command: &'static Command, target: &Target, matches: &ArgMatches, body: Option<RawJson>) -> Outcome {
    let to = matches.get_one::<PathBuf>("to");
    let is_stdout = to.is_none_or(|path| path.as_os_str() == "-");
    if to.is_none() && Sink::stdout().is_terminal() {
        return Err(Failure::usage(
            "the response is a file: write it with --to FILE, or redirect stdout (--to - prints it here)",
        ));
    }
    let file = to.filter(|_| !is_stdout).map(|path| Ok::<_, Failure>((staged(path)?, path))).transpose()?;
    let connection = target.connect().await?;
    let stream = call(command, &connection.client, matches, body)?.send_stream().await?.into_inner();
    match file {
        Some((file, path)) => {
            let handle = file.reopen().map_err(|error| Failure::file(path, &error))?;
            write(stream, &mut tokio::fs::File::from_std(handle)).await?;
            persist(file, path)
        }
        None => write(stream, &mut tokio::io::stdout()).await,
    }
}

/// Copies a file to a writer.
pub(crate) async fn write<W: tokio::io::AsyncWrite + Unpin>(stream: ByteStream, writer: &mut W) -> Outcome {
    let bar = Bar::bytes();
    stream.write_to_with_progress(writer, |Progress { written, total, .. }| bar.set(written, total)).await?;
    writer.flush().await?;
    Ok(())
}
