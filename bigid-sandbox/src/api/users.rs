//! `GET /access-management/users`.

use serde_json::json;

use super::envelope;
use crate::data::Page;
use crate::state::State;
use crate::wire::{Answer, Query, Received};

pub(super) fn list(state: &State, request: &Received) -> Answer {
    let users = state.users.records(|name| state.user_tokens.records_of(name));
    let total = users.len();
    let page = Page::from_query(&Query::parse(&request.query)).of(users);
    envelope(&json!({"users": page, "totalCount": total}))
}
