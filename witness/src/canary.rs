//! For `cargo xtask canary`: writes the secrets of the tests to a file, and prints everything that is logged.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::sync::{LazyLock, Mutex};

use bigid_sandbox::Observed;
use http::header::AUTHORIZATION;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::lock::lock;

/// The file of secrets, where one is asked for. Asking for it turns the log on.
static SECRETS: LazyLock<Option<Mutex<std::fs::File>>> = LazyLock::new(|| {
    let file = OpenOptions::new().append(true).open(std::env::var_os("CANARY_SECRETS")?).ok()?;
    // A mock server may print what it received.
    let all = Targets::new().with_default(LevelFilter::TRACE).with_target("httpmock", LevelFilter::OFF);
    let printed = tracing_subscriber::fmt::layer().with_ansi(false);
    // A test with its own subscriber checks its log itself.
    let _ = tracing_subscriber::registry().with(printed).with(all).try_init();
    Some(Mutex::new(file))
});

/// Starts logging if `CANARY_SECRETS` is set.
pub(crate) fn begin() {
    LazyLock::force(&SECRETS);
}

/// Notes the credentials of a request. A session is used before a response could be noted, and a password is in the
/// body of a sign-in, and the secret of a hosted app in the form for its identity provider.
pub(crate) fn note(observed: &Observed<'_>) {
    let Some(secrets) = &*SECRETS else { return };
    let request = observed.request();
    let credential = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let body: Option<serde_json::Value> = serde_json::from_slice(request.body()).ok();
    let password = body.as_ref().and_then(|body| body["password"].as_str());
    let mut form = url::form_urlencoded::parse(request.body());
    let client_secret = form.find(|(name, _)| name == "client_secret").map(|(_, secret)| secret.into_owned());
    let mut file = lock(secrets);
    for secret in credential.into_iter().chain(password).chain(client_secret.as_deref()) {
        let _ = writeln!(file, "{secret}");
    }
}
