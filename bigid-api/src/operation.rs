use http::Method;

/// The metadata of one operation of the contract.
///
/// The table of all of them is [`operations::OPERATIONS`](crate::operations::OPERATIONS). While a request travels
/// through the layers of a [`Transport`](crate::Transport), its extensions hold a `&'static Operation`; a request that
/// the contract does not describe has none.
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
    /// The alternative security requirements, each a list of schemes that apply together. Empty for a call without
    /// authorization.
    pub security: &'static [&'static [&'static str]],
    /// The documented statuses.
    pub statuses: &'static [u16],
    /// Whether every 2xx status counts as documented, because no source gives the actual one.
    pub any_success: bool,
    /// The error statuses that are documented only by their first digit: 4 for `4XX`.
    pub error_classes: &'static [u16],
    /// Whether the body of a successful response is streamed rather than decoded as JSON.
    pub streams: bool,
    /// The documented media type of a successful response; `None` for one without a body.
    pub media_type: Option<&'static str>,
    /// Whether the contract marks the call as reading only (`x-safe`), although its method does not imply it.
    pub safe: bool,
    /// How its list is paged; `None` for an operation without pages.
    pub paging: Option<PagingRules>,
}

/// How the pages of a list are requested, and where its records are in the response, according to the contract
/// (`x-paging`).
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PagingRules {
    /// The name of the parameter for the number of records to skip.
    pub skip: &'static str,
    /// The path to the object in the body that takes `skip` and `limit`; `None` if they are query parameters.
    pub body: Option<&'static [&'static str]>,
    /// Whether `offset` is sent in addition to `skip`, with the same number.
    pub sends_offset: bool,
    /// Whether the count is requested, with `requireTotalCount`.
    pub counts: bool,
    /// The value of `sort` that makes the order stable.
    pub sort: Option<&'static str>,
    /// The maximum number of records in a page, if known.
    pub page_size: Option<u32>,
    /// The path to the list in the response.
    pub list: &'static [&'static str],
    /// The fields beside the list with its count, each with whether it is only an estimate.
    pub totals: &'static [(&'static str, bool)],
    /// The fields that identify a record, each with a JSON pointer into it. The first one that a record has counts.
    pub key: &'static [(&'static str, &'static str)],
}

impl Operation {
    /// Whether the call is authorized by a session, the scheme `SystemToken` of the contract. The exchange is
    /// authorized by a user token and the sign-in by its body.
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

    /// Whether sending the call twice has the same effect as sending it once: it is read-only, or its method is
    /// idempotent (RFC 9110, section 9.2.2).
    #[must_use]
    pub fn is_idempotent(&self) -> bool {
        self.safe || self.has_method(Method::is_idempotent)
    }

    fn has_method(&self, property: impl Fn(&Method) -> bool) -> bool {
        Method::from_bytes(self.method.as_bytes()).is_ok_and(|method| property(&method))
    }
}

/// The inputs from which the client was generated. Include [`operations::PROVENANCE`](crate::operations::PROVENANCE) in
/// bug reports.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Provenance {
    /// The generator and its version.
    pub generator: &'static str,
    /// The SHA-256 of the applied contract, `spec/bigid.openapi.json`.
    pub contract: &'static str,
    /// The received documents: their names below `spec/`, and their SHA-256.
    pub upstream: &'static [(&'static str, &'static str)],
    /// The descriptions of this project, in the same format.
    pub domains: &'static [(&'static str, &'static str)],
    /// The overlays, in the same format.
    pub overlays: &'static [(&'static str, &'static str)],
    /// A hash of all of them.
    pub fingerprint: &'static str,
}
