//! Many cases at once, with a result for each.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use bigid_api::Error;
use bigid_api::types::{
    BulkCaseChange, BulkCaseUpdate, CaseActionSubType, CaseActionType, CaseFilter, CaseStatus, CaseStatusUpdate,
};

use super::concurrent::at_most;
use crate::client::BigIdClient;

/// The default number of concurrent calls. BigID's connector for Microsoft Sentinel makes at most 20 calls a second.
pub const CASE_CONCURRENCY: usize = 8;

/// The number of values in the filter of one bulk update.
pub const FILTER_VALUES_PER_CALL: usize = 100;

/// Sets the status of cases by id. Awaiting it returns a result for each id, in the given order.
///
/// Each case is one call: no source shows a bulk update that selects cases by id. Calls are not retried, and a case
/// whose status is set already is set again.
///
/// # Cancel safety
/// Dropping it abandons the calls in flight, which the server may have received, and starts no more.
#[derive(Debug)]
#[must_use = "an update does nothing until it is awaited"]
pub struct CaseUpdate {
    client: BigIdClient,
    ids: Vec<String>,
    body: CaseStatusUpdate,
    concurrency: usize,
}

/// The result for one case.
#[derive(Debug)]
#[non_exhaustive]
pub struct UpdatedCase {
    /// The id of the case.
    pub id: String,
    /// Whether its status was set.
    pub outcome: Result<(), Error>,
}

/// The result of one batch of a bulk update.
#[derive(Debug)]
#[non_exhaustive]
pub struct CaseBatch {
    /// The values that select its cases.
    pub values: Vec<String>,
    /// Whether the server accepted it.
    pub outcome: Result<(), Error>,
}

impl BigIdClient {
    /// Sets the status of cases by their ids.
    ///
    /// ```no_run
    /// # async fn run(client: &bigid_auth_ext::BigIdClient, ids: Vec<String>) {
    /// use bigid_auth_ext::types::CaseStatus;
    ///
    /// let failed = client.set_case_status(ids, CaseStatus::Closed).reason("remediated").await;
    /// for case in failed.iter().filter(|case| case.outcome.is_err()) {
    ///     eprintln!("{}: {:?}", case.id, case.outcome);
    /// }
    /// # }
    /// ```
    pub fn set_case_status(
        &self,
        ids: impl IntoIterator<Item = impl Into<String>>,
        status: impl Into<CaseStatus>,
    ) -> CaseUpdate {
        CaseUpdate {
            client: self.clone(),
            ids: ids.into_iter().map(Into::into).collect(),
            body: CaseStatusUpdate::new().case_status(status),
            concurrency: CASE_CONCURRENCY,
        }
    }

    /// Changes every case whose field has one of the values, [`FILTER_VALUES_PER_CALL`] values at a time, for example
    /// those of many policies by `policyName`. `change` says what is set; its filters are set here.
    ///
    /// The batches are sent one after the other; one that fails does not stop the next. Without values, nothing is
    /// sent. Count the cases first: there may be far more of them than a page shows.
    ///
    /// # Cancel safety
    /// Dropping the future abandons the batch in flight, which the server may have received.
    #[inline]
    pub async fn update_cases_where(
        &self,
        field: &str,
        values: impl IntoIterator<Item = impl Into<String>>,
        change: BulkCaseChange,
    ) -> Vec<CaseBatch> {
        let values: Vec<String> = values.into_iter().map(Into::into).collect();
        let mut batches = Vec::new();
        for values in values.chunks(FILTER_VALUES_PER_CALL) {
            let filter = CaseFilter::new().filter_field(field).filter_values(values.iter().cloned());
            let change = change.clone().cases_filters([filter]).all_cases(false);
            let body = BulkCaseUpdate::new()
                .type_(CaseActionType::CasesDb)
                .sub_type(CaseActionSubType::UpdateCases)
                .additional_properties(change);
            let outcome = self.update_cases(ACTION, body).await.map(|_| ()).map_err(Error::into_untyped);
            batches.push(CaseBatch { values: values.to_vec(), outcome });
        }
        batches
    }
}

/// The last segment of the path. The body contains the change.
const ACTION: &str = "update";

impl CaseUpdate {
    /// The reason, for the audit log.
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.body = self.body.audit_reason(reason);
        self
    }

    /// The number of concurrent calls; [`CASE_CONCURRENCY`] by default, and at least one.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls;
        self
    }
}

impl IntoFuture for CaseUpdate {
    type Output = Vec<UpdatedCase>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Self { client, ids, body, concurrency } = self;
            let calls = ids.into_iter().map(|id| {
                let call = client.update_case_status(&id, &body);
                async move {
                    let outcome = call.await.map(|_| ()).map_err(Error::into_untyped);
                    UpdatedCase { id, outcome }
                }
            });
            at_most(concurrency, calls).await
        })
    }
}
