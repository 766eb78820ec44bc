use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::Extra;
use crate::lossless::{Field, Malformed, Reader, View, serialize_raw};

/// Any JSON value, as received text, which keeps numbers of any size, the order of members, and unusual escapes.
///
/// Returned by an [`OperationCall`](crate::OperationCall). A value is parsed only as far as it is accessed.
///
/// ```
/// use bigid_api::RawJson;
///
/// let json: RawJson = r#"{"name": "Orders", "size": 1e400}"#.parse()?;
/// assert_eq!(json.get("size").unwrap().as_str(), "1e400");
/// assert_eq!(json.get("name").unwrap().to_value(), Some("Orders".into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// `Debug` shows the names of an object's members and no values, which may be secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct RawJson(Box<str>);

impl RawJson {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the value is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        &*self.0 == "null"
    }

    /// The members of an object, in the order received; `None` for a value of another type.
    #[must_use]
    pub fn members(&self) -> Option<Vec<(String, Self)>> {
        let object = self.object()?;
        Some(object.iter().map(|(name, text)| (name.into_owned(), Self(text.into()))).collect())
    }

    /// A member of an object; the last one, if there are several with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Self> {
        Some(Self(self.object()?.raw(name)?.into()))
    }

    /// The elements of an array; `None` for a value of another type.
    #[must_use]
    pub fn elements(&self) -> Option<Vec<Self>> {
        let mut json = Reader::new(&self.0);
        if !json.begins(b'[') {
            return None;
        }
        let mut elements = Vec::new();
        let mut more = json.open(b']');
        while more {
            elements.push(Self(json.skip().ok()?.into()));
            more = json.next(b']').ok()?;
        }
        Some(elements)
    }

    /// The value; `None` for one that serde_json cannot represent, such as `1e400`.
    #[must_use]
    pub fn to_value(&self) -> Option<Value> {
        serde_json::from_str(&self.0).ok()
    }

    pub(crate) fn object(&self) -> Option<Extra> {
        Extra::of_object(&self.0)
    }
}

/// Parses JSON text; surrounding white space is dropped.
impl FromStr for RawJson {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, serde_json::Error> {
        let raw: &RawValue = serde_json::from_str(text)?;
        Ok(Self(raw.get().into()))
    }
}

impl From<&Value> for RawJson {
    fn from(value: &Value) -> Self {
        Self(value.to_string().into())
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_raw(&self.0, serializer)
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.object() {
            Some(object) => fmt::Debug::fmt(&object, f),
            None => f.debug_struct("RawJson").finish_non_exhaustive(),
        }
    }
}

impl Field for RawJson {
    fn read(slot: &mut Option<Self>, json: &mut Reader<'_>) -> Result<bool, Malformed> {
        json.mark();
        *slot = Some(Self(json.skip()?.into()));
        Ok(true)
    }

    fn view(&self) -> View<'_> {
        View::Raw(&self.0, self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lossless;

    #[test]
    fn any_json_is_kept_as_it_came() {
        for text in ["null", "1e400", r#""\ud800""#, "[]", "[1, {\"a\":2}]", r#"{"b": 1, "a": [ ], "b":2}"#, "-0"] {
            let json: RawJson = lossless::decode(text).unwrap().unwrap();
            assert_eq!(json.as_str(), text);
            assert_eq!(serde_json::to_string(&json).unwrap(), text);
            assert_eq!(format!(" {text}\n").parse::<RawJson>().unwrap(), json);
        }
    }

    #[test]
    fn members_and_elements_are_found_where_they_are() {
        let json: RawJson = r#" { "b" : 1 , "a\u0062" : [ 1 , [2] , {} ] , "b" : 2 } "#.parse().unwrap();
        let members: Vec<_> = json.members().unwrap().into_iter().map(|(name, value)| (name, value.0)).collect();
        let expected = [("b", "1"), ("ab", "[ 1 , [2] , {} ]"), ("b", "2")];
        assert_eq!(members, expected.map(|(name, value)| (name.to_owned(), value.into())));
        assert_eq!(json.get("b").unwrap().as_str(), "2");
        let elements: Vec<_> = json.get("ab").unwrap().elements().unwrap().into_iter().map(|one| one.0).collect();
        assert_eq!(elements, ["1", "[2]", "{}"].map(Box::from));
        for other in ["{}", "[]", "7", "null"] {
            let json: RawJson = other.parse().unwrap();
            assert_eq!(json.members().map(|all| all.len()), (other == "{}").then_some(0), "{other}");
            assert_eq!(json.elements().map(|all| all.len()), (other == "[]").then_some(0), "{other}");
        }
    }

    #[test]
    fn no_value_is_shown() {
        let json: RawJson = r#"{"password": "hunter2"}"#.parse().unwrap();
        assert_eq!(format!("{json:?}"), "{\"password\"}");
        assert!(!format!("{:?}", r#"["hunter2"]"#.parse::<RawJson>().unwrap()).contains("hunter2"));
    }
}
