//! The methods that the builders of all operations share, on one builder of each kind of response.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bigid_api::http::{self, Extensions, StatusCode};
use bigid_api::{BaseUrl, CallOptions, Client, RetryPolicy, Transport, reqwest, reqwest_middleware};

/// A layer that responds to every request, and keeps the header `x-trace` and the options of each.
#[derive(Clone, Default)]
struct Server(Arc<Mutex<Vec<Sent>>>);

type Sent = (Option<String>, CallOptions);

#[async_trait]
impl reqwest_middleware::Middleware for Server {
    async fn handle(
        &self,
        request: reqwest::Request,
        extensions: &mut Extensions,
        _: reqwest_middleware::Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        let header = request.headers().get("x-trace").map(|value| value.to_str().unwrap().to_owned());
        self.0.lock().unwrap().push((header, extensions.get::<CallOptions>().copied().unwrap_or_default()));
        Ok(http::Response::builder().status(StatusCode::ACCEPTED).body("{}").unwrap().into())
    }
}

impl Server {
    fn client(&self) -> Client {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let chain = reqwest_middleware::ClientBuilder::new(http.clone()).with(self.clone()).build();
        Client::new(Transport::with_layers(BaseUrl::parse("http://127.0.0.1:9").unwrap(), http, chain))
    }

    fn taken(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// Calls with every method, alone, twice and together, and compares what was sent, in each way to send a call.
macro_rules! check {
    ($server:ident, $call:expr) => {
        let (none, options) = (RetryPolicy::none(), CallOptions::new());
        let patient = options.headers_timeout(MINUTE);
        for (builder, header, options) in [
            ($call, None, options),
            ($call.header("x-trace", "1"), Some("1"), options),
            ($call.header("x-trace", "1").header("x-trace", "2"), Some("2"), options),
            ($call.timeout(SECOND), None, options.timeout(SECOND)),
            ($call.timeout(SECOND).timeout(MINUTE), None, options.timeout(MINUTE)),
            ($call.retry(none), None, options.retry(none)),
            ($call.options(patient), None, patient),
            ($call.timeout(SECOND).options(patient).retry(none), None, patient.timeout(SECOND).retry(none)),
            ($call.options(patient.timeout(SECOND)).timeout(MINUTE), None, patient.timeout(MINUTE)),
            ($call.timeout(SECOND).header("x-trace", "1"), Some("1"), options.timeout(SECOND)),
        ] {
            assert!(builder.clone().send().await.is_ok());
            assert!(builder.clone().await.is_ok());
            let response = builder.with_response().await.unwrap();
            assert_eq!(response.status(), StatusCode::ACCEPTED);
            assert_eq!($server.taken(), vec![(header.map(str::to_owned), options); 3], "{}", stringify!($call));
        }
        let mistaken = $call.header("x-trace", "a\nb");
        for error in
            [mistaken.clone().send().await.err(), mistaken.clone().await.err(), mistaken.with_response().await.err()]
        {
            let message = "the header `x-trace` contains characters that are not valid in a header";
            assert!(error.unwrap().to_string().contains(message));
        }
        assert!($server.taken().is_empty());
    };
}

#[tokio::test]
async fn a_header_and_options_apply_to_one_call_however_it_is_sent() {
    let server = Server::default();
    let client = server.client();
    check!(server, client.list_data_sources());
    check!(server, client.export_findings());
    check!(server, client.delete_data_source("Orders"));
}

#[test]
fn a_builder_shows_its_operation_and_no_value() {
    let client = Server::default().client();
    let shown = format!("{:?}", client.get_data_source("hunter2").header("x-trace", "hunter2"));
    assert_eq!(shown, "getDataSource { .. }");
}
