//! The sandbox against the contract: every operation that it serves, in every profile, with good requests and with
//! those it refuses.

use bigid_sandbox::{Deviation, Profile, Sandbox};
use bigid_witness::Witness;
use http::Method;
use serde_json::{Value, json};

struct Caller {
    sandbox: Sandbox,
    http: reqwest::Client,
    session: String,
}

impl Caller {
    async fn start(profile: Profile, witness: &Witness) -> Self {
        let sandbox = witness.sandbox().profile(profile).data_sources(40).start().await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let session = sandbox.system_token();
        Self { sandbox, http, session }
    }

    async fn call(&self, token: &str, method: Method, path: &str, body: Option<&Value>) -> u16 {
        let bearer = if self.sandbox.profile() == Profile::Spec { "Bearer " } else { "" };
        self.request(method, path, Some(format!("{bearer}{token}")), body).await
    }

    async fn request(&self, method: Method, path: &str, authorization: Option<String>, body: Option<&Value>) -> u16 {
        let mut request = self.http.request(method, format!("{}{path}", self.sandbox.base_url()));
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        request.send().await.unwrap().status().as_u16()
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> u16 {
        self.call(&self.session, method, path, Some(body)).await
    }

    async fn get(&self, path: &str) -> u16 {
        self.call(&self.session, Method::GET, path, None).await
    }
}

#[tokio::test]
async fn every_operation_of_the_sandbox_agrees_with_the_contract_in_every_profile() {
    for profile in Profile::ALL {
        let caller = Caller::start(profile, &Witness::default()).await;
        for token in [caller.sandbox.user_token(), "never-issued".to_owned()] {
            // Each method with the form of the header that belongs to it; one of the two is unknown to the profile.
            caller.request(Method::GET, "/refresh-access-token", Some(token.clone()), None).await;
            caller.request(Method::POST, "/refresh-access-token", Some(format!("Bearer {token}")), None).await;
        }
        for password in [caller.sandbox.password(), "wrong".to_owned()] {
            let body = json!({ "username": caller.sandbox.username(), "password": password });
            caller.request(Method::POST, "/sessions", None, Some(&body)).await;
        }
        caller.call("never-issued", Method::GET, "/ds-connections", None).await;

        let created = json!({"ds_connection": {"name": "a b/c", "type": "s3-v2", "other": [1]}});
        caller.send(Method::POST, "/ds_connections", &created).await;
        caller.send(Method::PUT, "/ds_connections/a%20b%2Fc", &json!({"ds_connection": {"comment": "x"}})).await;
        caller.send(Method::POST, "/ds-connection-test", &created).await;
        caller.send(Method::POST, "/ds-connections", &json!({"query": {"limit": 3, "requireTotalCount": true}})).await;
        caller.send(Method::POST, "/scanProfiles", &json!({"name": "nightly", "scanType": "dsScan"})).await;
        caller.send(Method::POST, "/data-minimization/objects/action", &json!({"actionType": "delete"})).await;
        caller.send(Method::POST, "/data-minimization/objects/action", &json!({})).await;
        for path in [
            "/ds-connections",
            "/ds-connections?skip=3&limit=5&requireTotalCount=true&sort=name&fields=name",
            "/ds-connections?filter=%5B%7B%22field%22%3A%22name%22%2C%22operator%22%3A%22contains%22%2C%22value%22%3A%22a%22%7D%5D",
            "/ds-connections?filter=%5B%7B%22field%22%3A%22name%22%2C%22operator%22%3A%22equal%22%2C%22value%22%3A%22a%5C%22b%22%7D%5D",
            "/ds-connections?filter=x",
            "/ds_connections",
            "/ds_connections/a%20b%2Fc",
            "/ds_connections/a%20b%2Fc?withoutCredentialValue=true",
            "/ds_connections/missing",
            "/ds-connections-types",
            "/ds-connections-types/template/s3-v2",
            "/access-management/users?limit=3",
            "/piiRecords/objects/file-download/export",
            "/scanProfiles",
            "/sar/profiles",
            "/clusters",
        ] {
            caller.get(path).await;
        }
        caller.call(&caller.session, Method::DELETE, "/ds_connections/a%20b%2Fc", None).await;

        assert_eq!(caller.sandbox.take_objections(), Vec::<String>::new(), "{profile}");
    }
}

#[tokio::test]
async fn what_the_sandbox_refuses_by_its_own_choice_says_so_and_is_no_violation() {
    for profile in Profile::ALL {
        let caller = Caller::start(profile, &Witness::default()).await;
        let observed = Sandbox::builder().profile(profile).observer(|observed| match observed.deviation() {
            Some(Deviation::Choice) => Ok(()),
            other => Err(format!("{other:?}")),
        });
        let observed =
            Caller { sandbox: observed.start().await.unwrap(), ..Caller::start(profile, &Witness::default()).await };
        let observed = Caller { session: observed.sandbox.system_token(), ..observed };
        for caller in [&caller, &observed] {
            assert_eq!(caller.get("/ds-connections-types/template/none").await, 400, "{profile}");
            assert_eq!(caller.sandbox.take_objections(), Vec::<String>::new(), "{profile}");
        }
        // A documented refusal is not a choice of the sandbox.
        assert_eq!(observed.get("/ds_connections/missing").await, 400, "{profile}");
        assert_eq!(observed.sandbox.take_objections().len(), 1, "{profile}");
    }
}
