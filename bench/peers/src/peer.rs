//! The libraries that are compared, each behind the same trait.

mod aws;
mod azure;
mod floor;
mod google;
mod object_store;
mod octocrab;
mod ours;
mod reqsign;
mod service_account;

use std::fmt::Display;
use std::future::Future;
use std::sync::Arc;

use crate::source::Source;

/// A cached token.
pub trait Peer: Send + Sync + Sized + 'static {
    const NAME: &'static str;

    /// Builds it with the defaults of its library, within a runtime. It makes no exchange yet.
    fn new(source: Arc<Source>) -> impl Future<Output = Self> + Send;

    /// Gets what the library authorizes a request with.
    fn get(&self) -> impl Future<Output = Result<(), String>> + Send;
}

/// Drops a token in a way that the compiler does not see, so that getting it is not optimised away.
fn done<T, E: Display>(token: Result<T, E>) -> Result<(), String> {
    match token {
        Ok(token) => {
            drop(std::hint::black_box(token));
            Ok(())
        }
        Err(error) => Err(error.to_string()),
    }
}

/// Calls a generic function of every peer, and collects the results. The first is the client, the others are sorted by
/// name.
macro_rules! every_peer {
    ($function:ident ( $($argument:expr),* )) => {{
        use $crate::peer::all::*;
        vec![
            $function::<Ours>($($argument),*),
            $function::<Identity>($($argument),*),
            $function::<Bearer>($($argument),*),
            $function::<Entra>($($argument),*),
            $function::<GcpAuth>($($argument),*),
            $function::<Google>($($argument),*),
            $function::<ObjectStore>($($argument),*),
            $function::<Octocrab>($($argument),*),
            $function::<Reqsign>($($argument),*),
            $function::<Yup>($($argument),*),
        ]
    }};
}
pub(crate) use every_peer;

pub mod all {
    pub use super::aws::Identity;
    pub use super::azure::{Bearer, Entra};
    pub use super::floor::Floor;
    pub use super::google::{Google, GoogleUnchanged};
    pub use super::object_store::ObjectStore;
    pub use super::octocrab::Octocrab;
    pub use super::ours::Ours;
    pub use super::reqsign::Reqsign;
    pub use super::service_account::{GcpAuth, Yup};
}
