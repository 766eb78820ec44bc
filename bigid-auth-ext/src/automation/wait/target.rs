//! The jobs that can be waited for, and how to request their state.

use std::fmt;
use std::time::Duration;

use bigid_api::types::{ApiErrorBody, DsarReportReference, StartScanResponse};
use bigid_api::{Error, retry_after};
use http::HeaderMap;
use serde_json::Value;

use super::Wait;
use crate::automation::Filter;
use crate::client::BigIdClient;

/// A job on the server, by the identifier that its state is requested with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitTarget {
    /// A scan, by its id.
    Scan(String),
    /// The latest scan of a data source, by the name of the data source.
    DataSourceScan(String),
    /// The report of a request about a person, by the id of the request.
    DsarReport(String),
    /// The minimization of what was found for a request, by the id of the request.
    Minimization(String),
}

/// Jobs that were started just now.
pub trait Started {
    /// Waits until the job has ended: `client.start_scan(scan).await?.finished(&client).await?`.
    fn finished(&self, client: &BigIdClient) -> Wait;
}

impl Started for StartScanResponse {
    fn finished(&self, client: &BigIdClient) -> Wait {
        let id = self.result.as_ref().and_then(|scan| scan.object_id.as_deref());
        client.wait_for_scan(id.unwrap_or_default())
    }
}

impl Started for DsarReportReference {
    fn finished(&self, client: &BigIdClient) -> Wait {
        client.wait_for_dsar_report(self.request_id.as_deref().unwrap_or_default())
    }
}

/// The state of a job, as one request shows it.
#[derive(Debug, Default)]
pub(super) struct JobStatus {
    /// The state of each part of the job.
    pub(super) states: Vec<String>,
    /// The progress in percent of each part that reports it.
    pub(super) percent: Vec<f64>,
    /// Whether a job without parts has nothing left to do.
    pub(super) may_be_empty: bool,
    pub(super) retry_after: Option<Duration>,
}

impl WaitTarget {
    /// The id, or the name of the data source.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Scan(id) | Self::DataSourceScan(id) | Self::DsarReport(id) | Self::Minimization(id) => id,
        }
    }

    #[inline]
    pub(super) async fn look(&self, client: &BigIdClient) -> Result<JobStatus, Error<ApiErrorBody>> {
        let asked = |headers: &HeaderMap| retry_after(headers, || client.clock().wall());
        let mut look = JobStatus::default();
        match self {
            Self::Scan(id) => {
                let response = client.get_scan(id).with_response().await?;
                look.retry_after = asked(response.headers());
                for part in response.into_inner().iter() {
                    look.add(part.state.as_ref().map(|state| state.as_str()), part.extra.get("progress"));
                }
            }
            Self::DataSourceScan(name) => {
                let response = client.get_data_source_scan(name).with_response().await?;
                look.retry_after = asked(response.headers());
                // No source documents the fields: those that a scan has elsewhere are looked for, in one scan or in
                // several.
                let data = response.into_inner().data.unwrap_or_default();
                for scan in data.as_array().map_or(std::slice::from_ref(&data), Vec::as_slice) {
                    let state = ["state", "status"].iter().find_map(|name| scan[name].as_str());
                    look.add(state, scan.get("progress").cloned());
                }
            }
            Self::DsarReport(id) => {
                let response = client.get_dsar_report_status(id).with_response().await?;
                look.retry_after = asked(response.headers());
                look.add(response.into_inner().status.as_deref(), None);
            }
            Self::Minimization(id) => {
                look.may_be_empty = true;
                let filter = Filter::new().equal("requestId", id.as_str());
                let mut objects = client.list_minimization_objects().filter(filter).records();
                while let Some(object) = objects.try_next().await? {
                    look.add(object.state.as_deref(), None);
                }
            }
        }
        Ok(look)
    }
}

impl JobStatus {
    fn add(&mut self, state: Option<&str>, percent: Option<Value>) {
        self.states.push(state.unwrap_or_default().to_owned());
        self.percent.extend(percent.and_then(|percent| percent.as_f64()));
    }
}

/// `scan 5ed0cb3a`, for messages.
impl fmt::Display for WaitTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::Scan(_) => "scan",
            Self::DataSourceScan(_) => "the scan of data source",
            Self::DsarReport(_) => "the report of request",
            Self::Minimization(_) => "the minimization of request",
        };
        write!(f, "{what} {:?}", self.id())
    }
}
