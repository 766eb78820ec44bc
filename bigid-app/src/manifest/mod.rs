//! The manifest of an app, served at `GET /manifest`.

mod action;
pub use action::Action;

mod parameter;
pub use parameter::{Kind, Parameter};

mod error;
pub use error::ManifestError;

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

/// The manifest of an app.
///
/// ```
/// use bigid_app::{Action, Category, Kind, Manifest, Parameter};
///
/// let manifest = Manifest::new("Greeter", "1.0.0", "Acme")
///     .description("Greets data owners.")
///     .category(Category::Utilities)
///     .global_parameter(Parameter::new("language", Kind::Text).one_of(["en", "de"]).default_value("en"))
///     .action(Action::immediate("greet").description("Greets by name.").parameter(Parameter::new("name", Kind::Text).mandatory()));
/// manifest.validate()?;
/// # Ok::<(), bigid_app::ManifestError>(())
/// ```
#[derive(Clone, Debug, Serialize)]
#[must_use]
pub struct Manifest {
    app_name: String,
    version: String,
    vendor: String,
    description: String,
    category: Category,
    license_type: License,
    #[serde(skip_serializing_if = "Option::is_none")]
    license_verification_key: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_interactive: bool,
    global_params: Vec<Parameter>,
    actions: Vec<Action>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    permissions: Vec<Permission>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    custom_roles: Vec<CustomRole>,
    /// Members without a type in this crate, such as `integrations` and `app_configurations`.
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// The category that the app is listed under. Several spellings occur; these are the portal's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the portal does not explain them either")]
#[non_exhaustive]
pub enum Category {
    Privacy,
    Protection,
    Perspective,
    #[default]
    Utilities,
}

/// Whether the app is free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[non_exhaustive]
pub enum License {
    /// The app is free.
    #[default]
    Free,
    /// The app is paid for.
    Paid,
}

#[derive(Clone, Debug, Serialize)]
struct Permission {
    action: String,
    label: String,
    description: String,
}

#[derive(Clone, Debug, Serialize)]
struct CustomRole {
    name: String,
    permissions: Vec<String>,
}

impl Manifest {
    /// A manifest with the name, the version (numbers separated by points, such as `1.4.0` or `252.0`) and the vendor.
    pub fn new(name: impl Into<String>, version: impl Into<String>, vendor: impl Into<String>) -> Self {
        Self {
            app_name: name.into(),
            version: version.into(),
            vendor: vendor.into(),
            description: String::new(),
            category: Category::default(),
            license_type: License::default(),
            license_verification_key: None,
            is_interactive: false,
            global_params: Vec::new(),
            actions: Vec::new(),
            permissions: Vec::new(),
            custom_roles: Vec::new(),
            others: Map::new(),
        }
    }

    /// The description. Required.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// The category; [`Category::Utilities`] by default, which promises nothing.
    pub fn category(mut self, category: Category) -> Self {
        self.category = category;
        self
    }

    /// The license; [`License::Free`] by default.
    pub fn license(mut self, license: License) -> Self {
        self.license_type = license;
        self
    }

    /// The key that BigID issued for the license.
    pub fn license_verification_key(mut self, key: impl Into<String>) -> Self {
        self.license_verification_key = Some(key.into());
        self
    }

    /// Declares a user interface at `/ui`, which you add to the router.
    pub fn interactive(mut self) -> Self {
        self.is_interactive = true;
        self
    }

    /// Adds a parameter that all actions share.
    pub fn global_parameter(mut self, parameter: Parameter) -> Self {
        self.global_params.push(parameter);
        self
    }

    /// Adds an action. [`Builder::action`](crate::Builder::action) does this, and sets the handler.
    pub fn action(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }

    /// Adds a permission that the app defines.
    pub fn permission(
        mut self,
        action: impl Into<String>,
        label: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        self.permissions.push(Permission {
            action: action.into(),
            label: label.into(),
            description: description.into(),
        });
        self
    }

    /// Adds a role with some of the app's permissions.
    pub fn custom_role(
        mut self,
        name: impl Into<String>,
        permissions: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let permissions = permissions.into_iter().map(Into::into).collect();
        self.custom_roles.push(CustomRole { name: name.into(), permissions });
        self
    }

    /// Sets a member that this crate has no type for, such as `integrations` or `app_configurations`.
    pub fn member(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.others.insert(name.into(), value.into());
        self
    }

    /// The actions.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// The parameters that all actions share.
    pub fn global_parameters(&self) -> &[Parameter] {
        &self.global_params
    }

    /// The manifest as JSON, as `GET /manifest` serves it.
    #[must_use]
    pub fn to_json(&self) -> String {
        // A manifest always serializes: its keys are text, and it holds JSON.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Checks that the manifest meets BigID's requirements and is not ambiguous.
    ///
    /// # Errors
    /// The first fault, with the path of the field: `actions[0].action_params[1].param_name is empty`.
    pub fn validate(&self) -> Result<(), ManifestError> {
        error::filled("app_name", &self.app_name)?;
        error::filled("vendor", &self.vendor)?;
        error::filled("description", &self.description)?;
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if self.version.split('.').count() < 2 || !self.version.split('.').all(is_number) {
            return Err(ManifestError::new("version", "must be numbers separated by points, such as 1.0.0"));
        }
        parameter::validate("global_params", &self.global_params)?;
        let mut known = BTreeSet::new();
        for (index, action) in self.actions.iter().enumerate() {
            let place = format!("actions[{index}]");
            action.validate(&place)?;
            if !known.insert(action.id()) {
                return Err(ManifestError::new(format!("{place}.action_id"), "is that of an earlier action"));
            }
        }
        let permissions: BTreeSet<&str> = self.permissions.iter().map(|one| one.action.as_str()).collect();
        for (index, role) in self.custom_roles.iter().enumerate() {
            error::filled(&format!("custom_roles[{index}].name"), &role.name)?;
            if let Some(place) = role.permissions.iter().position(|one| !permissions.contains(one.as_str())) {
                let place = format!("custom_roles[{index}].permissions[{place}]");
                return Err(ManifestError::new(place, "is not one of the permissions of this manifest"));
            }
        }
        if let Some(name) = self.others.keys().find(|name| TYPED.contains(&name.as_str())) {
            return Err(ManifestError::new(name, "has a setter of its own"));
        }
        Ok(())
    }
}

/// The members that have setters.
const TYPED: [&str; 12] = [
    "app_name",
    "version",
    "vendor",
    "description",
    "category",
    "license_type",
    "license_verification_key",
    "is_interactive",
    "global_params",
    "actions",
    "permissions",
    "custom_roles",
];

#[cfg(test)]
mod tests;
