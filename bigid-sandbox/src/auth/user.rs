//! Local users, as in Access Management.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::calendar;
use crate::random::random_key;

/// A local user of the sandbox, who can sign in and generate user tokens.
///
/// # Examples
/// ```
/// use bigid_sandbox::User;
///
/// let auditor = User::new("auditor").password("a password of the test's own").first_name("Ada");
/// assert!(!format!("{auditor:?}").contains("a password"));
/// ```
#[derive(Clone)]
#[must_use]
pub struct User {
    pub(crate) name: String,
    pub(crate) password: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) roles: Vec<String>,
    pub(crate) admin: bool,
}

impl User {
    /// A user with this name and a random password, unless [`password`](Self::password) sets one.
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            first_name: name.clone(),
            name,
            password: random_hex(),
            last_name: String::new(),
            roles: vec!["5b0c0ffee5b0c0ffee000001".to_owned()],
            admin: false,
        }
    }

    /// The password that `POST /sessions` accepts.
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.password = password.into();
        self
    }

    /// The first name in responses. Defaults to the user's name.
    pub fn first_name(mut self, first_name: impl Into<String>) -> Self {
        self.first_name = first_name.into();
        self
    }

    /// The last name in responses. Defaults to an empty string, as for two of five recorded users.
    pub fn last_name(mut self, last_name: impl Into<String>) -> Self {
        self.last_name = last_name.into();
        self
    }

    /// Role identifiers, as they appear in the `roleIds` claim. Defaults to one.
    pub fn roles(mut self, roles: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.roles = roles.into_iter().map(Into::into).collect();
        self
    }

    /// Whether the `isAdmin` claim is true. Defaults to false.
    pub fn admin(mut self, admin: bool) -> Self {
        self.admin = admin;
        self
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("name", &self.name).field("admin", &self.admin).finish_non_exhaustive()
    }
}

/// The users, in the order they were added.
#[derive(Default)]
pub(crate) struct Users(Vec<User>);

impl Users {
    /// Adds a user, or replaces the one with that name.
    pub(crate) fn put(&mut self, user: User) {
        self.0.retain(|other| other.name != user.name);
        self.0.push(user);
    }

    /// Replaces the user with the same name.
    pub(crate) fn replace(&mut self, user: User) {
        if let Some(place) = self.0.iter_mut().find(|other| other.name == user.name) {
            *place = user;
        }
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|user| user.name != name);
    }

    pub(crate) fn find(&self, name: &str) -> Option<&User> {
        self.0.iter().find(|user| user.name == name)
    }

    /// The first user.
    pub(crate) fn first(&self) -> Option<&User> {
        self.0.first()
    }

    pub(crate) fn with_password(&self, name: &str, password: &str) -> Option<&User> {
        self.find(name).filter(|user| user.password == password)
    }

    /// The users as `/access-management/users` shows them: seventeen fields, none of which shows a secret.
    ///
    /// `tokens` returns the records of a user's tokens.
    pub(crate) fn records(&self, tokens: impl Fn(&str) -> Vec<Value>) -> Vec<Value> {
        let record = |(index, user): (usize, &User)| Value::Object(record(index, user, tokens(&user.name)));
        self.0.iter().enumerate().map(record).collect()
    }
}

/// A field occurs on as many of five users as were recorded: the rules below repeat every five users.
fn record(index: usize, user: &User, tokens: Vec<Value>) -> Map<String, Value> {
    let created = FIRST_CREATED_MS + i64::try_from(index).unwrap_or(0) * 86_400_000;
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    put("_id", format!("65a0b1c2d3e4f5{index:010x}").into());
    put("created_at", calendar::iso(created).into());
    put("firstName", user.first_name.as_str().into());
    put("id", user.name.as_str().into());
    put("lastName", user.last_name.as_str().into());
    put("name", user.name.as_str().into());
    put("password", "".into());
    put("roleIds", json!(user.roles));
    put("token", "".into());
    put("updated_at", calendar::iso(created + 3_600_000).into());
    match index % 5 {
        0 | 3 => put("email", Value::Null),
        1 => put("email", "".into()),
        _ => None,
    };
    if index % 5 != 4 {
        put("last_successful_login_at", calendar::iso(created + 7_200_000).into());
        put("origin", "local".into());
    }
    if index % 5 < 2 {
        put("isPasswordChangeNeeded", false.into());
    }
    if index % 5 == 1 {
        put("__v", 0.into());
    }
    if user.admin {
        put("admin", true.into());
    }
    if !tokens.is_empty() {
        put("refreshTokens", tokens.into());
    }
    fields
}

pub(crate) fn random_hex() -> String {
    random_key().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// 2024-01-12.
const FIRST_CREATED_MS: i64 = 1_705_046_400_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_users_show_every_recorded_field() {
        let mut users = Users::default();
        users.put(User::new("first").admin(true));
        (1..5).for_each(|index| users.put(User::new(format!("user-{index}"))));
        let tokens = |name: &str| if name == "first" { vec![json!({"tokenName": "t"})] } else { vec![] };
        let records = users.records(tokens);
        let present = |field: &str| records.iter().filter(|record| record.get(field).is_some()).count();
        for (field, count) in [
            ("_id", 5),
            ("token", 5),
            ("last_successful_login_at", 4),
            ("origin", 4),
            ("email", 3),
            ("isPasswordChangeNeeded", 2),
            ("__v", 1),
            ("admin", 1),
            ("refreshTokens", 1),
        ] {
            assert_eq!(present(field), count, "{field}");
        }
    }

    #[test]
    fn a_user_is_replaced_by_one_of_the_same_name() {
        let mut users = Users::default();
        users.put(User::new("ada").password("old"));
        users.put(User::new("ada").password("new"));
        assert!(users.with_password("ada", "old").is_none() && users.with_password("ada", "new").is_some());
        assert_eq!(users.0.len(), 1);
    }
}
