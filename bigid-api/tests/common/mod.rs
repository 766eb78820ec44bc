/// A client of a sandbox. Every request carries a session, which `bigid-auth-ext` would see to elsewhere.
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
