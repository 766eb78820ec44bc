use bigid_auth_ext::{BigIdClient, types};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let token = std::env::var("BIGID_USER_TOKEN")?;
    let client = BigIdClient::builder("http://127.0.0.1:9090/api/v1").user_token(token).build()?;
    let response = client.create_role(serde_json::from_str::<types::Role>(r#"{"name":"auditor"}"#)?).await?;
    println!("{response:#?}");
    Ok(())
}
