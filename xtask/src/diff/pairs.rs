//! Pairs the parts of two contracts, including those whose names have changed.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Field, Model, Operation, Parameter, SchemaKind, Type};

/// Two contracts, part by part.
pub(super) struct Pairs<'a> {
    pub(super) old: &'a Model,
    pub(super) new: &'a Model,
    /// Operations in the order of the newer contract; those that were removed come last.
    pub(super) operations: Vec<(Option<&'a Operation>, Option<&'a Operation>)>,
    /// The new name of each schema that was renamed, by its old one.
    renamed: BTreeMap<String, String>,
}

impl<'a> Pairs<'a> {
    pub(super) fn new(old: &'a Model, new: &'a Model) -> Self {
        let operations = operations(old, new);
        let mut pairs = Self { old, new, operations, renamed: BTreeMap::new() };
        pairs.find_renamed_schemas();
        pairs
    }

    /// The name in the newer contract of a schema of the older one.
    pub(super) fn schema<'n>(&'n self, old: &'n str) -> &'n str {
        self.renamed.get(old).map_or(old, String::as_str)
    }

    /// The name in the older contract of a schema of the newer one.
    pub(super) fn old_schema<'n>(&'n self, new: &'n str) -> &'n str {
        self.renamed.iter().find(|(_, name)| *name == new).map_or(new, |(old, _)| old)
    }

    /// The id in the newer contract of an operation of the older one.
    pub(super) fn operation<'n>(&'n self, old: &'n str) -> &'n str {
        let pair = self.operations.iter().find(|(before, _)| before.is_some_and(|before| before.id == old));
        pair.and_then(|(_, after)| *after).map_or(old, |after| after.id.as_str())
    }

    /// A type of the older contract with the names of the newer one.
    pub(super) fn ty(&self, old: &Type) -> Type {
        match old {
            Type::Array(inner) => Type::Array(Box::new(self.ty(inner))),
            Type::Map(inner) => Type::Map(Box::new(self.ty(inner))),
            Type::Named(name) => Type::Named(self.schema(name).to_owned()),
            other => other.clone(),
        }
    }

    /// The fields of two records. A removed and an added field are the same field if they differ only in their names.
    pub(super) fn fields<'f>(&self, old: &'f [Field], new: &'f [Field]) -> Vec<(Option<&'f Field>, Option<&'f Field>)> {
        join(
            old,
            new,
            |field| field.wire.as_str(),
            |one, other| {
                self.ty(&one.ty) == other.ty
                    && (one.nullable, &one.bounds, &one.default) == (other.nullable, &other.bounds, &other.default)
                    && is_renamed(
                        (&one.wire, &one.description, &one.rust),
                        (&other.wire, &other.description, &other.rust),
                    )
            },
        )
    }

    /// The parameters of two operations, likewise.
    pub(super) fn parameters<'p>(
        &self,
        old: &'p [Parameter],
        new: &'p [Parameter],
    ) -> Vec<(Option<&'p Parameter>, Option<&'p Parameter>)> {
        join(
            old,
            new,
            |given| (given.location as u8, given.name.as_str()),
            |one, other| {
                if one.location != other.location {
                    return one.name == other.name;
                }
                one.ty == other.ty
                    && (&one.values, &one.bounds, &one.default) == (&other.values, &other.bounds, &other.default)
                    && is_renamed(
                        (&one.name, &one.description, &one.rust),
                        (&other.name, &other.description, &other.rust),
                    )
            },
        )
    }

    /// A removed and an added schema are the same schema if the same part of the contract refers to them.
    fn find_renamed_schemas(&mut self) {
        let (old, new) = (self.old, self.new);
        let mut open: Vec<(&Type, &Type)> = Vec::new();
        for (before, after) in &self.operations {
            let (Some(before), Some(after)) = (before, after) else { continue };
            open.extend(before.body.iter().zip(&after.body).map(|(before, after)| (&before.ty, &after.ty)));
            for response in &before.responses {
                let same = after.responses.iter().find(|other| other.status == response.status);
                open.extend(response.json().zip(same.and_then(|same| same.json())));
            }
        }
        for (name, schema) in &old.schemas {
            let Some(same) = new.schemas.get(name) else { continue };
            open.extend(inner(&schema.kind, &same.kind));
        }
        let mut taken = BTreeSet::new();
        while let Some((before, after)) = open.pop() {
            let (Type::Named(before), Type::Named(after)) = (before.innermost(), after.innermost()) else { continue };
            if before == after || new.schemas.contains_key(before) || old.schemas.contains_key(after) {
                continue;
            }
            let (Some(one), Some(other)) = (old.schemas.get(before), new.schemas.get(after)) else { continue };
            let is_alike = std::mem::discriminant(&one.kind) == std::mem::discriminant(&other.kind);
            if is_alike && !self.renamed.contains_key(before) && taken.insert(after.clone()) {
                self.renamed.insert(before.clone(), after.clone());
                open.extend(inner(&one.kind, &other.kind));
            }
        }
    }
}

