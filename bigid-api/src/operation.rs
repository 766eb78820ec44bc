use http::Method;

/// The metadata of one operation of the contract.
///
/// The table of all of them is [`operations::OPERATIONS`](crate::operations::OPERATIONS). While a request travels through the layers
/// of a [`Transport`](crate::Transport), its extensions hold a `&'static Operation`; a request that the contract does not describe
/// has none.
///
/// ```
/// use bigid_api::operations::LIST_DATA_SOURCES;
///
/// assert_eq!(LIST_DATA_SOURCES.path, "/ds-connections");
/// assert!(LIST_DATA_SOURCES.requires_session());
/// ```
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The operationId of the contract, for example `listDataSources`.
    pub id: &'static str,
    /// The name of the method of [`Client`](crate::Client), for example `list_data_sources`.
    pub name: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path template below the base URL.
    pub path: &'static str,
    /// The tags of the operation.
    pub tags: &'static [&'static str],
    /// The alternatives of security schemes, each a list of schemes that hold together. Empty for a call without authorization.
    pub security: &'static [&'static [&'static str]],
    /// The documented statuses.
    pub statuses: &'static [u16],
    /// Whether every 2xx status is documented, because no source says which one is sent.
    pub any_success: bool,
    /// The error statuses that are documented by their first digit alone: 4 for `4XX`.
    pub error_classes: &'static [u16],
    /// Whether a successful response is a body of any length that is streamed, not JSON.
    pub streams: bool,
    /// The documented media type of a successful response; none for one without a body.
    pub media_type: Option<&'static str>,
    /// Whether the contract says that the call only reads, although its method does not promise it (`x-safe`).
    pub safe: bool,
    /// How its list is read page by page; `None` for an operation that is not paged.
    pub paging: Option<PagingRules>,
}

/// How a list is asked for page by page, and where its records are in the response, as the contract says (`x-paging`).
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PagingRules {
    /// What the request calls the number of records to skip.
    pub skip: &'static str,
    /// The way to the object of the body that takes `skip` and `limit`; `None` where the query takes them.
    pub body: Option<&'static [&'static str]>,
    /// Whether `offset` is sent beside `skip`, with the same number.
    pub sends_offset: bool,
    /// Whether the count is asked for, with `requireTotalCount`.
    pub counts: bool,
    /// The value of the `sort` to ask with, which makes the order stable.
    pub sort: Option<&'static str>,
    /// How many records a page has at most, where that is known.
    pub page_size: Option<u32>,
    /// The way to the list in the response.
    pub list: &'static [&'static str],
    /// The fields beside the list that count it, each with whether it only estimates.
    pub totals: &'static [(&'static str, bool)],
    /// The fields that identify a record, each with a JSON pointer into it: the first that a record has.
    pub key: &'static [(&'static str, &'static str)],
}

impl Operation {
    /// Whether the call is authorized by a session, the scheme `SystemToken` of the contract. The exchange is authorized by a user
    /// token and the sign-in by its body.
    #[must_use]
    pub fn requires_session(&self) -> bool {
        self.security.iter().any(|alternative| alternative.contains(&"SystemToken"))
    }

    /// Whether the contract documents a response with this status.
    #[must_use]
    pub fn documents(&self, status: u16) -> bool {
        let class = status / 100;
        self.statuses.contains(&status) || self.any_success && class == 2 || self.error_classes.contains(&class)
    }

    /// Whether the call is read-only: its method is safe (RFC 9110, section 9.2.1), or the contract says so.
    #[must_use]
    pub fn is_safe(&self) -> bool {
        self.safe || self.has_method(Method::is_safe)
    }

    /// Whether sending the call twice has the same effect as sending it once: it is read-only, or its method is idempotent (RFC 9110,
    /// section 9.2.2).
    #[must_use]
    pub fn is_idempotent(&self) -> bool {
        self.safe || self.has_method(Method::is_idempotent)
    }

    fn has_method(&self, property: impl Fn(&Method) -> bool) -> bool {
        Method::from_bytes(self.method.as_bytes()).is_ok_and(|method| property(&method))
    }
}

/// The inputs that the client was generated from. Include [`operations::PROVENANCE`](crate::operations::PROVENANCE) in bug reports.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Provenance {
    /// The generator and its version.
    pub generator: &'static str,
    /// The SHA-256 of the applied contract, `spec/bigid.openapi.json`.
    pub contract: &'static str,
    /// The received documents: their names below `spec/`, and their SHA-256.
    pub upstream: &'static [(&'static str, &'static str)],
    /// The descriptions of this project, in the same form.
    pub domains: &'static [(&'static str, &'static str)],
    /// The overlays, in the same form.
    pub overlays: &'static [(&'static str, &'static str)],
    /// A quick hash of all of them.
    pub fingerprint: &'static str,
}
