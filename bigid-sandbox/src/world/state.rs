//! The world, and what changes in one place because something changed in another.
//!
//! This file is long because each effect of a change is one method of the world.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::objects::WIDTH;
use super::{
    Apps, Audit, CASE, COLUMN, Collection, DEPTH, DataRequests, FINDING, Generate, Minimization, Noted, OBJECT, POLICY,
    Played, Roles, Scan, Scans, Scopes, Tags,
};
use crate::calendar;
use crate::data::{Facts, POLICIES};
use crate::query::{Fields as _, Listing};
use crate::record::Record;
use crate::world::DataSources;

pub(crate) struct World {
    pub(crate) facts: Facts,
    pub(crate) data_sources: DataSources,
    objects: Collection,
    cases: Collection,
    policies: Collection,
    columns: Collection,
    findings: Collection,
    pub(crate) tags: Tags,
    pub(crate) scopes: Scopes,
    pub(crate) roles: Roles,
    pub(crate) saved_queries: Vec<Arc<Record>>,
    /// How many saved queries there ever were.
    pub(crate) queries_made: usize,
    pub(crate) scans: Scans,
    pub(crate) requests: DataRequests,
    pub(crate) minimization: Minimization,
    pub(crate) audit: Audit,
    pub(crate) played: Played,
    /// The stored values, by app and key.
    pub(crate) storage: BTreeMap<String, BTreeMap<String, Value>>,
    pub(crate) apps: Apps,
}

impl World {
    pub(crate) fn new(facts: Facts, data_sources: DataSources, permissions: &[String]) -> Self {
        Self {
            objects: Collection::new(facts.sizes.catalog_objects),
            cases: Collection::new(facts.sizes.cases),
            policies: Collection::new(POLICIES.len()),
            columns: Collection::new(facts.sizes.catalog_objects.saturating_mul(WIDTH)),
            findings: Collection::new(facts.sizes.catalog_objects.saturating_mul(DEPTH)),
            tags: Tags::new(&facts),
            scopes: Scopes::new(&facts),
            roles: Roles::new(permissions),
            saved_queries: Vec::new(),
            queries_made: 0,
            scans: Scans::default(),
            requests: DataRequests::new(),
            minimization: Minimization::default(),
            audit: Audit::default(),
            played: Played::default(),
            storage: BTreeMap::new(),
            apps: Apps::default(),
            facts,
            data_sources,
        }
    }

    /// Calls a function with the objects, without those of deleted data sources.
    pub(crate) fn with_objects<T>(&self, act: impl FnOnce(&Collection, &dyn Generate) -> T) -> T {
        let exists = |number: usize| self.has_object(number);
        let shaped = OBJECT.shaped(&self.facts);
        match self.data_sources.is_whole() {
            true => act(&self.objects, &shaped),
            false => act(&self.objects, &shaped.existing_if(&exists)),
        }
    }

    /// Calls a function with the objects of a data source, in the order in which they were made.
    pub(crate) fn with_objects_of<T>(
        &self,
        source: &str,
        act: impl FnOnce(&mut dyn Iterator<Item = usize>, &Collection, &dyn Generate) -> T,
    ) -> T {
        let number = self.data_sources.number_of(source);
        let generated = number.into_iter().flat_map(|number| self.facts.objects_of(number));
        self.with_objects(|objects, generator| {
            let is_of =
                |number: &usize| objects.row(*number, generator).field("source").is_some_and(|name| *name == *source);
            let added = objects.added().filter(|_| number.is_some()).filter(is_of);
            act(&mut generated.filter(|number| objects.has(*number)).chain(added), objects, generator)
        })
    }

    /// Whether a generated object is in an existing data source. Those that were added go with their data source.
    fn has_object(&self, number: usize) -> bool {
        number >= self.facts.sizes.catalog_objects || self.data_sources.has_generated(self.facts.source_of(number))
    }

    pub(crate) fn with_cases<T>(&self, act: impl FnOnce(&Collection, &dyn Generate) -> T) -> T {
        let exists = |number: usize| {
            if number >= self.facts.sizes.cases {
                return true;
            }
            let (object, policy) = self.facts.subject_of(number);
            let place = POLICIES.iter().position(|one| one == policy).unwrap_or_default();
            self.has_object(object) && self.policies.has(place)
        };
        let shaped = CASE.shaped(&self.facts);
        match self.data_sources.is_whole() && self.policies.is_whole() {
            true => act(&self.cases, &shaped),
            false => act(&self.cases, &shaped.existing_if(&exists)),
        }
    }

