//! google-cloud-secretmanager-v1 = "=1.14.0"
use google_cloud_secretmanager_v1::client::SecretManagerService;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = SecretManagerService::builder().build().await?;
    let secret = client.get_secret().set_name("projects/p/secrets/s").send().await?;
    println!("{secret:?}");
    Ok(())
}
