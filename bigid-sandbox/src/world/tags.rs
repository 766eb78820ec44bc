//! Tags and their values. Of an exclusive tag, an object has one value at most.

use crate::data::Facts;
use serde_json::{Value, json};

/// A tag, or one of its values.
#[derive(Clone, Debug)]
pub(crate) struct Tag {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    /// The tag that this is a value of.
    pub(crate) parent: Option<String>,
    pub(crate) is_mutually_exclusive: bool,
}

impl Tag {
    pub(crate) fn record(&self) -> Value {
        json!({
            "_id": self.id,
            "id": self.id,
            "name": self.name,
            "type": if self.parent.is_some() { "VALUE" } else { "TAG" },
            "description": self.description,
            "parent_id": self.parent,
            "is_mutually_exclusive": self.is_mutually_exclusive,
            "properties": {"applicationType": "", "hidden": false},
        })
    }
}

/// Every tag and every value.
pub(crate) struct Tags {
    all: Vec<Tag>,
    made: usize,
}

impl Tags {
    pub(crate) fn new(facts: &Facts) -> Self {
        let mut tags = Self { all: Vec::new(), made: 0 };
        for (name, exclusive, values) in INITIAL {
            let parent = tags.add(facts, name, "", None, *exclusive);
            for value in *values {
                tags.add(facts, value, "", Some(parent.clone()), false);
            }
        }
        tags
    }

    /// Adds a tag, or a value of one, and returns its identifier.
    pub(crate) fn add(
        &mut self,
        facts: &Facts,
        name: &str,
        description: &str,
        parent: Option<String>,
        is_mutually_exclusive: bool,
    ) -> String {
        self.made += 1;
        let id = facts.id("tag", self.made);
        let (name, description) = (name.to_owned(), description.to_owned());
        self.all.push(Tag { id: id.clone(), name, description, parent, is_mutually_exclusive });
        id
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Tag> {
        self.all.iter()
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Tag> {
        self.all.iter().find(|tag| tag.id == id)
    }

    pub(crate) fn find_mut(&mut self, id: &str) -> Option<&mut Tag> {
        self.all.iter_mut().find(|tag| tag.id == id)
    }

    /// Removes a tag with its values, and returns how many were removed.
    pub(crate) fn remove(&mut self, id: &str) -> usize {
        let before = self.all.len();
        self.all.retain(|tag| tag.id != id && tag.parent.as_deref() != Some(id));
        before - self.all.len()
    }

    /// Every value with its tag, as an assignment names them.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = Value> {
        self.all.iter().filter_map(|value| self.pair(value.parent.as_deref()?, &value.id))
    }

    /// A tag and one of its values as objects carry them.
    pub(crate) fn pair(&self, tag: &str, value: &str) -> Option<Value> {
        let tag = self.find(tag)?;
        let value = self.find(value).filter(|value| value.parent.as_ref() == Some(&tag.id))?;
        Some(json!({
            "tagId": tag.id,
            "tagName": tag.name,
            "valueId": value.id,
            "tagValue": value.name,
            "tagType": "OBJECT",
            "isMutuallyExclusive": tag.is_mutually_exclusive,
            "is_mutually_exclusive": tag.is_mutually_exclusive,
            "properties": {"applicationType": "", "hidden": false},
        }))
    }
}

/// Name, whether an object has one value at most, and the values.
const INITIAL: &[(&str, bool, &[&str])] = &[
    ("Sensitivity", true, &["Public", "Internal", "Confidential"]),
    ("Region", false, &["North", "South"]),
    ("Retention", true, &["One year", "Ten years"]),
    ("Reviewed", false, &["Yes"]),
];
