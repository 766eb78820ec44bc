//! bigid-auth-ext = { path = "ROOT/bigid-auth-ext", default-features = false, features = ["native-tls"] }
use bigid_auth_ext::BigIdClient;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = BigIdClient::from_env()?;
    let page = client.list_data_sources().send().await?;
    println!("{page:?}");
    Ok(())
}
