//! All traps in one place, and the order of the checks.

use super::foreign::{prose, records};
use super::{Findings, Trap};
use super::{
    compose, defaults, enums, kinds, names, one_way, operations, parameters, paths, references, requests, responses,
    shape, style,
};
use crate::model::Document;

/// A trap, with an example document.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) trap: &'static Trap,
    pub(crate) example: &'static str,
    /// The example fixed by hand, where no overlay action can.
    pub(crate) fixed: Option<&'static str>,
}

macro_rules! row {
    ($family:ident :: $trap:ident, $code:literal) => {
        Row { trap: &$family::$trap, example: include_str!(concat!("../../tests/traps/", $code, ".yaml")), fixed: None }
    };
    ($family:ident :: $trap:ident, $code:literal, by hand) => {
        Row {
            trap: &$family::$trap,
            example: include_str!(concat!("../../tests/traps/", $code, ".yaml")),
            fixed: Some(include_str!(concat!("../../tests/traps/fixed/", $code, ".yaml"))),
        }
    };
}

/// Every trap, by code.
pub(crate) static TRAPS: &[Row] = &[
    row!(shape::UNREADABLE, "P001"),
    row!(shape::VERSION, "P002", by hand),
    row!(references::DANGLING, "P003"),
    row!(references::EXTERNAL, "P004"),
    row!(references::UNNAMED_TARGET, "P005"),
    row!(references::CIRCLE, "P006"),
    row!(references::PATH_ITEM, "P007"),
    row!(shape::DROPPED_PATH, "P008"),
    row!(shape::DROPPED_STATUS, "P009"),
    row!(references::SIBLINGS, "P010"),
    row!(operations::NO_ID, "P101"),
    row!(operations::SAME_ID, "P102"),
    row!(operations::COLLIDING_IDS, "P103"),
    row!(operations::TAKEN_ID, "P104"),
    row!(paths::TEMPLATE, "P105"),
    row!(paths::UNDECLARED, "P106"),
    row!(paths::HOMELESS, "P107"),
    row!(paths::NOT_REQUIRED, "P108"),
    row!(parameters::SAME_NAME, "P109"),
    row!(parameters::COLLIDING, "P110"),
    row!(parameters::TAKEN, "P111"),
    row!(names::FIELDS, "P112"),
    row!(operations::METHOD, "P113"),
    row!(operations::NO_RESPONSE, "P114"),
    row!(names::TYPES, "P115"),
    row!(names::UNNAMED, "P116"),
    row!(responses::ONE_TYPE, "P201"),
    row!(responses::MIXED_SUCCESS, "P202"),
    row!(responses::MIXED_ERRORS, "P203"),
    row!(responses::RANGE, "P204"),
    row!(responses::SEVERAL_TYPES, "P205"),
    row!(responses::NO_SCHEMA, "P206"),
    row!(requests::ENCODING, "P207"),
    row!(responses::RAW_SUCCESS, "P208"),
    row!(responses::RAW_ERROR, "P209"),
    row!(responses::NO_SUCCESS, "P210"),
    row!(responses::IGNORED, "P211"),
    row!(requests::SEVERAL_TYPES, "P301"),
    row!(requests::UNKNOWN_TYPE, "P302"),
    row!(requests::NO_SCHEMA, "P303"),
    row!(requests::RAW_SCHEMA, "P304"),
    row!(requests::OPTIONAL, "P305"),
    row!(parameters::COOKIE, "P306"),
    row!(parameters::STYLE, "P307"),
    row!(parameters::CONTENT, "P308"),
    row!(parameters::JOINED, "P309"),
    row!(parameters::RESERVED_HEADER, "P310"),
    row!(parameters::NO_TEXT, "P311"),
    row!(parameters::OBJECT, "P312"),
    row!(paths::DOTS, "P314"),
    row!(requests::FILE, "P315"),
    row!(compose::SELF_ALL_OF, "P401"),
    row!(compose::NOT, "P402"),
    row!(enums::COLLIDING, "P403"),
    row!(enums::MIXED, "P404"),
    row!(enums::WRONG_KIND, "P405"),
    row!(compose::SCALARS, "P406"),
    row!(compose::BOTH, "P407"),
    row!(compose::EMPTY, "P408"),
    row!(kinds::UNKNOWN, "P409"),
    row!(kinds::EXCLUSIVE, "P410"),
    row!(kinds::PATTERN, "P411"),
    row!(defaults::DEFAULT, "P412"),
    row!(compose::CONTRADICTION, "P413"),
    row!(compose::UNDECLARED, "P414"),
    row!(enums::CLOSED, "P415"),
    row!(kinds::DISAGREEING, "P416"),
    row!(records::CLOSED, "P417"),
    row!(records::OPEN_REQUEST, "P418"),
    row!(compose::DISCRIMINATOR, "P419"),
    row!(one_way::READ_ONLY, "P420"),
    row!(records::STRICT_FORMAT, "P421"),
    row!(records::LIST, "P422"),
    row!(enums::UNRECOGNIZED, "P506"),
    row!(prose::DOCTEST, "P601"),
    row!(prose::MARKUP, "P602"),
    row!(style::NO_ERRORS, "W701"),
    row!(style::NO_SECURITY, "W702"),
    row!(style::NO_SUMMARY, "W703"),
    row!(style::UGLY, "W704"),
    row!(style::SECRET, "W705"),
];

/// Every check, in the order of its findings in the report; unreadable documents come first.
pub(super) const CHECKS: &[fn(&Document<'_>, &mut Findings<'_>)] = &[
    shape::find,
    references::find,
    references::find_siblings,
    operations::find,
    paths::find,
    parameters::find,
    requests::find,
    requests::find_encodings,
    responses::find,
    names::find,
    compose::find,
    enums::find,
    kinds::find,
    defaults::find,
    one_way::find,
    style::find,
];

/// The row of a code, however it is written.
pub(crate) fn row(code: &str) -> Option<&'static Row> {
    TRAPS.iter().find(|row| row.trap.code.eq_ignore_ascii_case(code))
}
