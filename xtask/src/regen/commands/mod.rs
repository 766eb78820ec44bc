//! `bigid-cli/src/generated/commands.rs`: the commands of `bigid`, as a table that its engine reads. A command is data,
//! so 170 of them cost neither code nor compile time.

mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Context as _, bail, ensure};

use super::paging::{Paging, only_list};
use crate::model::{Content, Field, Location, Model, Operation, Parameter, SchemaKind, Type};

/// The code of the table.
///
/// # Errors
/// Two operations with the same command, or a parameter that would hide an option of the engine.
pub(super) fn table(model: &Model, paging: &Paging) -> anyhow::Result<String> {
    let mut code = String::from(
        "use bigid_auth_ext::operations;\n\nuse crate::command::{Body, Command, Domain, Field, Kind, Parameter, Location, Upload, field};\n\n",
    );
    let mut records = BTreeSet::new();
    let mut domains = String::new();
    let mut by_name = BTreeMap::new();
    for tag in &model.tags {
        let domain = names::kebab(&tag.rust);
        ensure!(!OWN.contains(&domain.as_str()), "the tag {} would hide the command `bigid {domain}`", tag.name);
        if let Some(other) = by_name.insert(domain.clone(), tag) {
            bail!("the tags {} and {} would both be `bigid {domain}`", other.name, tag.name);
        }
    }
    for (domain, tag) in by_name {
        let mut verbs: BTreeMap<String, &str> = BTreeMap::new();
        let mut commands = String::new();
        for operation in model.operations.iter().filter(|operation| operation.tag == tag.name) {
            let verb = names::verb(&operation.rust, &tag.rust);
            ensure!(
                (domain.as_str(), verb.as_str()) != OWN_VERB,
                "{} would hide the command `bigid {domain} {verb}`; give it another operationId or tag",
                operation.id
            );
            if let Some(other) = verbs.insert(verb.clone(), &operation.id) {
                bail!(
                    "{} and {other} would both be `bigid {domain} {verb}`; give one of them another operationId or tag",
                    operation.id
                );
            }
            let entry = command(model, paging, operation, &verb, &mut records)?;
            commands += &entry;
        }
        if !verbs.is_empty() {
            writeln!(
                domains,
                "    Domain {{ name: {domain:?}, about: {:?}, commands: &[{commands}\n    ] }},",
                tag.description.trim()
            )?;
        }
    }
    for name in &records {
        writeln!(code, "static {}: &[Field] = &[{}\n];", constant(model, name), fields(model, name))?;
    }
    writeln!(code, "/// Every command, by domain.\npub(crate) static DOMAINS: &[Domain] = &[\n{domains}];")?;
    // One line per item that changes separately. prettyplease would need three times as many.
    syn::parse_file(&code).context("the table of commands is not Rust")?;
    Ok(code)
}

/// The options that the engine adds to commands. A parameter with such a name gets the suffix `-param`. `limit` counts
/// records if a list is paginated, and replaces the parameter.
const ENGINE: [&str; 20] = [
    "body",
    "columns",
    "dry-run",
    "field",
    "file",
    "format-error",
    "help",
    "jq",
    "limit",
    "no-retry",
    "output",
    "page-size",
    "profile",
    "sandbox",
    "show-secrets",
    "timeout",
    "to",
    "version",
    "wait",
    "wait-timeout",
];

/// The commands of the engine, which no domain may hide.
const OWN: [&str; 9] = ["api", "completions", "fields", "login", "logout", "man", "profiles", "token", "whoami"];

/// The command of the engine within a domain.
const OWN_VERB: (&str, &str) = ("cases", "close");

fn command(
    model: &Model,
    paging: &Paging,
    operation: &Operation,
    verb: &str,
    records: &mut BTreeSet<String>,
) -> anyhow::Result<String> {
    let in_path = operation.path.names().filter_map(|name| operation.parameter(Location::Path, name));
    let others = operation.parameters.iter().filter(|given| given.location != Location::Path);
    let is_paged = paging.list(&operation.rust).is_some();
    let is_page = |given: &&Parameter| is_paged && given.location == Location::Query && given.name == "limit";
    let mut flags = BTreeSet::new();
    let mut parameters = String::new();
    for given in in_path.chain(others).filter(|given| !is_page(given)) {
        let mut flag = names::kebab(&given.rust);
        // A list that is not paginated has only the server's limit.
        while ENGINE.contains(&flag.as_str()) && (is_paged || flag != "limit") || !flags.insert(flag.clone()) {
            flag += "-param";
        }
        parameters += &parameter(given, &flag);
    }
    let body = operation.body.as_ref().map_or("None".to_owned(), |body| {
        let help = sentence(&body.description);
        let fields = shape(model, &body.ty, records);
        let secrets = secrets(model, Some(&body.ty));
        format!("Some(Body {{ required: {}, help: {help:?}, fields: {fields}, secrets: &{secrets:?} }})", body.required)
    });
    let upload = operation.upload.as_ref().map_or("None".to_owned(), |upload| {
        format!("Some(Upload {{ part: {:?}, help: {:?} }})", upload.part, sentence(&upload.description))
    });
    let (list, record) = list_of(model, paging, operation);
    let list = list.map_or("None".to_owned(), |way| format!("Some(&{way:?})"));
    let record = record.map_or("&[]".to_owned(), |record| shape(model, &record, records));
    Ok(format!(
        "\n        Command {{ verb: {verb:?}, operation: &operations::{}, deprecated: {}, summary: {:?},\n            description: {:?},\n            \
        parameters: &[{parameters}],\n            body: {body},\n            upload: {upload}, list: {list}, record: {record}, secrets: &{:?} }},",
        operation.constant,
        operation.deprecated,
        operation.summary.trim().trim_end_matches('.'),
        operation.description.trim(),
        secrets(model, operation.success().json()),
    ))
}

