//! A hook that inspects every request and response, and may fail the test.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header};

use crate::contract::{BASE, Described, Type};
use crate::faults::Fault;
use crate::lock::lock;
use crate::operation::OperationName;
use crate::profile::{HTML, Profile};
use crate::wire::{Mark, ReceivedRequest};

/// One request and its response, as an observer sees them; see [`Builder::observer`](crate::Builder::observer).
#[derive(Debug)]
pub struct Observed<'a> {
    pub(crate) request: &'a ReceivedRequest,
    pub(crate) response: Option<&'a Response<Bytes>>,
    pub(crate) deviation: Option<Deviation>,
}

impl Observed<'_> {
    /// The request as received.
    pub fn request(&self) -> &ReceivedRequest {
        self.request
    }

    /// The status of the response; `None` if a fault leaves no response.
    pub fn status(&self) -> Option<StatusCode> {
        self.response.map(Response::status)
    }

    /// The headers of the response.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.response.map(Response::headers)
    }

    /// The body of the response, before any fault corrupts it. For a long export, only the beginning, which was
    /// generated before the headers were sent (about 256 KiB).
    pub fn body(&self) -> &[u8] {
        self.response.map(Response::body).map_or(&[], |body| body)
    }

    /// Why the response deviates from the contract on purpose; `None` if it should match.
    pub fn deviation(&self) -> Option<Deviation> {
        self.deviation
    }
}

/// Why a response correctly deviates from the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deviation {
    /// A test scripted the fault with this [name](Fault::name).
    Fault(&'static str),
    /// Only the content type differs: servers of 2023 send `text/html` with everything.
    ContentType,
    /// The response to the exchange by the method that this server does not know is a 404 page.
    OtherExchange,
    /// The sandbox cannot serve the operation and responds with 501.
    NotServed,
    /// Only the status differs: the contract documents no rejection here, but the sandbox rejects the request.
    Choice,
    /// Only a word in the body differs: the state of a running or failed scan, which no source names.
    OtherWord,
    /// Servers of 2023 reject a token with 200, even if the contract has an array for 200, or no 200.
    RefusedUnder200,
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(name) => write!(f, "the fault `{name}` was scripted"),
            Self::ContentType => f.write_str("servers of 2023 send text/html with everything"),
            Self::OtherExchange => f.write_str("this server knows the exchange by another method only"),
            Self::NotServed => f.write_str("the sandbox cannot serve this operation"),
            Self::OtherWord => f.write_str("the contract names only one state of a scan"),
            Self::RefusedUnder200 => f.write_str("servers of 2023 refuse tokens under 200"),
            Self::Choice => f.write_str("the contract documents no rejection here"),
        }
    }
}

/// The effect of the profile, or of a fault, on a response.
pub(crate) fn deviation(
    profile: Profile,
    request: &ReceivedRequest,
    fault: Option<&Fault>,
    response: Option<&Response<Bytes>>,
) -> Option<Deviation> {
    if let Some(fault) = fault.filter(|fault| !matches!(fault, Fault::RejectToken)) {
        return Some(Deviation::Fault(fault.name()));
    }
    let response = response?;
    let is_exchange = request.path.strip_prefix(BASE) == Some("refresh-access-token");
    if request.operation == OperationName::UNMATCHED {
        return is_exchange.then_some(Deviation::OtherExchange);
    }
    if request.described.is_some() && response.status() == StatusCode::NOT_IMPLEMENTED {
        return Some(Deviation::NotServed);
    }
    match response.extensions().get::<Mark>() {
        Some(Mark::OtherWord) => return Some(Deviation::OtherWord),
        Some(Mark::Choice) => return Some(Deviation::Choice),
        Some(Mark::RefusedUnder200) if !request.described.is_some_and(fits_under_200) => {
            return Some(Deviation::RefusedUnder200);
        }
        _ => {}
    }
    let is_html = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == HTML);
    (profile == Profile::Deployed2023 && is_html).then_some(Deviation::ContentType)
}

/// Whether the contract has an object for 200, as a rejection does.
fn fits_under_200(described: &Described) -> bool {
    let is_object =
        described.success.content.is_some_and(|(_, schema)| matches!(schema.kind(), Type::Object | Type::Any));
    described.success.status == StatusCode::OK && is_object
}

type Look = dyn Fn(&Observed<'_>) -> Result<(), String> + Send + Sync;

/// The observer of a sandbox, if it has one.
#[derive(Clone, Default)]
pub(crate) struct Observer(Option<Arc<Look>>);

impl Observer {
    pub(crate) fn new(look: impl Fn(&Observed<'_>) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(look)))
    }

    pub(crate) fn look(&self, observed: &Observed<'_>) -> Result<(), String> {
        self.0.as_ref().map_or(Ok(()), |look| look(observed))
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Observer" } else { "none" })
    }
}

/// The observer's objections: each message once, with its count.
#[derive(Default)]
pub(crate) struct Objections(Mutex<BTreeMap<String, usize>>);

impl Objections {
    pub(crate) fn note(&self, objection: String) {
        *lock(&self.0).entry(objection).or_default() += 1;
    }

    pub(crate) fn take(&self) -> Vec<String> {
        let objections = std::mem::take(&mut *lock(&self.0));
        let said = |(text, times)| if times == 1 { text } else { format!("{text} ({times} times)") };
        objections.into_iter().map(said).collect()
    }
}
