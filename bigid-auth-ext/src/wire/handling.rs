use std::future::Future;
use std::pin::Pin;

use reqwest::Response;

/// What [`Middleware::handle`](reqwest_middleware::Middleware::handle) returns.
///
/// Layers are written without `async_trait`: a layer that mostly passes a call on adds no future, and the future of any
/// other does not hold a second copy of the request.
pub(crate) type Handling<'f> = Pin<Box<dyn Future<Output = reqwest_middleware::Result<Response>> + Send + 'f>>;
