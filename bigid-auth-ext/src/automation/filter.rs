//! Filters for every list except the catalog and policies: a JSON array of conditions, all of which must hold.

use std::fmt;

use serde_json::{Value, json};

/// A filter for data sources, cases, users and other lists that take a JSON array.
///
/// ```
/// use bigid_auth_ext::automation::Filter;
///
/// let filter = Filter::new().equal("enabled", "yes").is_in("type", ["rdb-mysql", "s3-v2"]);
/// assert!(filter.as_ref().starts_with(r#"[{"field":"enabled","operator":"equal","value":"yes"},"#));
/// ```
///
/// A filter that you wrote yourself can be passed to the operation directly, as text. BigID refuses a value with a
/// double quote with 422 (observed by the authors of DataHub's connector), however it is escaped: filter by a part of
/// the value with [`contains`](Self::contains), and compare the results yourself.
#[derive(Clone, PartialEq, Eq)]
#[must_use = "a filter does nothing until a call is made with it"]
pub struct Filter {
    /// The conditions, as an array.
    text: String,
}

impl Default for Filter {
    fn default() -> Self {
        Self { text: "[]".to_owned() }
    }
}

impl Filter {
    /// A filter without conditions, which matches everything.
    pub fn new() -> Self {
        Self::default()
    }

    /// The field has the value.
    pub fn equal(self, field: &str, value: impl Into<Value>) -> Self {
        self.condition(field, "equal", value)
    }

    /// The field has one of the values. Without values, the condition matches nothing.
    pub fn is_in<V: Into<Value>>(self, field: &str, values: impl IntoIterator<Item = V>) -> Self {
        self.condition(field, "in", values.into_iter().map(Into::into).collect::<Vec<Value>>())
    }

    /// The field contains the text, ignoring case.
    pub fn contains(self, field: &str, text: impl Into<Value>) -> Self {
        self.condition(field, "contains", text)
    }

    /// A condition with an operator that has no method here.
    pub fn condition(mut self, field: &str, operator: &str, value: impl Into<Value>) -> Self {
        let condition = json!({"field": field, "operator": operator, "value": value.into()});
        self.text.pop();
        if self.text.len() > 1 {
            self.text.push(',');
        }
        self.text += &condition.to_string();
        self.text.push(']');
        self
    }
}

impl AsRef<str> for Filter {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({})", self.text)
    }
}

impl From<Filter> for String {
    fn from(filter: Filter) -> Self {
        filter.text
    }
}
