//! How sessions come and go, before any judge that serves no base path.

use bigid_auth_ext::{BigIdClient, Builder, Dialect, ManualClock, RetryPolicy};

use super::recorder::{Exchange, Recorder};

/// A client of the judged server that sends nothing twice by itself, and whose waits take no time.
pub fn client(recorder: &Recorder, dialect: Dialect) -> Builder {
    BigIdClient::builder(&recorder.base_url)
        .base_path("")
        .dialect(dialect)
        .retry(RetryPolicy::none())
        .clock(ManualClock::default())
}

/// An exchange, a sign-in, the refusal of both, and a call whose session is refused; `path` is an operation that
/// requires a session.
pub async fn authentication(
    recorder: &Recorder,
    dialect: Dialect,
    method: http::Method,
    path: &'static str,
) -> Vec<Exchange> {
    let mut responses = Vec::new();
    let mut expect = |expected: &[(&str, &str, u16)]| {
        let seen = recorder.take();
        let brief: Vec<_> = seen.iter().map(|one| (one.method.as_str(), one.path.as_str(), one.status)).collect();
        assert_eq!(brief, expected, "{seen:#?}");
        responses.extend(seen);
    };
    let clock = ManualClock::default();
    let client = || client(recorder, dialect).clock(clock.clone());
    let by_token = || client().user_token("the-user-token").build().unwrap();
    let by_password = || client().password("the-user", "the-password").build().unwrap();
    let (exchange, exchanged) = (if dialect == Dialect::Spec { "POST" } else { "GET" }, "/refresh-access-token");

    for (client, method, came_from) in [(by_token(), exchange, exchanged), (by_password(), "POST", "/sessions")] {
        client.session().await.unwrap();
        expect(&[(method, came_from, 200)]);
    }
    for (client, method, came_from) in [(by_token(), exchange, exchanged), (by_password(), "POST", "/sessions")] {
        recorder.refuse_next(came_from);
        assert!(client.session().await.unwrap_err().is_rejected());
        expect(&[(method, came_from, 401)]);
    }
    for (client, sign_in, came_from) in [(by_token(), exchange, exchanged), (by_password(), "POST", "/sessions")] {
        client.session().await.unwrap();
        expect(&[(sign_in, came_from, 200)]);
        // Older than a session whose refusal may be a slow node's.
        clock.advance(std::time::Duration::from_secs(3));
        recorder.refuse_next(path);
        let response = client.request(method.clone(), path).send().await.unwrap();
        assert_eq!(response.status(), http::StatusCode::OK);
        let call = method.as_str();
        expect(&[(call, path, 401), (sign_in, came_from, 200), (call, path, 200)]);
    }
    responses
}
