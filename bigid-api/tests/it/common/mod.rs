/// A client of a sandbox whose requests carry a session, which `bigid-auth-ext` does elsewhere.
#[allow(unused_qualifications, reason = "examples include this file, and have nothing in scope")]
pub fn client_of(sandbox: &bigid_sandbox::Sandbox) -> Result<bigid_api::Client, Box<dyn std::error::Error>> {
    use bigid_api::http::header::{AUTHORIZATION, HeaderMap, HeaderValue};

    let mut session = HeaderValue::from_str(&sandbox.system_token())?;
    session.set_sensitive(true);
    let headers = HeaderMap::from_iter([(AUTHORIZATION, session)]);
    let http = bigid_api::reqwest::Client::builder().default_headers(headers).no_proxy().build()?;
    let base = bigid_api::BaseUrl::parse(&sandbox.base_url())?;
    Ok(bigid_api::Client::new(bigid_api::Transport::new(base, http)))
}

/// A sandbox for the examples of the documentation, and its client.
#[allow(unused_qualifications, reason = "examples include this file, and have nothing in scope")]
#[allow(dead_code, reason = "most tests start a sandbox of their own")]
pub async fn example() -> Result<(bigid_sandbox::Sandbox, bigid_api::Client), Box<dyn std::error::Error>> {
    let sandbox = bigid_sandbox::Sandbox::start().await?;
    let client = client_of(&sandbox)?;
    let orders = serde_json::json!({ "ds_connection": { "name": "Orders", "type": "s3" } });
    let create = client.request(bigid_api::http::Method::POST, "/ds_connections").json(&orders);
    create.send_json::<serde_json::Value>().await?;
    Ok((sandbox, client))
}
