//! A BigID app, and a sandbox that plays BigID for it: `cargo run -p bigid-app --example app`.
#![allow(clippy::print_stdout, dead_code, reason = "a program talks to its terminal; a test includes it")]

use std::error::Error;
use std::time::Duration;

use bigid_app::{Action, App, CredentialsKey, Done, Failure, FormFile, Kind, Manifest, Parameter, Run};
use bigid_sandbox::Sandbox;
use bigid_sandbox::apps::Execute;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The app.
fn app(bigid: &str) -> Result<App, Box<dyn Error>> {
    let name = Parameter::new("name", Kind::Text).description("Whom to greet.").mandatory();
    let source = Parameter::new("data_source", Kind::Text).description("What to copy.").mandatory();
    let app = App::builder(Manifest::new("Example", "1.0.0", "Acme").description("Greets and copies."))
        .deployment(bigid)
        // The sandbox signs nothing. Against BigID: `.signed_by(SignatureVerifier::fetching(client))`.
        .dangerously_accept_unsigned()
        .credentials_key(CredentialsKey::new("shared-text"))
        .action(Action::immediate("greet").description("Greets.").parameter(name), |run| async move {
            let name: String = run.parameters().get("name")?;
            Ok(Done::new(format!("Hello, {name}")))
        })
        .action(Action::background("copy").description("Copies.").parameter(source), copy)
        .action(Action::background("fail").description("Fails."), |_| async { Err(Failure::new("the disk is full")) })
        .action(Action::immediate("panic").description("Panics."), |run| async move {
            assert!(run.is_cancelled(), "a mistake of the app");
            Ok(Done::default())
        })
        .action(Action::background("wait").description("Waits."), |run| async move {
            run.cancelled().await;
            Err(Failure::new("stopped early"))
        });
    Ok(app.build()?)
}

async fn copy(run: Run) -> Result<Done, Failure> {
    let source: String = run.parameters().get("data_source")?;
    let credentials = run.credentials(&source).await?;
    let storage = run.storage()?;
    let copied: u64 = storage.get("copied").await?.map_or(Ok(0), |count| count.parse())?;
    run.progress(0.5, format!("{} credentials of {source}", credentials.fields().count())).await?;
    storage.set("copied", (copied + 1).to_string()).await?;
    run.attach(FormFile::new("copy.log", "opened\nclosed\n")).await?;
    Ok(Done::new(format!("copied {} times", copied + 1)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    for line in run(&sandbox).await? {
        println!("{line}");
    }
    Ok(())
}

/// What BigID sees.
pub async fn run(sandbox: &Sandbox) -> Result<Vec<String>, Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let registered = sandbox.register_app("Example", format!("http://{}", listener.local_addr()?));
    // `hunter2` under the key that the sandbox and the app share.
    let password = json!({"value": "AAECAwQFBgcICQoLDA0ODw==$JrUefNhp5GO4rznsuqrOtA==", "encrypted": true});
    sandbox.set_app_credentials(&registered, "Orders", json!({"username": {"value": "ada"}, "password": password}));

    let app = app(&sandbox.base_url()).map_err(|error| format!("{error}"))?;
    let (stop, stopped) = oneshot::channel::<()>();
    let serving =
        tokio::spawn(async move { app.serve(listener, async { drop(stopped.await) }, Duration::from_secs(5)).await });

    let mut lines = Vec::new();
    let greet = Execute::new("greet").parameter("name", "Ada");
    let copy = Execute::new("copy").parameter("data_source", "Orders");
    for execute in [greet, copy.clone(), copy, Execute::new("copy"), Execute::new("fail"), Execute::new("panic")] {
        let executed = sandbox.execute(&registered, &execute).await?;
        lines.push(format!("{} {}", executed.status.as_u16(), executed.body["message"].as_str().unwrap_or_default()));
        if executed.status.as_u16() == 202 {
            let execution = sandbox.wait_for_execution(&executed.execution_id).await;
            for update in &execution.updates {
                lines.push(format!("  {} {}", update["statusEnum"], update["message"]));
            }
            for file in &execution.attachments {
                lines.push(format!("  {} with {} bytes", file.name, file.content.len()));
            }
        }
    }
    let waiting = sandbox.execute(&registered, &Execute::new("wait")).await?;
    drop(stop);
    for stopped in serving.await??.stopped {
        lines.push(format!("{} was stopped, BigID knows: {}", stopped.action, stopped.is_reported));
    }
    lines.push(format!("  {:?}", sandbox.execution(&waiting.execution_id).statuses().collect::<Vec<_>>()));
    Ok(lines)
}
