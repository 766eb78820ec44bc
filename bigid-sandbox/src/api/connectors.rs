//! Connector types, their templates, and the connection test.

use serde_json::{Map, Value, json};

use super::data_sources::wrapped;
use super::{Call, bad_request, envelope};
use crate::calendar;
use crate::record::is_secret;
use crate::state::State;
use crate::wire::ResponseTemplate;

/// `GET /ds-connections-types`.
pub(super) fn types(_: &mut State, _: &Call<'_>) -> ResponseTemplate {
    let types: Vec<Value> = TYPES.iter().map(|(kind, label, _)| json!({"type": kind, "displayName": label})).collect();
    envelope(&json!({"ds_connection_types": types}))
}

/// `GET /ds-connections-types/template/{type}`.
pub(super) fn template(_: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let kind = call.parameter(0);
    let Some((kind, label, fields)) = TYPES.iter().find(|(known, ..)| *known == kind) else {
        return call.refuse(&[http::StatusCode::BAD_REQUEST], &format!("Unable to locate connector type {kind}"));
    };
    let field = |name: &str| {
        let is_sensitive = is_secret(name);
        json!({"apiName": name, "fieldType": "string", "isMandatory": !is_sensitive, "isSensitive": is_sensitive})
    };
    let fields: Vec<Value> = fields.iter().copied().chain(["password"]).map(field).collect();
    envelope(&json!({"type": kind, "displayName": label, "fields": fields}))
}

/// `POST /ds-connection-test`: succeeds for a known type, unless the sandbox was configured otherwise for that name.
pub(super) fn test(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let Some(sent) = wrapped(call.request) else { return bad_request("The body must have the field ds_connection") };
    let text = |field: &str| sent.get(field).and_then(Value::as_str).unwrap_or_default();
    let known = TYPES.iter().any(|(kind, ..)| *kind == text("type"));
    let success = known && !state.failing_connections.contains(text("name"));
    let now = state.now_ms();
    let status = json!({"is_success": success, "last_connection": calendar::iso(now)});
    let changed = Map::from_iter([("connectionStatusTest".to_owned(), status.clone())]);
    state.world.data_sources.update(text("name"), &changed, now);
    envelope(&status)
}

/// Type, label, and the fields its template asks for: the types that the generator makes, and some newer ones.
const TYPES: &[(&str, &str, &[&str])] = &[
    ("rdb-mysql", "MySQL", &["name", "rdb_url", "rdb_name", "username"]),
    ("rdb-postgresql", "PostgreSQL", &["name", "rdb_url", "rdb_name", "username"]),
    ("smb", "SMB share", &["name", "smbServer", "sharedResource", "username"]),
    ("salesforce", "Salesforce", &["name", "salesforce_custom_url"]),
    ("generic-rest-api", "REST service", &["name", "generic_server_url", "username"]),
    ("googledrive", "Google Drive", &["name", "google_service_account_user", "google_service_account_json"]),
    ("mongodb", "MongoDB", &["name", "mongo_url", "mongo_db_name", "username"]),
    (
        "s3",
        "Amazon S3",
        &["name", "aws_region", "bucket_name", "aws_access_key", "aws_secret_key", "aws_session_token"],
    ),
    ("s3-v2", "Amazon S3 (v2)", &["name", "aws_region", "aws_access_key", "aws_secret_key"]),
    ("smb_v2", "SMB share (v2)", &["name", "username"]),
    ("gdrive-v2", "Google Drive (v2)", &["name", "google_service_account_user", "google_service_account_json"]),
    ("databricks-v2", "Databricks (v2)", &["name", "rdb_url", "personal_access_token"]),
    ("github", "GitHub", &["name", "personal_access_token"]),
    ("snowflake", "Snowflake", &["name", "rdb_url", "rdb_name", "username"]),
];
