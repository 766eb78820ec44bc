//! Sandboxes whose requests and responses are checked.

use bigid_sandbox::{Builder, Deviation, Observed, Sandbox};
use http::header::CONTENT_TYPE;

use crate::allowed_violation::AllowedViolation;
use crate::cell::{Cell, Cells};
use crate::contract::{Request, Response, contract};
use crate::violation::{Part, Violation};

/// A sandbox that checks every request and response against the contract: a test fails where client, sandbox and
/// contract disagree.
pub fn sandbox() -> Builder {
    Witness::default().sandbox()
}

/// Watches sandboxes; [`sandbox`] is all that most tests need.
#[derive(Clone, Debug, Default)]
pub struct Witness {
    allowed: Vec<AllowedViolation>,
    cells: Cells,
    requests_only: bool,
}

impl Witness {
    /// Allows a violation that the test makes on purpose.
    #[must_use]
    pub fn allow(mut self, violation: AllowedViolation) -> Self {
        self.allowed.push(violation);
        self
    }

    /// Checks only requests, for tests whose routes respond with what no server should send.
    #[must_use]
    pub fn requests_only(mut self) -> Self {
        self.requests_only = true;
        self
    }

    /// The cells of the contract that were exercised, for the coverage table.
    #[must_use]
    pub fn cells(&self) -> Cells {
        self.cells.clone()
    }

    /// A builder of sandboxes that are checked by this witness.
    pub fn sandbox(&self) -> Builder {
        crate::canary::begin();
        let witness = self.clone();
        Sandbox::builder().observer(move |observed| {
            crate::canary::note(observed);
            let objections: Vec<String> = witness.violations(observed).iter().map(ToString::to_string).collect();
            if objections.is_empty() { Ok(()) } else { Err(objections.join("; ")) }
        })
    }

    /// All violations of a request and its response that are not allowed.
    fn violations(&self, observed: &Observed<'_>) -> Vec<Violation> {
        let request = observed.request();
        let checked = contract().check_request(&Request {
            method: request.method().as_str(),
            path: request.path(),
            query: request.query(),
            headers: request.headers(),
            body: request.body(),
        });
        let Some(operation) = checked.operation else {
            // A test may add routes for paths that the contract does not describe.
            return if request.operation() == "custom" { Vec::new() } else { self.unexpected(checked.violations) };
        };
        let mut violations = self.unexpected(checked.violations);
        let Some(status) = observed.status().filter(|_| !self.requests_only) else { return violations };
        let content_type = observed.headers().and_then(|headers| headers.get(CONTENT_TYPE)?.to_str().ok());
        let response = Response { status: status.as_u16(), content_type, body: observed.body() };
        let response = contract().check_response(operation, &response);
        let deviation = observed.deviation();
        violations.extend(response.violations.into_iter().filter(|violation| !deviates(deviation, violation.part)));
        if let (true, None, Some(status), Some(media_type), Some(security)) =
            (violations.is_empty(), deviation, response.status, response.media_type, checked.security)
        {
            self.cells.see(Cell {
                operation: operation.id().to_owned(),
                status: status.to_owned(),
                media_type: media_type.to_owned(),
                security: security.to_owned(),
            });
        }
        self.unexpected(violations)
    }

    fn unexpected(&self, violations: Vec<Violation>) -> Vec<Violation> {
        violations
            .into_iter()
            .filter(|violation| !self.allowed.iter().any(|allowed| allowed.covers(violation)))
            .collect()
    }
}

/// Whether a deviation explains a violation in that part of a response.
fn deviates(deviation: Option<Deviation>, part: Part) -> bool {
    match deviation {
        None => false,
        Some(Deviation::ContentType) => part == Part::MediaType,
        Some(Deviation::Choice) => part == Part::Status,
        // The deployed profiles send every JSON under another media type as well.
        Some(Deviation::OtherWord) => matches!(part, Part::Body | Part::MediaType),
        // A fault may change a response in any way, and the page for an unknown route is not part of the contract.
        Some(_) => true,
    }
}
