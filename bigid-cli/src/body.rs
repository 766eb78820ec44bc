//! The body of a request: `--body`, with `--field` on top of it.
//!
//! Secrets are read from a file or stdin: an argument appears in the shell history and in the process list.

use std::io::Read as _;
use std::path::Path;

use bigid_auth_ext::bigid_api::RawJson;
use clap::ArgMatches;
use serde_json::{Map, Value};

use crate::command::{Body, Field, Kind};
use crate::failure::{Failure, Outcome};
use crate::nearest::nearest;

/// The maximum size of a body and of a field: that of a JSON response.
const MAX_BODY: u64 = bigid_auth_ext::bigid_api::MAX_JSON_BODY as u64;

/// The body to send; `None` if none was given.
pub(crate) fn read(body: &Body, matches: &ArgMatches) -> Outcome<Option<RawJson>> {
    let whole = matches.get_one::<String>("body").map(|given| whole(given, body.secrets)).transpose()?;
    let mut fields = matches.get_many::<String>("field").unwrap_or_default().peekable();
    if fields.peek().is_none() {
        if whole.is_none() && body.required {
            return Err(Failure::usage(
                "this command needs a body: --body @FILE, --body - for stdin, or --field NAME=VALUE; `--help` lists the fields",
            ));
        }
        return Ok(whole);
    }
    let mut object = match whole.map(|json| json.to_value()) {
        None => Map::new(),
        Some(Some(Value::Object(object))) => object,
        Some(_) => return Err(Failure::usage("--field sets a field of an object, but the body is not an object")),
    };
    for given in fields {
        let (name, value) = field(body, given)?;
        let way: Vec<&str> = if declared(body, name).is_some() { vec![name] } else { name.split('.').collect() };
        set(&mut object, &way, value)
            .map_err(|name| Failure::usage(format!("--field {given}: `{name}` is not an object")))?;
    }
    Ok(Some((&Value::Object(object)).into()))
}

/// A complete body: `@FILE`, `-`, or JSON.
pub(crate) fn whole(given: &str, secrets: &[&str]) -> Outcome<RawJson> {
    let (text, from) = match given.strip_prefix('@') {
        Some(path) => (file(path)?, path.to_owned()),
        None if given == "-" => (stdin()?, "stdin".to_owned()),
        None => (given.to_owned(), "--body".to_owned()),
    };
    let json: RawJson = text.parse().map_err(|error| {
        let hint = if from == "--body" { "; to read a file, use @FILE" } else { "" };
        Failure::usage(format!("the body in {from} is not JSON: {error}{hint}"))
    })?;
    match secrets.iter().find(|secret| from == "--body" && holds(&json, secret)) {
        Some(secret) => Err(refused(secret)),
        None => Ok(json),
    }
}

/// Whether a value contains a non-empty member of this name, at any depth.
fn holds(json: &RawJson, name: &str) -> bool {
    if let Some(elements) = json.elements() {
        return elements.iter().any(|element| holds(element, name));
    }
    let members = json.members().unwrap_or_default();
    members.iter().any(|(member, value)| member == name && !value.is_null() || holds(value, name))
}

fn refused(name: &str) -> Failure {
    Failure::usage(format!(
        "`{name}` is a secret, and other users can read arguments; put it into a file: --field {name}=@FILE, or --body @FILE"
    ))
}

fn declared<'a>(body: &'a Body, name: &str) -> Option<&'a Field> {
    body.fields.iter().find(|field| field.name == name)
}

