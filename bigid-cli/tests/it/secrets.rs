//! Secrets appear in no argument, no output, and no file except their own.

use std::fs;
use std::path::Path;

use bigid_sandbox::ResponseTemplate;
use bigid_sandbox::http::header::AUTHORIZATION;
use bigid_sandbox::http::{Method, StatusCode};
use serde_json::json;

use crate::bigid::{Bigid, Ran, login, respond, sandbox, unwatched};

const MARK: &str = "hunter2-mark";

fn files(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push((path.clone(), fs::read(path).unwrap())) }
    }
    found
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
}

#[test]
fn no_output_and_no_file_but_the_token_s_own_holds_a_token() {
    let sandbox = unwatched();
    let (token, session) = (sandbox.user_token(), sandbox.system_token());
    let bigid = Bigid::new();
    let mut runs: Vec<Ran> = vec![bigid.run_with_stdin(&login(&sandbox.base_url()), &token)];
    for words in [
        &["whoami"][..],
        &["whoami", "-o", "table"],
        &["profiles"],
        &["data-sources", "list"],
        &["data-sources", "list", "-o", "table"],
        &["data-sources", "list", "--dry-run"],
        &["authentication", "exchange-user-token"],
        &["authentication", "exchange-user-token", "--dry-run"],
        &["api", "GET", "/roles"],
        &["api", "GET", "/nothing"],
        &["scans", "get", "nothing", "--format-error", "json"],
        &["data-sources", "list", "--jq", "env, $ENV"],
        &["data-sources", "list", "--sandbox"],
    ] {
        runs.push(bigid.run(words));
    }
    for ran in &runs {
        for secret in [&token, &session] {
            assert!(!holds(ran.out.as_bytes(), secret) && !holds(ran.err.as_bytes(), secret), "{ran:?}");
        }
    }
    let holding: Vec<_> =
        files(bigid.folder()).into_iter().filter(|(_, bytes)| holds(bytes, &token) || holds(bytes, &session)).collect();
    let names: Vec<_> = holding.iter().map(|(path, _)| path.strip_prefix(bigid.folder()).unwrap().to_owned()).collect();
    assert_eq!(names, [Path::new("config/tokens/default")]);
}

#[test]
fn a_server_that_repeats_the_credential_does_not_put_it_into_an_error() {
    let sandbox = unwatched();
    let bigid = Bigid::of(&sandbox);
    for (place, status) in [400, 404, 409, 500, 503].into_iter().enumerate() {
        for form in ["json", "text", "html"] {
            sandbox.route_with_session(Method::GET, format!("/api/v1/echo/{place}/{form}"), move |request| {
                let credential = request.headers()[AUTHORIZATION].to_str().unwrap().to_owned();
                let response = match form {
                    "json" => ResponseTemplate::json(&json!({ "message": format!("not {credential}, sorry") })),
                    "text" => ResponseTemplate::csv(format!("not {credential}, sorry")),
                    _ => ResponseTemplate::html(format!("<title>no</title><p>not {credential}, sorry</p>")),
                };
                response.status(StatusCode::from_u16(status).unwrap())
            });
            let ran = bigid.run(&["api", "GET", &format!("/echo/{place}/{form}"), "--no-retry"]);
            let session = sandbox.calls("exchange");
            assert!(ran.code != 0 && session > 0, "{ran:?}");
            assert!(!ran.err.contains("eyJ") && !ran.out.contains("eyJ"), "{status} {form}: {ran:?}");
        }
    }
}

#[test]
fn no_secret_is_taken_from_an_argument() {
    let sandbox = sandbox(|builder| builder);
    let bigid = Bigid::of(&sandbox);
    for words in [
        &["authentication", "create-session", "--body", &format!("{{\"username\": \"u\", \"password\": \"{MARK}\"}}")]
            [..],
        &["authentication", "create-session", "-f", "username=u", "-f", &format!("password={MARK}")],
        &["authentication", "create-session", "-f", &format!("password:=\"{MARK}\"")],
        &["api", "POST", "/sessions", "--body", &format!("{{\"password\": \"{MARK}\"}}")],
        &["api", "post", "/sessions?x=1", "--body", &format!("{{\"password\": \"{MARK}\"}}")],
        &["api", "PUT", "/nothing/described", "--body", &format!("[{{\"in\": {{\"password\": \"{MARK}\"}}}}]")],
    ] {
        let said = bigid.run(words).failed(2);
        assert!(said.contains("`password` is a secret") && !said.contains(MARK), "{said}");
    }
    assert_eq!(sandbox.total_calls(), 0);
    fs::write(bigid.folder().join("password"), MARK).unwrap();
    let shown = bigid
        .run(&["authentication", "create-session", "-f", "username=u", "-f", "password=@password", "--dry-run"])
        .ok();
    assert!(shown.contains("******") && !shown.contains(MARK), "{shown}");
    fs::write(bigid.folder().join("body.json"), json!({ "password": MARK }).to_string()).unwrap();
    let shown = bigid.run(&["api", "POST", "/sessions", "--body", "@body.json", "--dry-run"]).ok();
    assert!(shown.contains("******") && !shown.contains(MARK), "{shown}");
    for option in ["--token", "--password", "--user-token", "--authorization"] {
        assert_eq!(bigid.run(&["data-sources", "list", option, MARK]).code, 2, "{option}");
    }
}

#[test]
fn secrets_of_a_response_are_masked_unless_they_are_asked_for() {
    let sandbox = sandbox(|builder| builder);
    let record = json!({ "_id": "1", "name": "one", "password": MARK, "nested": [{ "password": MARK }] });
    let page = json!({ "status": "success", "data": { "ds_connections": [record], "totalCount": 1 } });
    sandbox.on("list_data_sources").always(respond(200, &page));
    let bigid = Bigid::of(&sandbox);
    for words in [
        &["-o", "table", "--columns", "name,password"][..],
        &["-o", "csv"],
        &["-o", "json"],
        &[],
        &["--jq", "."],
        &["--jq", ".password"],
    ] {
        let text = bigid.run(&[&["data-sources", "list"], words].concat()).ok();
        assert!(!text.contains(MARK) && text.contains("******"), "{words:?}: {text}");
    }
    assert_eq!(bigid.run(&["data-sources", "list", "--show-secrets", "--jq", ".password"]).ok(), format!("{MARK}\n"));
}
