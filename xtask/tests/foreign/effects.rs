//! Each trap's example, passed to progenitor without the check: it must still have the effect that the trap describes.
//!
//! If a test fails because the effect no longer occurs, upstream has fixed it: remove or narrow the trap.

use crate::child;
use crate::child::{GeneratorOutcome, generate};

/// What progenitor is to do with an example.
enum Effect {
    /// It says no, with these words.
    Refuses(&'static str),
    /// It panics, with these words.
    Panics(&'static str),
    /// The process dies.
    Aborts,
    /// Its code holds these tokens.
    Writes(Interface, &'static str),
    /// Its code holds these tokens twice, where once alone compiles.
    Twice(Interface, &'static str),
    /// Its code lacks these tokens.
    Lacks(Interface, &'static str),
}

#[derive(Clone, Copy)]
enum Interface {
    Positional,
    Builder,
}

use Effect::{Aborts, Lacks, Panics, Refuses, Twice, Writes};
use Interface::{Builder, Positional};

/// The reasons for traps without an effect on code: their example generates, and only the documentation is poor.
const POOR: Effect = Writes(Positional, "UnexpectedResponse");

const EFFECTS: &[(&str, Effect)] = &[
    ("P001", Refuses("missing field `description`")),
    ("P002", Refuses("invalid version: 3.1.0")),
    ("P003", Panics("is missing")),
    ("P004", Panics("external references are not supported")),
    // `alias` was to be text, and is the number that has the last word of the reference for a name.
    ("P005", Writes(Positional, "pub alias : :: std :: option :: Option < Name >")),
    ("P006", Aborts),
    ("P007", Refuses("uses reference, unsupported")),
    ("P008", Lacks(Positional, "list_things")),
    ("P009", Lacks(Positional, "success")),
    ("P010", Writes(Positional, "pub owner : :: std :: option :: Option < Owner >")),
    ("P101", Refuses("is missing operation ID")),
    ("P102", Refuses("duplicate operation ID")),
    ("P103", Twice(Positional, "async fn list_things <")),
    ("P104", Twice(Positional, "fn new")),
    ("P105", Refuses("invalid operation path")),
    ("P106", Panics("missing path name mapping id")),
    ("P107", Panics("part missing from path")),
    ("P108", Panics("assertion failed: parameter_data.required")),
    ("P109", Panics("missing path name mapping id")),
    ("P110", Twice(Positional, "page_size : Option <")),
    ("P111", Twice(Builder, "fn send")),
    ("P112", Twice(Positional, "pub id : :: std :: option :: Option <")),
    ("P113", Writes(Positional, "client . trace (url)")),
    ("P114", Writes(Positional, "ResponseValue < ByteStream >")),
    ("P115", Twice(Positional, "pub struct DataSource {")),
    ("P116", Writes(Positional, "pub owner : :: std :: option :: Option < ThingOwner >")),
    // The second response has a `job`, which no type knows.
    ("P201", Lacks(Positional, "job")),
    ("P202", Panics("response_types.len() <= 1")),
    ("P203", Panics("response_types.len() <= 1")),
    (
        "P204",
        Writes(
            Positional,
            "400u16 ..= 499u16 => { Err (Error :: ErrorResponse (ResponseValue :: from_response (response) . await ?)) } 401u16",
        ),
    ),
    ("P205", Lacks(Positional, "csv")),
    ("P206", Panics("media type encoding, no schema")),
    ("P207", Panics("media type encoding not empty")),
    ("P208", Writes(Positional, "ResponseValue < ByteStream >")),
    ("P209", Writes(Positional, "Error :: ErrorResponse (ResponseValue :: empty (response))")),
    ("P210", Writes(Positional, "ResponseValue < ByteStream >")),
    ("P211", Lacks(Positional, "302")),
    ("P301", Panics("more media types than expected")),
    ("P302", Refuses("unexpected content type: application/vnd.api+json")),
    ("P303", Refuses("No schema specified for request body")),
    ("P304", Refuses("invalid schema for application/octet-stream")),
    ("P305", Writes(Positional, "body : & 'a")),
    ("P306", Refuses("cookie parameters are not supported")),
    ("P307", Refuses("unsupported style of query parameter")),
    ("P308", Refuses("unexpected content")),
    // A list is handed over as it is, and nothing says that it is to be joined.
    ("P309", Writes(Positional, "QueryParam :: new (\"tags\" , & tags)")),
    ("P310", Writes(Positional, "header_map . append (\"Authorization\"")),
    // A vector has no `to_string`.
    ("P311", Writes(Positional, "x_tags : Option < & 'a :: std :: vec :: Vec <")),
    ("P312", Panics("entered unreachable code")),
    ("P314", Writes(Positional, "encode_path (& id . to_string ())")),
    ("P315", Refuses("unexpected content type: multipart/form-data")),
    ("P401", Aborts),
    ("P402", Panics("unhandled not schema")),
    ("P403", Panics("Failed to make unique variant names")),
    ("P404", Panics("multiple implied types for an un-typed enum")),
    ("P405", Refuses("value does not conform to the given schema")),
    ("P406", Writes(Positional, "pub subtype_0 : :: std :: option :: Option < :: std :: string :: String >")),
    ("P407", Panics("any_of.is_none() || one_of.is_none()")),
    ("P408", Panics("merge an empty array of schemas")),
    ("P409", Panics("invalid type: file")),
    ("P410", Panics("exclusive_minimum set without minimum")),
    ("P411", Refuses("invalid pattern")),
    ("P412", Refuses("value does not conform to the given schema")),
    ("P413", Writes(Positional, "pub enum Thing { }")),
    ("P414", Panics("required.contains(prop_name)")),
    (
        "P415",
        Writes(
            Positional,
            "pub enum Thing { # [serde (rename = \"active\")] Active , # [serde (rename = \"inactive\")] Inactive , }",
        ),
    ),
    ("P416", Panics("invalid (or unexpected) schema")),
    ("P417", Lacks(Positional, "flatten")),
    ("P418", Writes(Builder, "no value supplied for extra")),
    ("P419", Writes(Positional, "# [serde (untagged)]")),
    ("P420", Writes(Positional, "pub id : :: std :: string :: String")),
    ("P421", Writes(Positional, ":: chrono :: DateTime")),
    ("P422", Writes(Positional, "skip_serializing_if = \"::std::vec::Vec::is_empty\"")),
    ("P506", Writes(Builder, "Unrecognized ,")),
    ("P601", Writes(Positional, "\\n\\n```\\ncurl https://example.com/things\\n```")),
    ("P602", Writes(Positional, "Send <token> as it is, see https://example.com/tokens.")),
    ("W701", POOR),
    ("W702", POOR),
    ("W703", Writes(Positional, "# [doc = \"Sends a `GET` request to `/things`\\n\\n\"]")),
    ("W704", Writes(Positional, "list_things_using_get_1")),
    ("W705", Writes(Positional, "pub api_token : :: std :: option :: Option < :: std :: string :: String >")),
];

#[test]
fn each_trap_still_has_its_effect_in_progenitor() {
    let fixed: Vec<String> =
        EFFECTS.iter().filter_map(|(code, effect)| Some(format!("{code}: {}", fixed(code, effect)?))).collect();
    assert!(
        fixed.is_empty(),
        "upstream seems to have fixed these; see what the trap shall say now:\n{}",
        fixed.join("\n")
    );
}

#[test]
fn every_trap_has_its_effect_here_and_its_document() {
    let codes: Vec<&str> = EFFECTS.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, child::codes());
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/traps");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<String> = files.filter_map(|name| Some(name.strip_suffix(".yaml")?.to_owned())).collect();
    files.sort_by_key(|code| (code.starts_with('W'), code.clone()));
    assert_eq!(codes, files);
}

/// What happened instead of the effect.
fn fixed(code: &str, effect: &Effect) -> Option<String> {
    let path = format!("{}/tests/traps/{code}.yaml", env!("CARGO_MANIFEST_DIR"));
    let Ok(document) = std::fs::read_to_string(&path) else { return Some(format!("{path} is missing")) };
    let outcome = generate(&document);
    let done = match (effect, &outcome) {
        (Refuses(words), GeneratorOutcome::Refused(text)) | (Panics(words), GeneratorOutcome::Panicked(text)) => {
            text.contains(words)
        }
        (Aborts, GeneratorOutcome::Aborted) => true,
        (Writes(interface, tokens), GeneratorOutcome::Wrote(code)) => code[*interface as usize].contains(tokens),
        (Twice(interface, tokens), GeneratorOutcome::Wrote(code)) => {
            code[*interface as usize].matches(tokens).count() > 1
        }
        (Lacks(interface, tokens), GeneratorOutcome::Wrote(code)) => !code[*interface as usize].contains(tokens),
        _ => false,
    };
    (!done).then(|| match outcome {
        GeneratorOutcome::Wrote(code) => {
            let start = code[0].find("Types used as operation parameters").unwrap_or(0);
            format!("it wrote code: {}", code[0][start..].chars().take(600).collect::<String>())
        }
        other => format!("{other:?}"),
    })
}
