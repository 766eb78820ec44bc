//! A request for an operation of the contract, and the responses that its contract allows.

use http::{Method, StatusCode};
use serde_json::Value;

use crate::contract::Described;
use crate::play::{self, Context, Listed};
use crate::query::{Language, Listing, ListingError, Page};
use crate::state::State;
use crate::wire::{Mark, Query, ReceivedRequest, ResponseTemplate, problem};

/// A request for an operation of the contract.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) request: &'a ReceivedRequest,
    pub(crate) described: &'static Described,
    /// The number of seconds by which the times in a token are wrong.
    pub(crate) skew: i64,
}

impl<'a> Call<'a> {
    /// A path parameter, decoded; empty if there is none.
    pub(crate) fn parameter(&self, place: usize) -> &'a str {
        self.request.parameters.get(place).map_or("", String::as_str)
    }

    pub(crate) fn query(&self) -> Query {
        Query::parse(&self.request.query)
    }

    /// The body, or null if it is not JSON.
    pub(crate) fn body(&self) -> Value {
        self.request.json().unwrap_or_default()
    }

    /// The list parameters of the request, in its query, or in its body if it is not a GET.
    pub(crate) fn listing(&self, language: Language) -> Result<Listing, ResponseTemplate> {
        let read = match matches!(self.request.method, Method::GET | Method::HEAD) {
            true => Listing::from_query(&self.query(), language),
            false => {
                let body = self.body();
                Listing::from_json(body.get("query").filter(|query| query.is_object()).unwrap_or(&body), language)
            }
        };
        let listing = read.map_err(|error| self.unreadable(&error))?;
        Ok(match self.described.page_size() {
            Some(most) => listing.at_most(most),
            None => listing,
        })
    }

    /// The same, but unreadable parameters are ignored if the contract has no status for rejecting them.
    pub(crate) fn lenient_listing(&self, language: Language) -> Result<Listing, ResponseTemplate> {
        match self.listing(language) {
            Err(_) if !self.described.documents(StatusCode::UNPROCESSABLE_ENTITY) => {
                Ok(Listing::of_page(Page::from_query(&self.query())))
            }
            read => read,
        }
    }

    fn context<'s>(&self, state: &'s State) -> Context<'s> {
        Context::new(&state.world.facts, self.described.path, 0)
    }

    /// A success with this body, completed as the contract describes it.
    pub(crate) fn success(&self, state: &State, given: Value) -> ResponseTemplate {
        let Some((_, schema)) = self.described.success.content else {
            return ResponseTemplate::empty(self.described.success.status);
        };
        let body = play::complete(&self.context(state), schema, "", given);
        ResponseTemplate::json(&body).status(self.described.success.status)
    }

    /// A success with a page of a list.
    pub(crate) fn list(&self, state: &State, listed: &Listed) -> ResponseTemplate {
        let body = play::list_response(&self.context(state), self.described, listed);
        ResponseTemplate::json_text(body).status(self.described.success.status)
    }

    /// A refusal with the first of these statuses that the contract documents here, or, if it documents none, the first
    /// one, which is then the sandbox's own choice.
    pub(crate) fn refuse(&self, statuses: &[StatusCode], message: &str) -> ResponseTemplate {
        let documented = statuses.iter().find(|status| self.described.documents(**status));
        let status = documented.or(statuses.first()).copied().unwrap_or(StatusCode::BAD_REQUEST);
        let refusal = problem(status, message);
        if documented.is_some() { refusal } else { refusal.marked(Mark::Choice) }
    }

    pub(crate) fn not_found(&self, what: &str) -> ResponseTemplate {
        self.refuse(&[StatusCode::NOT_FOUND, StatusCode::BAD_REQUEST], &format!("Unable to locate {what}"))
    }

    pub(crate) fn bad_request(&self, message: &str) -> ResponseTemplate {
        self.refuse(&[StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY], message)
    }

    pub(crate) fn unreadable(&self, error: &ListingError) -> ResponseTemplate {
        self.refuse(&[StatusCode::UNPROCESSABLE_ENTITY, StatusCode::BAD_REQUEST], &error.to_string())
    }
}