fn parameter(given: &Parameter, flag: &str) -> String {
    let location = match given.location {
        Location::Path => "Path",
        Location::Query => "Query",
        Location::Header => "Header",
    };
    format!(
        "\n            Parameter {{ name: {:?}, flag: {flag:?}, location: Location::{location}, kind: Kind::{}, required: {}, help: {:?}, values: &{:?} }},",
        given.name,
        kind(&given.ty),
        given.required,
        given.description.trim(),
        given.values,
    )
}

/// The path to the list of a response, and the type that the command prints: a record of the list, or the whole
/// response.
fn list_of<'a>(model: &'a Model, paging: &'a Paging, operation: &'a Operation) -> (Option<Vec<String>>, Option<Type>) {
    if let Some((way, record)) = paging.list(&operation.rust) {
        let named = model.schemas.iter().find(|(_, schema)| schema.rust == record);
        let way = way.into_iter().map(str::to_owned).collect();
        return (Some(way), named.map(|(name, _)| Type::Named(name.clone())));
    }
    match operation.success() {
        Content::Json(Type::Array(items)) => (Some(Vec::new()), Some((**items).clone())),
        Content::Json(ty) => {
            let is_list = operation.id.starts_with("list");
            match ty.name().filter(|_| is_list).and_then(|name| only_list(model, name)) {
                Some((way, record)) => (Some(way), Some(Type::Named(record))),
                None => (None, Some(ty.clone())),
            }
        }
        Content::Empty | Content::Raw { .. } => (None, None),
    }
}

/// The names of the fields of a type that may contain a secret, at any depth.
fn secrets<'a>(model: &'a Model, ty: Option<&'a Type>) -> Vec<&'a str> {
    let records = model.reached(ty).into_iter().filter_map(|name| model.record(name));
    let fields = records.flat_map(|record| &record.fields);
    let secrets = fields.filter(|field| *field.ty.innermost() == Type::Secret).map(|field| field.wire.as_str());
    secrets.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The fields of a type as an expression.
fn shape(model: &Model, ty: &Type, records: &mut BTreeSet<String>) -> String {
    match ty.name().filter(|name| model.record(name).is_some()) {
        Some(name) => {
            records.insert(name.to_owned());
            constant(model, name)
        }
        None => "&[]".to_owned(),
    }
}

/// The static that holds the fields of a schema. It has the schema's name in Rust, which no other schema has.
fn constant(model: &Model, schema: &str) -> String {
    model.schemas.get(schema).map(|schema| schema.rust.clone()).unwrap_or_default()
}

fn fields(model: &Model, name: &str) -> String {
    let fields = model.record(name).map_or(&[][..], |record| &record.fields);
    let entry = |field: &Field| {
        let values =
            match field.ty.innermost().name().and_then(|name| model.schemas.get(name)).map(|schema| &schema.kind) {
                Some(SchemaKind::Enum(values)) => {
                    let values: Vec<&str> = values.iter().map(|value| value.wire.as_str()).collect();
                    format!(" Known values: {}.", values.join(", "))
                }
                _ => String::new(),
            };
        let help = format!("{}{values}", sentence(&field.description));
        let kind = match &field.ty {
            Type::Named(name) => match model.schemas.get(name).map(|schema| &schema.kind) {
                Some(SchemaKind::Enum(_)) => "Text",
                Some(SchemaKind::Any) => "Any",
                _ => "Object",
            },
            ty => kind(ty),
        };
        format!("\n    field({:?}, Kind::{kind}, {}, {:?}),", field.wire, field.required, help.trim())
    };
    fields.iter().map(entry).collect()
}

fn kind(ty: &Type) -> &'static str {
    match ty {
        Type::String => "Text",
        Type::Secret => "Secret",
        Type::Integer => "Integer",
        Type::Number => "Number",
        Type::Boolean => "Boolean",
        Type::Array(items) if **items == Type::String => "Texts",
        Type::TextOrList => "Any",
        Type::Array(_) => "List",
        Type::Map(_) | Type::Named(_) => "Object",
        Type::Any => "Any",
    }
}

/// The first sentence of a description, on one line.
fn sentence(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = line.find(". ").map_or(line.len(), |at| at + 1);
    line[..end].to_owned()
}
