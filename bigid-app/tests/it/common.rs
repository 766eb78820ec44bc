//! An app that is served over loopback, and the requests of BigID to it.

use std::future::Future;
use std::time::Duration;

use bigid_app::{Action, App, Builder, Done, Failure, Kind, Manifest, Parameter, Run, Shutdown};
use bigid_sandbox::Sandbox;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub const KEY: &str = "shared-text";

pub async fn sandbox() -> Sandbox {
    bigid_witness::sandbox().data_sources(3).start().await.unwrap()
}

pub fn manifest() -> Manifest {
    Manifest::new("Tester", "1.0.0", "Acme").description("Tests.")
}

pub fn immediate(id: &str) -> Action {
    Action::immediate(id).description("Tests.").parameter(Parameter::new("depth", Kind::Int))
}

pub fn background(id: &str) -> Action {
    Action::background(id).description("Tests.").parameter(Parameter::new("depth", Kind::Int))
}

/// An app with one action under the id `act`.
pub fn app_of<F, O>(sandbox: &Sandbox, action: Action, run: F) -> Builder
where
    F: Fn(Run) -> O + Send + Sync + 'static,
    O: Future<Output = Result<Done, Failure>> + Send + 'static,
{
    App::builder(manifest()).deployment(sandbox.base_url()).dangerously_accept_unsigned().action(action, run)
}

/// A served app.
pub struct Served {
    pub url: String,
    stop: oneshot::Sender<()>,
    end: JoinHandle<Shutdown>,
    http: reqwest::Client,
}

impl Served {
    pub async fn start(app: &App, grace: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let app = app.clone();
        let end = tokio::spawn(async move { app.serve(listener, async { drop(stopped.await) }, grace).await.unwrap() });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { url, stop, end, http }
    }

    pub async fn stop(self) -> Shutdown {
        drop(self.stop);
        self.end.await.unwrap()
    }

    /// Posts to the app; the status and the body.
    pub async fn post(&self, path: &str, token: Option<&str>, body: impl Into<reqwest::Body>) -> (u16, String) {
        let mut request = self.http.post(format!("{}{path}", self.url)).body(body);
        if let Some(token) = token {
            request = request.header("X-Signed-Token", token);
        }
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    pub async fn execute(&self, body: &Value) -> (u16, Value) {
        let (status, text) = self.post("/execute", None, body.to_string()).await;
        (status, serde_json::from_str(&text).unwrap())
    }

    pub async fn get(&self, path: &str) -> reqwest::Response {
        self.http.get(format!("{}{path}", self.url)).send().await.unwrap()
    }
}

/// An execution of the action `act`, as BigID sends it.
pub fn execution(sandbox: &Sandbox, id: &str) -> Value {
    json!({
        "actionName": "act", "executionId": id, "tpaId": "app-1", "globalParams": null,
        "actionParams": [{"paramName": "depth", "paramValue": "3"}],
        "bigidToken": sandbox.system_token(), "bigidBaseUrl": format!("{}/", sandbox.base_url()),
        "updateResultCallback": format!("{}/tpa/executions/{id}", sandbox.base_url()),
    })
}

/// The updates of an execution, in the order received.
pub fn updates(sandbox: &Sandbox, id: &str) -> Vec<Value> {
    let end = format!("/tpa/executions/{id}");
    let requests = sandbox.requests();
    requests.iter().filter(|one| one.path().ends_with(&end)).map(|one| one.json().unwrap()).collect()
}

/// The statuses of the updates.
pub fn statuses(sandbox: &Sandbox, id: &str) -> Vec<String> {
    updates(sandbox, id).iter().map(|update| update["statusEnum"].as_str().unwrap().to_owned()).collect()
}
