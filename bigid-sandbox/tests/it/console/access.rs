//! Access to the console, and what its responses allow the browser to do.

use super::*;

#[tokio::test]
async fn without_the_console_there_is_nothing_below_its_path() -> TestResult {
    let sandbox = Sandbox::start().await?;
    assert_eq!(sandbox.console_url(), None);
    for path in ["/console", "/console/", "/console/api/state", "/console/console.js"] {
        let response = common::http()?.get(format!("http://{}{path}", sandbox.address())).send().await?;
        assert_eq!(
            (response.status(), response.headers()["x-powered-by"].to_str()?),
            (StatusCode::NOT_FOUND, "Express")
        );
    }
    assert_eq!(sandbox.calls("unmatched"), 4);
    Ok(())
}

#[tokio::test]
async fn every_response_of_the_console_has_its_policy() -> TestResult {
    let page = Page::open().await?;
    let long = json!("x".repeat(1 << 20));
    let requests = [
        (200, page.get("")),
        (200, page.get("/")),
        (200, page.get("/console.css")),
        (200, page.get("/console.js")),
        (200, page.get("/icon.svg")),
        (200, page.get("/api/state")),
        (200, page.get("/api/contract")),
        (200, page.get("/api/exchanges")),
        (200, page.get("/api/events")),
        (404, page.get("/api/exchanges/7")),
        (404, page.get("/api/exchanges/x")),
        (404, page.get("/none")),
        (403, page.get("").header("host", "example.com")),
        (200, page.post("faults/clear", &json!({}))),
        (422, page.post("faults", &json!({}))),
        (404, page.post("none", &json!({}))),
        (400, page.post("faults", &json!({})).body("{")),
        (413, page.post("faults", &long)),
        (405, page.http.delete(format!("{}/api/faults", page.url)).header("x-bigid-console", "1")),
    ];
    for (status, request) in requests {
        let response = request.send().await?;
        let url = response.url().path().to_owned();
        assert_eq!(response.status(), status, "{url}");
        let policy = response.headers()["content-security-policy"].to_str()?;
        assert_eq!(
            policy,
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            "{url}"
        );
        for (name, value) in
            [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"), ("cache-control", "no-store")]
        {
            assert_eq!(response.headers()[name], value, "{url}");
        }
        for name in ["set-cookie", "access-control-allow-origin", "access-control-allow-headers"] {
            assert!(!response.headers().contains_key(name), "{url} has {name}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn other_hosts_and_origins_reach_nothing() -> TestResult {
    let page = Page::open().await?;
    let port = page.sandbox.address().port();
    for path in ["", "/console.js", "/api/state", "/api/events", "/api/exchanges", "/api/contract"] {
        for (name, value) in [
            ("host", format!("attacker.example:{port}")),
            ("host", "localhost".to_owned()),
            ("host", format!("localhost:{}", port ^ 1)),
            ("origin", "http://attacker.example".to_owned()),
            ("origin", "null".to_owned()),
            ("origin", format!("https://{}", page.sandbox.address())),
            ("origin", format!("http://localhost:{port}")),
        ] {
            let response = page.get(path).header(name, &value).send().await?;
            assert_eq!(response.status(), 403, "{path} {name} {value}");
        }
    }
    for host in [format!("localhost:{port}"), format!("127.0.0.1:{port}"), format!("[::1]:{port}")] {
        let response =
            page.get("/api/state").header("host", &host).header("origin", format!("http://{host}")).send().await?;
        assert_eq!(response.status(), 200, "{host}");
    }
    Ok(())
}

/// Every path that changes something.
const CHANGES: [&str; 12] = [
    "faults",
    "faults/remove",
    "faults/clear",
    "breakpoints",
    "breakpoints/remove",
    "held",
    "sessions/revoke",
    "sessions",
    "clock",
    "profile",
    "tokens",
    "users/save",
];

#[tokio::test]
async fn nothing_changes_without_the_header_or_from_another_origin() -> TestResult {
    let page = Page::of(Sandbox::builder().console().clock(Clock::manual(1_700_000_000)).start().await?)?;
    let session = page.session().await?;
    page.sandbox.on("list_users").always(Fault::Reset);
    let before = page.read("state").await?;
    let body = json!({
        "script": "every=reset", "number": 1, "operation": "every", "user": "sandbox-admin", "seconds": 60,
        "profile": "spec", "days": 3, "decision": "release"
    });
    for path in CHANGES {
        let url = format!("{}/api/{path}", page.url);
        for request in [
            page.http.post(&url).json(&body),
            page.http.post(&url).header("content-type", "text/plain").body(body.to_string()),
            page.post(path, &body).header("origin", "http://attacker.example"),
            page.post(path, &body).header("sec-fetch-site", "same-site"),
        ] {
            assert_eq!(request.send().await?.status(), 403, "{path}");
        }
        assert_eq!(page.get(&format!("/api/{path}")).send().await?.status(), 404, "{path} is not read");
    }
    assert_eq!(page.read("state").await?, before);
    assert_eq!(page.caller.get("/ds-connections", &session).send().await?.status(), 200);
    Ok(())
}

#[tokio::test]
async fn the_console_is_not_there_for_other_machines() -> TestResult {
    for address in ["0.0.0.0:0", "[::]:0"] {
        let refused = Sandbox::builder().address(address.parse()?).console().start().await;
        assert!(refused.is_err_and(|error| error.to_string().contains("loopback addresses only")), "{address}");
    }
    Ok(())
}
