//! What programs do with BigID beyond a single call: waiting, the audit log, changes, onboarding.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "automation/setup.rs"]
mod setup;

#[path = "automation/waiting.rs"]
mod waiting;

#[path = "automation/audit_log.rs"]
mod audit_log;

#[path = "automation/changes.rs"]
mod changes;

#[path = "automation/data_sources.rs"]
mod data_sources;

#[path = "automation/preflight.rs"]
mod preflight;