/// The types directly inside two schemas that both have them in the same position.
fn inner<'a>(old: &'a SchemaKind, new: &'a SchemaKind) -> Vec<(&'a Type, &'a Type)> {
    match (old, new) {
        (SchemaKind::Record(old), SchemaKind::Record(new)) => {
            old.fields.iter().filter_map(|field| Some((&field.ty, &new.field(&field.wire)?.ty))).collect()
        }
        (SchemaKind::Map(old), SchemaKind::Map(new)) => vec![(old, new)],
        _ => Vec::new(),
    }
}

/// By id; the rest by method and path.
fn operations<'a>(old: &'a Model, new: &'a Model) -> Vec<(Option<&'a Operation>, Option<&'a Operation>)> {
    let by_path = |operation: &Operation| {
        old.operations.iter().find(|before| {
            new.operation(&before.id).is_none()
                && before.method == operation.method
                && before.path.shape() == operation.path.shape()
        })
    };
    let mut pairs: Vec<_> = new
        .operations
        .iter()
        .map(|operation| (old.operation(&operation.id).or_else(|| by_path(operation)), Some(operation)))
        .collect();
    let gone = old.operations.iter().filter(|operation| {
        !pairs.iter().any(|(before, _)| before.is_some_and(|before| std::ptr::eq(before, *operation)))
    });
    let gone: Vec<_> = gone.map(|operation| (Some(operation), None)).collect();
    pairs.extend(gone);
    pairs
}

/// Pairs two lists by name, then by similarity; an ambiguous similarity does not count.
fn join<'a, T, N: PartialEq>(
    old: &'a [T],
    new: &'a [T],
    name: impl Fn(&'a T) -> N,
    is_alike: impl Fn(&T, &T) -> bool,
) -> Vec<(Option<&'a T>, Option<&'a T>)> {
    let gone: Vec<&T> = old.iter().filter(|one| !new.iter().any(|other| name(other) == name(one))).collect();
    let come: Vec<&T> = new.iter().filter(|one| !old.iter().any(|other| name(other) == name(one))).collect();
    let only = |list: &[&'a T], like: &dyn Fn(&T) -> bool| -> Option<&'a T> {
        let mut alike = list.iter().filter(|one| like(one));
        alike.next().filter(|_| alike.next().is_none()).copied()
    };
    let renamed = |came: &'a T| {
        let went = only(&gone, &|one| is_alike(one, came))?;
        only(&come, &|other| is_alike(went, other)).map(|_| went)
    };
    let mut pairs: Vec<(Option<&T>, Option<&T>)> = Vec::new();
    for one in new {
        let same = old.iter().find(|other| name(other) == name(one));
        pairs.push((same.or_else(|| renamed(one)), Some(one)));
    }
    let lost = gone.iter().filter(|one| !pairs.iter().any(|(old, _)| old.is_some_and(|old| std::ptr::eq(old, **one))));
    let lost: Vec<_> = lost.map(|one| (Some(*one), None)).collect();
    pairs.extend(lost);
    pairs
}

/// The name on the wire, the description, and the name in Rust.
type Named<'a> = (&'a str, &'a str, &'a str);

/// Whether two names denote the same thing: its description is the same, or its name in Rust is the same or similar.
fn is_renamed(old: Named<'_>, new: Named<'_>) -> bool {
    let is_close = strsim::normalized_damerau_levenshtein(&old.0.to_lowercase(), &new.0.to_lowercase()) >= 0.6;
    (!old.1.is_empty() && old.1 == new.1) || old.2 == new.2 || is_close
}