    pub(crate) fn with_policies<T>(&self, act: impl FnOnce(&Collection, &dyn Generate) -> T) -> T {
        act(&self.policies, &POLICY.shaped(&self.facts))
    }

    pub(crate) fn with_columns<T>(&self, act: impl FnOnce(&Collection, &dyn Generate) -> T) -> T {
        let exists = |number: usize| {
            let object = number / WIDTH;
            self.has_object(object) && number % WIDTH < 4 + self.facts.attributes_of(object).len()
        };
        act(&self.columns, &COLUMN.shaped(&self.facts).existing_if(&exists))
    }

    /// Calls a function with the findings, an attribute of an object each.
    pub(crate) fn with_findings<T>(&self, act: impl FnOnce(&Collection, &dyn Generate) -> T) -> T {
        let exists = |number: usize| {
            let object = number / DEPTH;
            object >= self.facts.sizes.catalog_objects
                || (self.has_object(object) && number % DEPTH < self.facts.attributes_of(object).len())
        };
        act(&self.findings, &FINDING.shaped(&self.facts).existing_if(&exists))
    }

    pub(crate) fn objects(&self, listing: &Listing) -> (Vec<Arc<Record>>, usize) {
        self.with_objects(|objects, generator| objects.list(listing, generator, None))
    }

    /// The object of that qualified name or identifier, and its number.
    pub(crate) fn object(&self, name: &str) -> Option<(usize, Arc<Record>)> {
        let generated = self.facts.object_of(name).or_else(|| {
            self.facts.number_in("object", name).filter(|number| *number < self.facts.sizes.catalog_objects)
        });
        self.with_objects(|objects, generator| {
            let is_it = |record: &Record| {
                ["fullyQualifiedName", "id", "fullObjectName"].iter().any(|field| record.text(field) == Some(name))
            };
            let added =
                || objects.added().find(|number| objects.get(*number, generator).is_some_and(|one| is_it(&one)));
            let number = generated.or_else(added)?;
            Some((number, objects.get(number, generator)?))
        })
    }

    pub(crate) fn change_object(&mut self, number: usize, record: Record) {
        self.objects.replace(number, record);
    }

    /// Adds a tag and its value where they are not there yet.
    pub(crate) fn ensure_tag(&mut self, tag: &str, value: &str) {
        let id = |tags: &Tags, name: &str, parent: Option<&str>| {
            tags.iter().find(|one| one.name == name && one.parent.as_deref() == parent).map(|one| one.id.clone())
        };
        let parent = id(&self.tags, tag, None).unwrap_or_else(|| self.tags.add(&self.facts, tag, "", None, false));
        if id(&self.tags, value, Some(&parent)).is_none() {
            self.tags.add(&self.facts, value, "", Some(parent), false);
        }
    }

    /// The case of that identifier, and its number.
    pub(crate) fn case(&self, id: &str) -> Option<(usize, Arc<Record>)> {
        let generated = self.facts.number_in("case", id);
        self.with_cases(|cases, generator| {
            let number = generated?;
            Some((number, cases.get(number, generator)?))
        })
    }

    pub(crate) fn change_case(&mut self, number: usize, record: Record) {
        self.cases.replace(number, record);
    }

    pub(crate) fn policies(&mut self) -> &mut Collection {
        &mut self.policies
    }

    /// The policy of that identifier, and its number.
    pub(crate) fn policy(&self, id: &str) -> Option<(usize, Arc<Record>)> {
        self.with_policies(|policies, generator| {
            let number = policies.find(&["id", "_id"], id, generator)?;
            Some((number, policies.get(number, generator)?))
        })
    }

    /// Deletes the added objects, cases and findings of a data source.
    pub(crate) fn forget_data_source(&mut self, name: &str) {
        let of_source = |collection: &Collection, generator: &dyn Generate, field: &str| -> Vec<usize> {
            let is_of = |number: &usize| {
                collection.get(*number, generator).is_some_and(|record| record.text(field) == Some(name))
            };
            collection.added().filter(is_of).collect()
        };
        let objects = self.with_objects(|objects, generator| of_source(objects, generator, "source"));
        let cases = self.with_cases(|cases, generator| of_source(cases, generator, "dataSourceName"));
        objects.into_iter().for_each(|number| self.objects.remove(number));
        let findings = self.with_findings(|findings, generator| of_source(findings, generator, "source"));
        cases.into_iter().for_each(|number| self.cases.remove(number));
        findings.into_iter().for_each(|number| self.findings.remove(number));
        self.scopes.forget_data_source(name);
    }

