//! The order of a list, in the forms that servers accept.

use serde_json::json;

/// The fields that a list is sorted by, most significant first.
///
/// ```
/// use bigid_auth_ext::automation::Sort;
///
/// let sort = Sort::by("updated_at").descending().then("name");
/// assert_eq!(sort.with_order(), r#"[{"field":"updated_at","order":"desc"},{"field":"name","order":"asc"}]"#);
/// assert_eq!(sort.with_desc(), r#"[{"desc":true,"field":"updated_at"},{"desc":false,"field":"name"}]"#);
/// ```
///
/// The form is known for only a few operations: `order` for data sources and data minimization, `desc` for cases.
/// Lists read with `records()` are requested in a stable order without this, where one is known.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a sort does nothing until a call is made with it"]
pub struct Sort(Vec<(String, bool)>);

impl Sort {
    /// Sorts by a field, in ascending order.
    pub fn by(field: impl Into<String>) -> Self {
        Self(vec![(field.into(), false)])
    }

    /// Sorts by another field within equal values of the previous ones, in ascending order.
    pub fn then(mut self, field: impl Into<String>) -> Self {
        self.0.push((field.into(), false));
        self
    }

    /// Makes the order of the last field descending.
    pub fn descending(mut self) -> Self {
        if let Some((_, descending)) = self.0.last_mut() {
            *descending = true;
        }
        self
    }

    /// The JSON form with `order`, which is `asc` or `desc`.
    #[must_use]
    pub fn with_order(&self) -> String {
        let word = |descending: bool| if descending { "desc" } else { "asc" };
        self.json(|field, descending| json!({"field": field, "order": word(descending)}))
    }

    /// The JSON form with `desc`, which is a boolean.
    #[must_use]
    pub fn with_desc(&self) -> String {
        self.json(|field, descending| json!({"field": field, "desc": descending}))
    }

    fn json(&self, key: impl Fn(&str, bool) -> serde_json::Value) -> String {
        self.0.iter().map(|(field, descending)| key(field, *descending)).collect::<serde_json::Value>().to_string()
    }
}
