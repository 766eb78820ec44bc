use std::collections::{BTreeMap, BTreeSet};

use bigid_auth_ext::Secret;
use serde::Serialize;
use serde_json::Value;

use super::error::{self, ManifestError};
use crate::parameters::{ParameterError, Parameters};

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum Kind {
    /// `String` on the wire.
    #[serde(rename = "String")]
    Text,
    /// `int` on the wire.
    #[serde(rename = "int")]
    Int,
    /// `boolean` on the wire.
    #[serde(rename = "boolean")]
    Boolean,
    /// `Object` on the wire.
    Object,
    /// `Array` on the wire.
    Array,
    /// `Credential` on the wire: the fields of a credential that an administrator chose, as a string that contains
    /// JSON.
    Credential,
}

/// A parameter of an app or of an action.
#[derive(Clone, Debug, Serialize)]
#[must_use]
pub struct Parameter {
    param_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    param_friendly_name: Option<String>,
    param_type: Kind,
    is_cleartext: bool,
    param_description: String,
    default_value: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    param_priority: Option<&'static str>,
    is_mandatory: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    input_items: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_type: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    app_field_identifiers_map: BTreeMap<String, String>,
}

impl Parameter {
    /// An optional parameter without a default, shown in clear text.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self {
            param_name: name.into(),
            param_friendly_name: None,
            param_type: kind,
            is_cleartext: true,
            param_description: String::new(),
            default_value: Value::from(""),
            hint: None,
            param_priority: None,
            is_mandatory: false,
            input_type: None,
            input_items: Vec::new(),
            sub_type: None,
            app_field_identifiers_map: BTreeMap::new(),
        }
    }

    /// The display name.
    pub fn friendly_name(mut self, name: impl Into<String>) -> Self {
        self.param_friendly_name = Some(name.into());
        self
    }

    /// The description.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.param_description = description.into();
        self
    }

    /// The initial value in the form.
    pub fn default_value(mut self, value: impl Into<Value>) -> Self {
        self.default_value = value.into();
        self
    }

    /// The placeholder of an empty field.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Shows it first.
    pub fn primary(mut self) -> Self {
        self.param_priority = Some("primary");
        self
    }

    /// Requires a value: without one, an execution is refused.
    pub fn mandatory(mut self) -> Self {
        self.is_mandatory = true;
        self
    }

    /// Hides the value in BigID (`is_cleartext: false`). Read it as a [`Secret`].
    pub fn secret(mut self) -> Self {
        self.is_cleartext = false;
        self
    }

    /// Restricts it to one of these values.
    pub fn one_of(self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.selection("singleSelection", items.into_iter().map(Into::into).collect())
    }

    /// Allows any of these values.
    pub fn any_of(self, items: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.selection("multipleSelection", items.into_iter().map(Into::into).collect())
    }

    fn selection(mut self, input_type: &'static str, items: Vec<String>) -> Self {
        self.input_type = Some(input_type);
        self.input_items = items;
        self
    }

    /// The type of its elements, or a more specific type.
    pub fn sub_type(mut self, sub_type: impl Into<String>) -> Self {
        self.sub_type = Some(sub_type.into());
        self
    }

    /// Sends a field of a `Credential` as a separate parameter.
    pub fn field_as_parameter(mut self, field: impl Into<String>, parameter: impl Into<String>) -> Self {
        self.app_field_identifiers_map.insert(field.into(), parameter.into());
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.param_name
    }

    /// Rejects values that do not have the declared type, and missing mandatory parameters. Selections may be strings
    /// that are not one of the items, because it is not known how BigID joins several.
    pub(crate) fn check(&self, given: &Parameters) -> Result<(), ParameterError> {
        let name = self.param_name.as_str();
        let is_there = match self.param_type {
            // Several items of a selection may come as an array.
            Kind::Text if self.input_type.is_some() => given.optional::<Value>(name)?.is_some(),
            Kind::Text => given.optional::<Secret>(name)?.is_some_and(|text| !text.is_empty()),
            Kind::Int => given.optional::<i64>(name)?.is_some(),
            Kind::Boolean => given.optional::<bool>(name)?.is_some(),
            Kind::Array => given.optional::<Vec<Value>>(name)?.is_some(),
            Kind::Object => given.optional::<AnyObject>(name)?.is_some(),
            // Its fields may come as separate parameters instead.
            Kind::Credential => {
                given.optional::<BTreeMap<String, Secret>>(name)?.is_some()
                    || !self.app_field_identifiers_map.is_empty()
            }
        };
        if self.is_mandatory && !is_there { Err(given.missing(name)) } else { Ok(()) }
    }

    fn has_fitting_default(&self) -> bool {
        let value = &self.default_value;
        if value.is_null() || value.as_str() == Some("") {
            return true;
        }
        let given = Parameters::new("", vec![(String::new(), value.clone())]);
        Self { param_name: String::new(), ..self.clone() }.check(&given).is_ok()
    }
}

/// An object, or a text that contains one.
struct AnyObject;

impl crate::parameters::FromParameter for AnyObject {
    const EXPECTED: &'static str = "an object";

    fn from_parameter(value: &Value) -> Option<Self> {
        let is_object = match value {
            Value::String(text) => serde_json::from_str::<Value>(text).ok()?.is_object(),
            value => value.is_object(),
        };
        is_object.then_some(Self)
    }
}

pub(super) fn validate(place: &str, parameters: &[Parameter]) -> Result<(), ManifestError> {
    let mut known = BTreeSet::new();
    for (index, parameter) in parameters.iter().enumerate() {
        let place = format!("{place}[{index}]");
        error::filled(&format!("{place}.param_name"), &parameter.param_name)?;
        if !known.insert(parameter.name()) {
            return Err(ManifestError::new(format!("{place}.param_name"), "is that of an earlier parameter"));
        }
        if parameter.input_type.is_some() && parameter.input_items.is_empty() {
            return Err(ManifestError::new(
                format!("{place}.input_items"),
                "is empty, though its input is a selection",
            ));
        }
        let is_item = |text: &str| parameter.input_items.iter().any(|item| item == text);
        let default = parameter.default_value.as_str().filter(|text| !text.is_empty());
        if parameter.input_type == Some("singleSelection") && default.is_some_and(|text| !is_item(text)) {
            return Err(ManifestError::new(format!("{place}.default_value"), "is not one of its input_items"));
        }
        if !parameter.has_fitting_default() {
            return Err(ManifestError::new(format!("{place}.default_value"), "is not of its param_type"));
        }
    }
    Ok(())
}
