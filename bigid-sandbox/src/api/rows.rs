//! Rows of a data source, read through BigID.

use serde_json::{Value, json};

use super::Call;
use crate::data::PLAIN_COLUMNS;
use crate::state::State;
use crate::wire::ResponseTemplate;

/// `POST /generic-ds-queries`: the plain columns of any table, or the requested ones, with made-up values.
pub(super) fn query(state: &mut State, call: &Call<'_>) -> ResponseTemplate {
    let body = call.body();
    let query = &body["genericQuery"];
    let source = query["dsConnection"].as_str().unwrap_or_default();
    if state.world.data_sources.find(source).is_none() {
        let err = json!({"message": format!("Unable to locate data source {source}")});
        return call.success(state, json!({"isSuccessful": false, "err": err, "columns": [], "columnsTypes": []}));
    }
    let asked: Vec<&str> = query["includeColumns"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let columns = PLAIN_COLUMNS.iter().copied().filter(|(name, _)| asked.is_empty() || asked.contains(name));
    let number = |name: &str, default: u64| query[name].as_u64().unwrap_or(default).min(MAX_ROWS);
    let rows = number("offset", 0)..number("offset", 0) + number("limit", 10);
    let column = |(name, _): (&str, &str)| {
        let data: Vec<String> = rows.clone().map(|row| format!("{name} {row}")).collect();
        json!({"columnName": name, "columnData": data})
    };
    let kind = |(name, kind): (&str, &str)| json!({"columnName": name, "columnType": kind});
    let (shown, kinds): (Vec<_>, Vec<_>) = (columns.clone().map(column).collect(), columns.map(kind).collect());
    call.success(state, json!({"isSuccessful": true, "err": null, "columns": shown, "columnsTypes": kinds}))
}

/// The maximum number of rows that are sent.
const MAX_ROWS: u64 = 1_000;
