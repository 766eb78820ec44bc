//! The envelope of BigID's JSON responses, and what it says about the call.

use std::fmt;

use bigid_api::{ExpectedBody, Operation};
use http::StatusCode;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// How a call is authorized, which decides which rejection messages are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AuthorizedBy {
    /// A session: every data call, described or not.
    Session,
    /// A user token: the exchange.
    UserToken,
    /// A user name and a password: `POST /sessions`.
    Password,
}

impl AuthorizedBy {
    pub(crate) fn of(operation: Option<&Operation>) -> Self {
        match operation {
            Some(operation) if operation.requires_session() => Self::Session,
            Some(operation) if operation.security.is_empty() => Self::Password,
            Some(_) => Self::UserToken,
            None => Self::Session,
        }
    }

    /// Whether a message is a rejection of the authorization, as recorded from deployed servers.
    ///
    /// A data call may report other failures in similar words, such as those of a source that BigID cannot sign in to.
    /// For a data call, the sentence must therefore end where the recorded one ends; the other calls use these words
    /// only for rejections.
    fn refuses(self, message: &str) -> bool {
        let message = message.trim_start();
        match self {
            Self::Session => message
                .strip_prefix(SESSION_REFUSED)
                .map(str::trim_start)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(|next: char| next.is_ascii_punctuation())),
            Self::UserToken | Self::Password => self.refusals().iter().any(|known| message.starts_with(known)),
        }
    }

    /// The prefixes of rejections.
    pub(crate) fn refusals(self) -> &'static [&'static str] {
        match self {
            Self::Session => &[SESSION_REFUSED],
            Self::UserToken => &[SESSION_REFUSED, USER_TOKEN_REFUSED],
            Self::Password => &[PASSWORD_REFUSED],
        }
    }
}

const SESSION_REFUSED: &str = "Failed to authenticate token";
const USER_TOKEN_REFUSED: &str = "Refresh token not valid";
const PASSWORD_REFUSED: &str = "Authentication failed";

/// The fields of an object that report the outcome of a call. Of two equal keys, the last counts.
#[derive(Debug, Default)]
pub(crate) struct Envelope {
    success: Option<bool>,
    status: Option<String>,
    status_code: Option<u64>,
    message: Option<String>,
    has_data: bool,
}

impl Envelope {
    /// Reads an object of any length, skipping most of it; `None` if it is not an object.
    pub(crate) fn read(text: &[u8]) -> Option<Self> {
        bigid_api::from_json(text).ok()
    }

    /// The status that the response reports, if it differs from the received one.
    pub(crate) fn means(
        &self,
        sent: StatusCode,
        expected: ExpectedBody,
        is_described: bool,
        authorization: AuthorizedBy,
    ) -> Option<StatusCode> {
        let message = self.message.as_deref().unwrap_or_default();
        if self.success != Some(true) && authorization.refuses(message) {
            return Some(StatusCode::UNAUTHORIZED);
        }
        if !sent.is_success() {
            return None;
        }
        let says_error = self.says_error(expected, is_described);
        let named = self.status_code.and_then(|code| StatusCode::from_u16(u16::try_from(code).ok()?).ok());
        let named = named.filter(|status| status.is_client_error() || status.is_server_error());
        match named {
            // In the contract, a field of that name is always the status. In other responses, its meaning is unknown.
            Some(named) if says_error || self.success.is_none() && is_described => Some(named),
            _ if says_error || expected == ExpectedBody::Text => Some(StatusCode::BAD_REQUEST),
            _ => None,
        }
    }

    fn says_error(&self, expected: ExpectedBody, is_described: bool) -> bool {
        let is_envelope = match expected {
            // The state of a scan may be `error`, which is the requested data.
            ExpectedBody::Json => is_described && (self.has_data || self.status_code.is_some()),
            ExpectedBody::Text | ExpectedBody::File => true,
            _ => false,
        };
        let status = self.status.as_deref().unwrap_or_default();
        self.success == Some(false) || self.success.is_none() && is_envelope && status.eq_ignore_ascii_case("error")
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "camelCase")]
enum Key {
    Success,
    Status,
    StatusCode,
    Message,
    Data,
    #[serde(other)]
    Other,
}

impl<'de> Deserialize<'de> for Envelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Envelope;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Envelope, A::Error> {
        let text = |value| if let Value::String(text) = value { Some(text) } else { None };
        let mut envelope = Envelope::default();
        while let Some(key) = object.next_key()? {
            match key {
                Key::Success => envelope.success = object.next_value::<Value>()?.as_bool(),
                Key::StatusCode => envelope.status_code = object.next_value::<Value>()?.as_u64(),
                Key::Status => envelope.status = text(object.next_value()?),
                Key::Message => envelope.message = text(object.next_value()?),
                Key::Data => {
                    object.next_value::<IgnoredAny>()?;
                    envelope.has_data = true;
                }
                Key::Other => drop(object.next_value::<IgnoredAny>()?),
            }
        }
        Ok(envelope)
    }
}
