//! The values of conditions.

use std::time::Duration;

use super::iso;

/// A value in a filter. Text, numbers and booleans convert into it; use [`null`](Self::null), [`at`](Self::at) and
/// [`past`](Self::past) for the others.
#[derive(Debug, Clone, PartialEq)]
pub struct BqlValue(pub(super) String);

impl BqlValue {
    /// No value.
    #[must_use]
    pub fn null() -> Self {
        Self("null".to_owned())
    }

    /// A point in time, given as the time since 1970: `to_date("2026-11-26T08:30:00.000Z")`.
    #[must_use]
    pub fn at(since_1970: Duration) -> Self {
        Self(format!("to_date(\"{}\")", iso::text(since_1970)))
    }

    /// A point in time this long before now, by the server's clock, in whole hours or days: `past("36h")`,
    /// `past("1d")`. Less than an hour counts as an hour.
    #[must_use]
    pub fn past(time: Duration) -> Self {
        let hours = time.as_secs().div_ceil(60 * 60).max(1);
        if hours.is_multiple_of(24) {
            Self(format!("past(\"{}d\")", hours / 24))
        } else {
            Self(format!("past(\"{hours}h\")"))
        }
    }
}

/// Quotes and escapes text.
///
/// A value with a double quote is put in single quotes: BigID refused a double quote within double quotes with 422
/// (observed by the authors of DataHub's connector).
pub(super) fn quoted(text: &str) -> String {
    let quote = if text.contains('"') && !text.contains('\'') { '\'' } else { '"' };
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push(quote);
    for letter in text.chars() {
        match letter {
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            _ if letter == quote => quoted.extend(['\\', quote]),
            _ => quoted.push(letter),
        }
    }
    quoted.push(quote);
    quoted
}

impl From<&str> for BqlValue {
    fn from(text: &str) -> Self {
        Self(quoted(text))
    }
}

impl From<&String> for BqlValue {
    fn from(text: &String) -> Self {
        Self(quoted(text))
    }
}

impl From<String> for BqlValue {
    fn from(text: String) -> Self {
        Self(quoted(&text))
    }
}

impl From<bool> for BqlValue {
    fn from(value: bool) -> Self {
        Self(value.to_string())
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {
        $(impl From<$number> for BqlValue {
            fn from(number: $number) -> Self {
                Self(number.to_string())
            }
        })*
    };
}
numbers!(i32 i64 u32 u64 usize);

/// A number that is not finite becomes text, which equals no number.
impl From<f64> for BqlValue {
    fn from(number: f64) -> Self {
        let text = number.to_string();
        Self(if number.is_finite() { text } else { quoted(&text) })
    }
}

impl<T: Into<BqlValue>> From<Option<T>> for BqlValue {
    fn from(value: Option<T>) -> Self {
        value.map_or_else(Self::null, Into::into)
    }
}
