//! The generated data: the fields and values of data sources, and the facts about everything else.

mod fields;

mod kinds;
pub(crate) use kinds::{cast, is_cleared_by_null};

mod names;

mod newer;

mod layout;

mod generator;
pub(crate) use generator::Generator;

mod words;
pub(crate) use words::{ATTRIBUTES, Attribute, PLAIN_COLUMNS, POLICIES, Policy, ROLES};

mod facts;
pub(crate) use facts::{Facts, Sizes};
