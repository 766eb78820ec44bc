//! azure_identity = "=1.0.0"
//! azure_security_keyvault_secrets = "=1.0.1"
use azure_identity::DeveloperToolsCredential;
use azure_security_keyvault_secrets::SecretClient;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = SecretClient::new(&std::env::var("VAULT")?, DeveloperToolsCredential::new(None)?, None)?;
    let response = client.get_secret("name", None).await?;
    println!("{:?}", response.status());
    Ok(())
}