/// The name and the value of a `--field`.
fn field<'a>(body: &Body, given: &'a str) -> Outcome<(&'a str, Value)> {
    let wrong = |why: &str| Failure::usage(format!("--field {given}: {why}"));
    let (name, value) =
        given.split_once('=').ok_or_else(|| Failure::usage("--field takes NAME=VALUE, NAME=@FILE or NAME:=JSON"))?;
    let (name, is_json) = name.strip_suffix(':').map_or((name, false), |name| (name, true));
    if name.split('.').any(str::is_empty) {
        return Err(Failure::usage("--field takes NAME=VALUE, but the name is missing"));
    }
    let known = declared(body, name);
    let root = name.split('.').next().unwrap_or(name);
    let leads = declared(body, root).is_some_and(|field| matches!(field.kind, Kind::Object | Kind::Any | Kind::List));
    let last = name.rsplit('.').next().unwrap_or(name);
    let is_secret = body.secrets.contains(&last);
    let from_file = value.strip_prefix('@').filter(|_| !is_json);
    if is_secret && from_file.is_none() {
        return Err(refused(name));
    }
    if known.is_none() && !leads && !is_json && !body.fields.is_empty() {
        let near = nearest(root, body.fields.iter().map(|field| field.name));
        let near = near.map_or(".".to_owned(), |name| format!("; did you mean `{name}`?"));
        return Err(wrong(&format!(
            "the contract has no field of this name{near} To send it anyway, use {name}:=JSON"
        )));
    }
    let text = match from_file {
        Some("-") => stdin()?.trim_end_matches(['\r', '\n']).to_owned(),
        Some(path) => file(path)?.trim_end_matches(['\r', '\n']).to_owned(),
        None => value.to_owned(),
    };
    let json =
        |text: &str| serde_json::from_str::<Value>(text).map_err(|error| wrong(&format!("it is not JSON: {error}")));
    let of = |value: Value, is: fn(&Value) -> bool, what: &str| if is(&value) { Ok(value) } else { Err(wrong(what)) };
    let value = match (is_json, known.map_or(Kind::Text, |field| field.kind)) {
        (true, _) => json(&text)?,
        (false, Kind::Integer) => {
            of(json(&text)?, |value| value.is_i64() || value.is_u64(), "it is not a whole number")?
        }
        (false, Kind::Number) => of(json(&text)?, Value::is_number, "it is not a number")?,
        (false, Kind::Boolean) => of(json(&text)?, Value::is_boolean, "it must be true or false")?,
        (false, Kind::Texts) if !text.starts_with('[') => text.split(',').map(Value::from).collect(),
        (false, Kind::List | Kind::Texts) => of(json(&text)?, Value::is_array, "it is not a JSON array")?,
        (false, Kind::Object) => of(json(&text)?, Value::is_object, "it is not a JSON object")?,
        (false, Kind::Any) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        (false, Kind::Text | Kind::Secret) => Value::String(text),
    };
    Ok((name, value))
}

/// Sets the value at a path. The error is the name of a member that is not an object.
fn set<'a>(object: &mut Map<String, Value>, way: &[&'a str], value: Value) -> Result<(), &'a str> {
    match way {
        [] => Ok(()),
        [last] => {
            object.insert((*last).to_owned(), value);
            Ok(())
        }
        [first, rest @ ..] => match object.entry(*first).or_insert_with(|| Value::Object(Map::new())) {
            Value::Object(inner) => set(inner, rest, value),
            _ => Err(first),
        },
    }
}

fn file(path: &str) -> Outcome<String> {
    let path = Path::new(path);
    let unread = |error: std::io::Error| Failure::usage(format!("{}: {error}", path.display()));
    let mut text = String::new();
    std::fs::File::open(path).and_then(|file| file.take(MAX_BODY + 1).read_to_string(&mut text)).map_err(unread)?;
    bounded(text, &path.display().to_string())
}

fn stdin() -> Outcome<String> {
    let mut text = String::new();
    let read = std::io::stdin().lock().take(MAX_BODY + 1).read_to_string(&mut text);
    read.map_err(|error| Failure::usage(format!("stdin: {error}")))?;
    bounded(text, "stdin")
}

fn bounded(text: String, from: &str) -> Outcome<String> {
    if text.len() as u64 > MAX_BODY {
        return Err(Failure::usage(format!("{from} is longer than {} MiB", MAX_BODY >> 20)));
    }
    Ok(text)
}
