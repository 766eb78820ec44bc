//! One recorded form: the response, and what the client must make of it. Written from the facts, with values of our
//! own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::json;
use sha1::{Digest as _, Sha1};

/// A file of `tests/replay`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixture {
    /// The rows of the sandbox's `EVIDENCE.md` that it covers.
    pub rows: Vec<String>,
    /// The operation of the sandbox in whose place it is given.
    pub call: String,
    pub response: RecordedResponse,
    pub expect: Expect,
    /// Where it is not what the contract documents, and why.
    #[serde(default)]
    pub differs: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedResponse {
    pub status: u16,
    pub content_type: String,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    body: Option<String>,
    body_file: Option<PathBuf>,
    /// The recorded length.
    bytes: Option<usize>,
    /// The recorded entity tag, with the length and a digest of the body: it shows that the body is the recorded one.
    etag: Option<String>,
    token: Option<Token>,
}

/// The value of `{{token}}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    lifetime: u64,
    length: usize,
    #[serde(default)]
    tenant: bool,
}

/// What the client must make of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    pub class: Class,
    pub status: Option<u16>,
    pub message: Option<String>,
    pub retryable: Option<bool>,
    /// In seconds.
    pub lifetime: Option<u64>,
    /// How often the operation was asked for.
    pub calls: Option<usize>,
    pub exchanges: u64,
    pub records: Option<usize>,
    pub total: Option<i64>,
    /// How many records have tags.
    pub tagged: Option<usize>,
    /// How many records count objects in a connection state.
    pub counting: Option<usize>,
}

#[derive(Debug, PartialEq, Eq, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// A session.
    Session,
    /// No session: the credential is refused.
    Rejected,
    /// A decoded response.
    Value,
    /// A documented error.
    Refused,
    /// An error that the contract does not document.
    Unexpected,
    /// The response to a call that the contract does not describe.
    Plain,
}

/// Every fixture by the name of its file.
pub fn fixtures() -> BTreeMap<String, Fixture> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(".yaml") && name != "fields.yaml" {
            let text = std::fs::read_to_string(&path).unwrap();
            found.insert(name.clone(), serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}")));
        }
    }
    found
}

/// Where the fixtures are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replay")
}

impl RecordedResponse {
    /// The body as it travels, its placeholders filled.
    pub fn body(&self) -> String {
        let body = match (&self.body, &self.body_file) {
            (Some(body), None) => body.clone(),
            // Written with a record on each line, and sent without the line breaks.
            (None, Some(file)) => std::fs::read_to_string(folder().join(file)).unwrap().replace('\n', ""),
            _ => panic!("a body, or a file with one"),
        };
        let token = self.token.as_ref().map(Token::text).unwrap_or_default();
        let permissions = (0..353).map(|number| format!("permission.area_{number}.read")).collect::<Vec<_>>();
        let body = body.replace("{{token}}", &token).replace("{{permissions}}", &json!(permissions).to_string());
        assert!(self.bytes.is_none_or(|bytes| bytes == body.len()), "{} bytes", body.len());
        let tag = || format!("W/\"{:x}-{}\"", body.len(), STANDARD_NO_PAD.encode(Sha1::digest(&body)));
        assert!(self.etag.as_ref().is_none_or(|recorded| *recorded == tag()), "it is not the recorded body");
        body
    }
}

impl Token {
    /// A token of the recorded claims, and of the recorded length by the length of the name in it.
    fn text(&self) -> String {
        let made = |name: &str| {
            let mut claims = json!({
                "user_name": name,
                "isAdmin": true,
                "roleIds": [],
                "type": "access-token",
                "iat": 1_684_000_000,
                "exp": 1_684_000_000 + self.lifetime,
            });
            if self.tenant {
                claims["tenantId"] = json!("tenant");
            }
            let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
            let head = part(r#"{"alg":"HS256","typ":"JWT"}"#);
            format!("{head}.{}.{}", part(&claims.to_string()), URL_SAFE_NO_PAD.encode([7; 32]))
        };
        let name = (0..self.length).map(|length| "n".repeat(length)).find(|name| made(name).len() == self.length);
        made(&name.unwrap_or_else(|| panic!("no token has {} characters", self.length)))
    }
}
