//! The app as an axum router.

use std::future::{Future, IntoFuture as _};
use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use tokio::net::TcpListener;

use crate::app::{App, Shutdown};
use crate::response::ExecutionResponse;

impl App {
    /// What BigID calls: `/manifest`, `/execute`, `/logs`, `/assets/icon`, `/assets/sideBarIcon` and `/configure`.
    ///
    /// Add your own routes, such as `/ui`, with `merge` or `route`; this crate neither verifies nor limits their
    /// requests.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/manifest", get(manifest))
            .route("/execute", post(execute))
            .route("/configure", post(configure))
            .route("/logs", get(logs))
            .route("/assets/{name}", get(asset))
            .layer(DefaultBodyLimit::max(self.max_body()))
            .with_state(self.clone())
    }

    /// Serves the app until `stop` completes, and then [shuts it down](Self::shutdown).
    ///
    /// # Errors
    /// The errors of the listener.
    ///
    /// # Cancel safety
    /// Dropping the future stops serving at once. Actions in the background go on.
    pub async fn serve(
        &self,
        listener: TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
        grace: Duration,
    ) -> io::Result<Shutdown> {
        let (report, mut reported) = tokio::sync::watch::channel(None);
        let app = self.clone();
        let stopped = async move {
            stop.await;
            // Before the listener closes, so that immediate actions can respond, and new requests are refused with a
            // reason.
            report.send_replace(Some(app.shutdown(grace).await));
        };
        let drained = {
            let (mut reported, app) = (reported.clone(), self.clone());
            async move {
                match reported.wait_for(Option::is_some).await.map(drop) {
                    Ok(()) => app.sleep(DRAIN).await,
                    Err(_) => std::future::pending().await,
                }
            }
        };
        let server = axum::serve(listener, self.router()).with_graceful_shutdown(stopped);
        tokio::select! {
            end = server.into_future() => end?,
            () = drained => {}
        }
        reported.borrow_and_update().clone().ok_or_else(|| io::Error::other("the server ended before it was stopped"))
    }
}

/// How long a stopped server waits for connections to finish: 5 s. A client that never ends its request must not keep
/// the process alive.
pub const DRAIN: Duration = Duration::from_secs(5);

async fn manifest(State(app): State<App>) -> Response {
    json(StatusCode::OK, app.manifest().to_json())
}

async fn execute(State(app): State<App>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => {
            let response = ExecutionResponse::error(None, unread(&app, &rejection));
            return json(rejection.status(), response.to_json());
        }
    };
    let reply = app.execute(signed_token(&headers), &body).await;
    json(reply.status, reply.response.to_json())
}

async fn configure(State(app): State<App>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return (rejection.status(), unread(&app, &rejection)).into_response(),
    };
    match app.configure(signed_token(&headers), &body).await {
        Ok(()) => json(StatusCode::OK, "null".to_owned()),
        Err(reason) => (StatusCode::BAD_REQUEST, reason).into_response(),
    }
}

async fn logs(State(app): State<App>) -> Response {
    // Served as plain text: lines contain values from requests.
    let no_sniffing = [(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"))];
    (no_sniffing, app.logs().to_text()).into_response()
}

async fn asset(State(app): State<App>, Path(name): Path<String>) -> Response {
    match app.asset(&name) {
        Some(asset) => ([(header::CONTENT_TYPE, asset.content_type().clone())], asset.bytes()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The token, if there is exactly one.
fn signed_token(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(SIGNED_TOKEN).iter();
    let first = values.next()?;
    if values.next().is_some() { None } else { first.to_str().ok() }
}

fn unread(app: &App, rejection: &BytesRejection) -> String {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        format!("the body is larger than {} bytes", app.max_body())
    } else {
        "the body could not be read".to_owned()
    }
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}

const SIGNED_TOKEN: HeaderName = HeaderName::from_static("x-signed-token");
