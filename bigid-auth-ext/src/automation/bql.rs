//! Filters in BigID's query language, for the catalog and policies.
//!
//! ```
//! use bigid_auth_ext::automation::bql;
//!
//! let filter = bql::field("system").eq("Orders \"North\"").and(bql::field("total_pii_count").gt(0));
//! assert_eq!(filter.as_str(), r#"system = 'Orders "North"' AND total_pii_count > 0"#);
//! ```
//!
//! Pass it to any operation that takes a filter: `client.list_catalog().filter(filter)`. [`Bql::raw`] takes a filter
//! that you wrote yourself. Values and names are escaped, so none of them can change the meaning of a filter. A name
//! that cannot be written in the language is quoted, and the server refuses it with 422.
//!
//! The language has no published grammar. The precedence (`NOT`, then `AND`, then `OR`) and the escapes (`\"`, `\\`,
//! `\n`, `\t`) used here are those that the sandbox reads, and nothing more is certain; comparisons, `IN`, `AND`,
//! `past()` and `to_date()` are what BigID's own programs send.

use std::fmt;

pub use super::value::BqlValue;
use super::value::quoted;

/// Starts a condition on a field such as `system` or `catalog_tag.Data Owner`. Dots separate the parts of a name.
pub fn field(name: impl AsRef<str>) -> Field {
    let parts = name.as_ref().split('.').enumerate();
    let parts: Vec<String> =
        parts.map(|(place, part)| if is_plain(part, place == 0) { part.to_owned() } else { quoted(part) }).collect();
    Field(parts.join("."))
}

/// Combines conditions with `AND`. Without any, the filter is empty and matches everything.
pub fn all(conditions: impl IntoIterator<Item = Bql>) -> Bql {
    joined(conditions, Join::And)
}

/// Combines conditions with `OR`. Without any, the filter matches nothing.
pub fn any(conditions: impl IntoIterator<Item = Bql>) -> Bql {
    let mut conditions = conditions.into_iter().peekable();
    if conditions.peek().is_none() { nothing("id") } else { joined(conditions, Join::Or) }
}

/// A field, before it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a field alone is not a condition"]
pub struct Field(String);

impl Field {
    /// The field has the value. A field with several values has one that equals it.
    pub fn eq(self, value: impl Into<BqlValue>) -> Bql {
        self.compared("=", value.into())
    }

    /// The field does not have the value.
    pub fn ne(self, value: impl Into<BqlValue>) -> Bql {
        self.compared("!=", value.into())
    }

    /// The field is less than the value, or before the moment.
    pub fn lt(self, value: impl Into<BqlValue>) -> Bql {
        self.compared("<", value.into())
    }

    /// The field is at most the value.
    pub fn le(self, value: impl Into<BqlValue>) -> Bql {
        self.compared("<=", value.into())
    }

    /// The field is greater than the value, or after the moment.
    pub fn gt(self, value: impl Into<BqlValue>) -> Bql {
        self.compared(">", value.into())
    }

    /// The field is at least the value.
    pub fn ge(self, value: impl Into<BqlValue>) -> Bql {
        self.compared(">=", value.into())
    }

    /// The field has one of the values. Without values, the condition matches nothing.
    pub fn is_in<V: Into<BqlValue>>(self, values: impl IntoIterator<Item = V>) -> Bql {
        let values: Vec<String> = values.into_iter().map(|value| value.into().0).collect();
        if values.is_empty() {
            return nothing(&self.0);
        }
        Bql::new(format!("{} IN ({})", self.0, values.join(", ")), Join::None)
    }

    /// The field has none of the values.
    pub fn not_in<V: Into<BqlValue>>(self, values: impl IntoIterator<Item = V>) -> Bql {
        self.is_in(values).not()
    }

    /// The text of the field contains this text.
    pub fn contains(self, text: impl AsRef<str>) -> Bql {
        self.compared("CONTAINS", text.as_ref().into())
    }

    fn compared(self, operator: &str, value: BqlValue) -> Bql {
        Bql::new(format!("{} {operator} {}", self.0, value.0), Join::None)
    }
}

/// A filter in BigID's query language.
#[derive(Clone, PartialEq, Eq)]
#[must_use = "a filter does nothing until a call is made with it"]
pub struct Bql {
    text: String,
    join: Join,
}

/// The outermost operator of a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Join {
    /// None: a single condition, which binds tighter than any operator.
    None,
    And,
    Or,
    /// Unknown, because the text was not built here: it is always parenthesized.
    Unknown,
}

impl Bql {
    /// A filter that you wrote yourself, with its values quoted. Within a larger filter it is parenthesized.
    pub fn raw(text: impl Into<String>) -> Self {
        Self::new(text.into(), Join::Unknown)
    }

    fn new(text: String, join: Join) -> Self {
        Self { text, join }
    }

    /// Both conditions.
    pub fn and(self, other: Self) -> Self {
        all([self, other])
    }

    /// One of the conditions, or both.
    pub fn or(self, other: Self) -> Self {
        any([self, other])
    }

    /// Negates the condition. The negation of an empty filter matches nothing.
    #[allow(clippy::should_implement_trait, reason = "a filter reads from left to right: `field.eq(1).not()`")]
    pub fn not(self) -> Self {
        if self.text.trim().is_empty() { nothing("id") } else { Self::new(format!("NOT ({})", self.text), Join::None) }
    }

    /// The filter as text, as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The filter as an operand of this operator.
    fn within(self, join: Join) -> String {
        if self.join == Join::None || self.join == join { self.text } else { format!("({})", self.text) }
    }
}

/// Empty filters match everything: `AND` omits them, and `OR` with one of them is empty as well.
fn joined(conditions: impl IntoIterator<Item = Bql>, join: Join) -> Bql {
    let mut parts: Vec<Bql> = Vec::new();
    for condition in conditions {
        match (condition.text.trim().is_empty(), join) {
            (true, Join::Or) => return condition,
            (true, _) => {}
            (false, _) => parts.push(condition),
        }
    }
    if parts.len() < 2 {
        return parts.pop().unwrap_or_else(|| Bql::new(String::new(), Join::None));
    }
    let parts: Vec<String> = parts.into_iter().map(|part| part.within(join)).collect();
    Bql::new(parts.join(if join == Join::Or { " OR " } else { " AND " }), join)
}

/// A condition that never holds. The language has no literal for it.
fn nothing(field: &str) -> Bql {
    Bql::new(format!("{field} = null AND NOT ({field} = null)"), Join::And)
}

/// Whether a part of a name needs no quotes. Keywords need them at the start of a name.
fn is_plain(part: &str, is_first: bool) -> bool {
    let word_end = part.find(|letter: char| !(letter.is_alphanumeric() || letter == '_')).unwrap_or(part.len());
    let starts_well = part.chars().next().is_some_and(|first| first.is_alphabetic() || "_@".contains(first));
    let is_word = is_first && WORDS.iter().any(|word| part[..word_end].eq_ignore_ascii_case(word));
    let has_plain_letters = part.chars().all(|letter| letter.is_alphanumeric() || "_-@".contains(letter));
    !part.is_empty() && has_plain_letters && !is_word && (starts_well || !is_first)
}

const WORDS: [&str; 6] = ["and", "or", "not", "in", "contains", "like"];

impl AsRef<str> for Bql {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Bql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Bql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bql({:?})", self.text)
    }
}

impl From<Bql> for String {
    fn from(filter: Bql) -> Self {
        filter.text
    }
}
