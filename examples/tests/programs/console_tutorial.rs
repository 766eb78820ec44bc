use bigid_auth_ext::BigIdClient;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // BIGID_USER_TOKEN is the token that was generated for "analyst-1". It is valid for 30 days, once that user is
    // saved.
    let token = std::env::var("BIGID_USER_TOKEN")?;
    let client = BigIdClient::builder("http://127.0.0.1:9090/api/v1").user_token(token).build()?;
    // The client exchanges the token before its first call, by whichever method the server knows, and sends the session
    // with each call.
    let mut sources = client.list_data_sources().records();
    while let Some(source) = sources.try_next().await? {
        println!("{}: {}", source.name.unwrap_or_default(), source.type_.unwrap_or_default());
    }
    Ok(())
}
