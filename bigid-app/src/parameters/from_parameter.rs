use std::collections::BTreeMap;

use bigid_auth_ext::Secret;
use serde_json::Value;

/// A type that a parameter can be read as.
pub trait FromParameter: Sized {
    /// The expected value in errors, with its article: `a whole number`.
    const EXPECTED: &'static str;

    /// Converts the value, which is never `null`; `None` if it has another type.
    fn from_parameter(value: &Value) -> Option<Self>;
}

impl FromParameter for String {
    const EXPECTED: &'static str = "text";

    /// Numbers and booleans are read as their text.
    fn from_parameter(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
            _ => None,
        }
    }
}

impl FromParameter for Secret {
    const EXPECTED: &'static str = "text";

    fn from_parameter(value: &Value) -> Option<Self> {
        String::from_parameter(value).map(Self::from)
    }
}

impl FromParameter for bool {
    const EXPECTED: &'static str = "`true` or `false`";

    fn from_parameter(value: &Value) -> Option<Self> {
        value.as_bool().or_else(|| value.as_str()?.trim().to_ascii_lowercase().parse().ok())
    }
}

macro_rules! whole_numbers {
    ($($number:ty: $expected:literal,)*) => {$(
        impl FromParameter for $number {
            const EXPECTED: &'static str = $expected;

            fn from_parameter(value: &Value) -> Option<Self> {
                match value {
                    Value::Number(number) => number.to_string().parse().ok(),
                    Value::String(text) => text.trim().parse().ok(),
                    _ => None,
                }
            }
        }
    )*};
}

whole_numbers! {
    i32: "a whole number of 32 bits",
    i64: "a whole number",
    u16: "a whole number from 0 to 65535",
    u32: "a whole number from 0 to 4294967295",
    u64: "a whole number of at least 0",
    usize: "a whole number of at least 0",
}

impl FromParameter for f64 {
    const EXPECTED: &'static str = "a number";

    fn from_parameter(value: &Value) -> Option<Self> {
        let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
        number.is_finite().then_some(number)
    }
}

impl FromParameter for Value {
    const EXPECTED: &'static str = "any JSON";

    fn from_parameter(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

/// An array, or a text that contains one.
impl<T: FromParameter> FromParameter for Vec<T> {
    const EXPECTED: &'static str = "an array of values of one type";

    fn from_parameter(value: &Value) -> Option<Self> {
        match value {
            Value::Array(values) => values.iter().map(T::from_parameter).collect(),
            Value::String(text) => match serde_json::from_str(text).ok()? {
                Value::Array(values) => values.iter().map(T::from_parameter).collect(),
                _ => None,
            },
            _ => None,
        }
    }
}

/// The fields of a parameter of type `Credential`: an object, or a text that contains one, as BigID sends it.
impl FromParameter for BTreeMap<String, Secret> {
    const EXPECTED: &'static str = "an object of texts";

    fn from_parameter(value: &Value) -> Option<Self> {
        let fields = |value: &Value| {
            let fields = value.as_object()?.iter().filter(|(_, value)| !value.is_null());
            fields.map(|(name, value)| Some((name.clone(), Secret::from_parameter(value)?))).collect()
        };
        match value {
            Value::String(text) => fields(&serde_json::from_str(text).ok()?),
            value => fields(value),
        }
    }
}
