use serde::Serialize;
use serde_json::Value;

use crate::Extra;

/// The total number of records of a list, according to one page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Total {
    /// A count. A list with fewer records is incomplete.
    pub(crate) exact: Option<u64>,
    /// An estimate. Reading goes on until it is reached; it has no other effect.
    pub(crate) estimate: Option<u64>,
}

/// Reads a count beside a list, declared or not. A value that is not a whole number of records (text, null, -1, 1.5) is
/// ignored.
pub(crate) fn count<T: Serialize>(field: Option<&T>, extra: &Extra, wire_name: &str) -> Option<u64> {
    let declared = field.and_then(|field| serde_json::to_value(field).ok());
    match declared.or_else(|| extra.get(wire_name))? {
        Value::Number(number) => number.as_u64().or_else(|| number.as_f64().and_then(whole)),
        _ => None,
    }
}

/// `42.0`, which BigID's wiki shows as a count. Beyond 2^53, doubles have no fractions.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
fn whole(number: f64) -> Option<u64> {
    (number.fract() == 0.0 && (0.0..9_007_199_254_740_992.0).contains(&number)).then_some(number as u64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_whole_number_is_a_count() {
        for (value, expected) in [
            (json!(0), Some(0)),
            (json!(25), Some(25)),
            (json!(42.0), Some(42)),
            (json!(u64::MAX), Some(u64::MAX)),
            (json!(1.5), None),
            (json!(-1), None),
            (json!(-0.5), None),
            (json!(1e300), None),
            (json!("25"), None),
            (json!(null), None),
            (json!({}), None),
        ] {
            let extra: Extra = [("totalCount", value.clone())].into_iter().collect();
            assert_eq!(count(None::<&i64>, &extra, "totalCount"), expected, "{value}");
            assert_eq!(count(Some(&value), &Extra::default(), "totalCount"), expected, "{value}");
        }
    }
}
