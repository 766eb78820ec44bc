//! Tasks that take more than a single call: filters, waiting, the audit log, changes, onboarding.
//!
//! Everything here is small and built on the generated operations. `docs/use-cases.md` in the
//! repository has each of the seventeen things that public programs do with BigID.
//!
//! - Filters: [`bql`] for the catalog and policies, [`Filter`] and [`Sort`] for the other lists.
//! - [`Wait`]: waits for a scan, a report or a minimization, even across restarts.
//! - [`AuditLine`] and [`AuditCheckpoint`]: the lines of the audit log that are new since the last read.
//! - [`NewObjects`]: the sensitive objects that are new since a point in time.
//! - [`Onboarding`]: many data sources from records; idempotent.
//! - [`CaseUpdate`]: bulk updates of cases, with a result for each.
//! - [`WhoAmI`]: the user of a token, its permissions, and its remaining lifetime.

pub mod bql;

mod filter;
pub use filter::Filter;

mod sort;
pub use sort::Sort;

mod wait;
pub use wait::{
    InvalidTicket, MAX_POLL_INTERVAL, POLL_INTERVAL, Started, WAIT_DEADLINE, Wait, WaitError, WaitProgress, WaitTarget,
    WaitTicket, Watch,
};

mod checkpoint_error;
pub use checkpoint_error::InvalidCheckpoint;

mod audit;
pub use audit::{AuditBatch, AuditCheckpoint, AuditLine, AuditRecord, MAX_AUDIT_LINE, REMEMBERED_LINES};

mod changes;
pub use changes::{NewObjects, ObjectCheckpoint, SCAN_OVERLAP};

mod concurrent;

mod data_sources;
pub use data_sources::{ONBOARDING_CONCURRENCY, Onboarded, Onboarding, OnboardingOutcome};

mod cases;
pub use cases::{CASE_CONCURRENCY, CaseBatch, CaseUpdate, FILTER_VALUES_PER_CALL, UpdatedCase};

mod who_am_i;
pub use who_am_i::WhoAmI;

mod digest;

mod iso;

mod value;
