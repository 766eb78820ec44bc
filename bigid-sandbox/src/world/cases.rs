//! Policies, and cases about objects that break them.

use serde_json::{Value, json};

use super::RecordKind;
use crate::data::{Facts, POLICIES, Policy};

pub(crate) static POLICY: RecordKind = RecordKind::new(
    "policy",
    "/compliance-rules",
    &[
        ("id", |facts, number| facts.id("policy", number).into()),
        ("name", |_, number| policy(number).name.into()),
        ("displayName", |_, number| policy(number).name.into()),
        ("description", |_, number| policy(number).description.into()),
        ("type", |_, number| policy(number).kind.into()),
        ("severity", |_, number| policy(number).severity.into()),
        ("owner", |facts, number| facts.person("policy", number, "owner").into()),
        ("is_enabled", |_, _| true.into()),
        (
            "complianceRuleCalc",
            |_, number| json!({"bigidQuery": format!("attribute = \"{}\"", policy(number).attribute), "maxFindings": "0"}),
        ),
    ],
);

pub(crate) static CASE: RecordKind = RecordKind::new(
    "case",
    "/actionable-insights/all-cases",
    &[
        ("_id", |facts, number| facts.id("case", number).into()),
        ("id", |facts, number| facts.id("case", number).into()),
        ("caseId", |facts, number| facts.id("case", number).into()),
        ("caseLabel", |facts, number| {
            let (object, policy) = facts.subject_of(number);
            format!("{}: {}", policy.name, facts.object_name(object)).into()
        }),
        ("caseStatus", status),
        ("caseType", |_, _| "policy".into()),
        ("severityLevel", |facts, number| facts.subject_of(number).1.severity.into()),
        ("compliance", |facts, number| facts.subject_of(number).1.compliance.into()),
        ("policyName", |facts, number| facts.subject_of(number).1.name.into()),
        ("policyDescription", |facts, number| facts.subject_of(number).1.description.into()),
        ("policyType", |facts, number| facts.subject_of(number).1.kind.into()),
        ("policyOwner", |facts, number| facts.person("policy", place(facts.subject_of(number).1), "owner").into()),
        ("dataSourceName", source),
        ("dataSourceDisplayName", source),
        ("dataSourceType", |facts, number| facts.sources.kind(facts.source_of(facts.subject_of(number).0)).into()),
        ("dataSourceOwner", |facts, number| facts.person("case", number, "owner").into()),
        ("fullyQualifiedName", |facts, number| facts.qualified_name(facts.subject_of(number).0).into()),
        ("numberOfAffectedObjects", |_, _| 1.into()),
        ("created_at", |facts, number| facts.moment("case", number, "created_at").into()),
        ("updated_at", |facts, number| facts.moment("case", number, "created_at").into()),
        ("assignee", |facts, number| match facts.random("case", number, "assignee").below(3) {
            0 => facts.person("case", number, "assignee").into(),
            _ => "".into(),
        }),
    ],
);

fn policy(number: usize) -> &'static Policy {
    &POLICIES[number % POLICIES.len()]
}

fn place(policy: &Policy) -> usize {
    POLICIES.iter().position(|one| one == policy).unwrap_or_default()
}

fn source(facts: &Facts, number: usize) -> Value {
    facts.sources.name(facts.source_of(facts.subject_of(number).0)).into()
}

/// Three cases in four are open.
fn status(facts: &Facts, number: usize) -> Value {
    match facts.random("case", number, "caseStatus").below(8) {
        0 => "resolved".into(),
        1 => "acknowledged".into(),
        _ => "open".into(),
    }
}
