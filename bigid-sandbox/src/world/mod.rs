//! The one world that every operation reads and changes: data sources, their objects, the policies and cases about
//! those, and what works on them.

mod in_parts;

mod number_set;

mod sorting;

mod collection;
pub(crate) use collection::{Collection, Generate, NothingGenerated};

mod data_sources;
pub(crate) use data_sources::DataSources;

mod kind;
pub(crate) use kind::RecordKind;

mod objects;
pub(crate) use objects::{COLUMN, OBJECT, WIDTH};

mod cases;
pub(crate) use cases::{CASE, POLICY};

mod tags;
pub(crate) use tags::Tags;

mod scopes;
pub(crate) use scopes::{Scope, Scopes};

mod roles;
pub(crate) use roles::{Role, Roles};

mod findings;
pub(crate) use findings::{DEPTH, FINDING};

mod scans;
pub(crate) use scans::{Scan, Scans};

mod requests;
pub(crate) use requests::{DataRequests, RequestProfile};

mod minimization;
pub(crate) use minimization::Minimization;

mod apps;
pub(crate) use apps::Apps;

mod audit;
pub(crate) use audit::{Audit, Noted};

mod played;
pub(crate) use played::{FromSchema, Played, is_key};

mod state;
pub(crate) use state::World;
