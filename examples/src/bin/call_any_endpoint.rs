//! Calls an endpoint that the SDK does not describe: session, retries and errors are those of every other call.
//!
//! It always runs against a sandbox with scripted responses.
#![allow(clippy::print_stdout, reason = "a program talks to its terminal")]

use std::error::Error;

use bigid_auth_ext::http::Method;
use bigid_sandbox::ResponseTemplate;
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, sandbox) = bigid_examples::sandbox().await?;
    let path = "/api/v1/my-app/settings";
    sandbox.route_with_session(Method::GET, path, |_| ResponseTemplate::json(&json!({ "interval": 30 })));

    // The path is relative to `/api/v1`. The result is any type that serde reads.
    let settings = client.request(Method::GET, "/my-app/settings").send_json::<Value>().await?;
    println!("{}: every {} seconds", settings.status(), settings["interval"]);

    // A URL outside the deployment is refused before anything is sent: the session stays here.
    let outside = client.request(Method::GET, "https://elsewhere.example/settings").send().await;
    println!("{}", outside.err().map_or_else(|| "sent".to_owned(), |error| error.to_string()));
    Ok(())
}
