//! Errors of requests that got no response.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use super::connection::{ConnectionFault, chain};
use crate::layer::LayerError;

pub(crate) type Source = Box<dyn StdError + Send + Sync>;

/// The server could not be reached, or the connection broke before a response began.
#[derive(Debug)]
pub struct CommunicationError {
    pub(super) source: Source,
    pub(super) attempts: u32,
    pub(super) is_retryable: bool,
    /// Whether the layer's own message is complete.
    is_worded: bool,
}

impl CommunicationError {
    pub(super) fn new(source: Source) -> Self {
        let is_permanent = ConnectionFault::of(&*source).is_some_and(ConnectionFault::is_permanent);
        Self { source, attempts: 1, is_retryable: !is_permanent, is_worded: false }
    }

    pub(super) fn fault(&self) -> Option<ConnectionFault> {
        ConnectionFault::of(&*self.source)
    }
}

impl fmt::Display for CommunicationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_worded {
            return self.source.fmt(f);
        }
        if let Some(late) = self.late() {
            return write!(f, "the server did not respond in time: {late}; allow more time, or try again later");
        }
        let url = chain(&*self.source).find_map(|error| error.downcast_ref::<reqwest::Error>()?.url());
        match url.and_then(reqwest::Url::host_str) {
            Some(host) => write!(f, "the server {host} could not be reached: ")?,
            None => f.write_str("the server could not be reached: ")?,
        }
        if let Some(fault) = self.fault() {
            return fault.fmt(f);
        }
        write!(f, "{}; check the base URL (BIGID_BASE_URL), the network and the proxy", self.reason())
    }
}

impl CommunicationError {
    /// The innermost error of the network.
    fn io(&self) -> Option<&io::Error> {
        chain(&*self.source).filter_map(|error| error.downcast_ref::<io::Error>()).last()
    }

    /// The timeout of a layer, which names it.
    fn late(&self) -> Option<&io::Error> {
        self.io().filter(|error| error.kind() == io::ErrorKind::TimedOut && error.get_ref().is_some())
    }

    /// How the network failed, as a phrase.
    fn reason(&self) -> &'static str {
        match self.io().map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => "the connection was refused",
            Some(io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted) => {
                "the connection was reset before a response began"
            }
            Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => "there is no route to it",
            _ if chain(&*self.source).any(is_timeout) => "the connection or the response timed out",
            _ => "the connection broke before a response began",
        }
    }
}

pub(super) fn is_timeout(error: &(dyn StdError + 'static)) -> bool {
    error.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_timeout)
        || error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut)
}

/// Why a request got no response.
#[derive(Debug)]
pub(crate) enum SendError {
    Invalid(String),
    Communication(CommunicationError),
    Layer(LayerError),
}

impl SendError {
    pub(crate) fn of_reqwest(error: reqwest::Error) -> Self {
        let error = without_query(error);
        if error.is_builder() {
            Self::Invalid(error.to_string())
        } else {
            Self::Communication(CommunicationError::new(error.into()))
        }
    }

    /// `attempts` is how often the request was sent, if a layer has counted.
    pub(crate) fn of_middleware(error: reqwest_middleware::Error, attempts: Option<u32>) -> Self {
        match error {
            reqwest_middleware::Error::Reqwest(error) => match Self::of_reqwest(error) {
                Self::Communication(error) => {
                    Self::Communication(CommunicationError { attempts: attempts.unwrap_or(1), ..error })
                }
                other => other,
            },
            reqwest_middleware::Error::Middleware(error) => {
                let source = error.reallocate_into_boxed_dyn_error_without_backtrace();
                let attempts = attempts.unwrap_or(0);
                match source.downcast::<LayerError>() {
                    Ok(layer) if layer.unreachable => {
                        let is_worded = !layer.source.is::<io::Error>();
                        let (source, is_retryable) = (layer.source, layer.retryable);
                        Self::Communication(CommunicationError { source, attempts, is_retryable, is_worded })
                    }
                    Ok(layer) => Self::Layer(LayerError { attempts, ..*layer }),
                    Err(source) => Self::Layer(LayerError { attempts, ..LayerError::new(source) }),
                }
            }
        }
    }
}

/// A query may contain secrets; the address stays, because it names the server that could not be reached.
pub(super) fn without_query(mut error: reqwest::Error) -> reqwest::Error {
    if let Some(url) = error.url_mut() {
        url.set_query(None);
    }
    error
}