    /// Adds what finished scans have found.
    pub(crate) fn settle(&mut self, now_ms: i64) {
        for scan in self.scans.unsettled(now_ms) {
            let found = self.settle_scan(&scan);
            for one in self.scans.iter_mut().filter(|one| one.id == scan.id) {
                one.is_settled = true;
                one.found = found;
            }
        }
    }

    /// A scan that succeeds finds one object more in each data source, and a case about it.
    fn settle_scan(&mut self, scan: &Scan) -> usize {
        let end_ms = scan.created_ms.saturating_add(super::scans::QUEUED_MS + super::scans::RUNNING_MS);
        let mut found = 0;
        for source in &scan.sources {
            let Some(record) = self.data_sources.find(source) else { continue };
            let status = json!({"is_success": !scan.fails, "last_connection": calendar::iso(end_ms)});
            self.data_sources.note(
                source,
                vec![
                    ("last_scan_at".to_owned(), end_ms.into()),
                    ("scan_is_success".to_owned(), (!scan.fails).into()),
                    ("scan_timestamp".to_owned(), calendar::iso(end_ms).into()),
                    ("last_sub_scan_id".to_owned(), scan.id.as_str().into()),
                    ("connectionStatusScan".to_owned(), status),
                ],
            );
            if !scan.fails {
                self.add_finding(source, record.text("type").unwrap_or_default(), &scan.id, end_ms);
                found += 1;
            }
        }
        let action = if scan.fails { "scan failed" } else { "scan completed" };
        let noted = Noted { user: "scanner", action, endpoint: "", resource: &scan.name, agent: "" };
        self.audit.note(end_ms, &noted);
        found
    }

    /// Adds an object that breaks a policy, what was found in it, and the case about it.
    fn add_finding(&mut self, source: &str, kind: &str, scan: &str, now_ms: i64) {
        let number = self.objects.next();
        let added = number - self.facts.sizes.catalog_objects;
        // What is found in it is what is found in one of the generated objects.
        let model = (0..1_000).map(|step| added + step).find(|model| !self.facts.policies_of(*model).is_empty());
        let (model, now) = (model.unwrap_or_default(), calendar::iso(now_ms));
        let name = format!("found_{number:06}");
        let qualified = format!("{source}.scan.{name}");
        let set = |name: &str, value: Value| (name.to_owned(), Some(value));
        let object = OBJECT.shaped(&self.facts).record(model).merged([
            set("id", self.facts.id("object", number).into()),
            set("fullyQualifiedName", qualified.as_str().into()),
            set("fullObjectName", qualified.as_str().into()),
            set("objectName", name.as_str().into()),
            set("containerName", "scan".into()),
            set("source", source.into()),
            set("system", source.into()),
            set("type", kind.into()),
            set("scanDate", now.as_str().into()),
            set("last_scanned", now.as_str().into()),
            set("created_date", now.as_str().into()),
            set("modified_date", now.as_str().into()),
            set("scanId", scan.into()),
        ]);
        self.objects.add(object);
        for place in 0..self.facts.attributes_of(model).len() {
            let id = self.facts.id("finding", self.findings.next());
            let finding = FINDING.shaped(&self.facts).record(model * DEPTH + place).merged([
                set("_id", id.as_str().into()),
                set("id", id.into()),
                set("source", source.into()),
                set("fullCollectionName", qualified.as_str().into()),
                set("scanner_type", kind.into()),
                set("scan_id", scan.into()),
                set("detected_at", now.as_str().into()),
                set(
                    "data_link",
                    json!({
                        "dataLinkType": kind,
                        "dataSourceName": source,
                        "containerName": "scan",
                        "objectName": name,
                        "fullCollectionName": qualified,
                    }),
                ),
            ]);
            self.findings.add(finding);
        }
        let Some(policy) = self.facts.policies_of(model).first().copied() else { return };
        let number = self.cases.next();
        let id = self.facts.id("case", number);
        let case = CASE.shaped(&self.facts).record(0).merged([
            set("_id", id.as_str().into()),
            set("id", id.as_str().into()),
            set("caseId", id.as_str().into()),
            set("caseLabel", format!("{}: {name}", policy.name).into()),
            set("caseStatus", "open".into()),
            set("severityLevel", policy.severity.into()),
            set("compliance", policy.compliance.into()),
            set("policyName", policy.name.into()),
            set("policyDescription", policy.description.into()),
            set("policyType", policy.kind.into()),
            set("dataSourceName", source.into()),
            set("dataSourceDisplayName", source.into()),
            set("dataSourceType", kind.into()),
            set("fullyQualifiedName", qualified.into()),
            set("created_at", now.as_str().into()),
            set("updated_at", now.into()),
            set("assignee", "".into()),
        ]);
        self.cases.add(case);
    }
}
