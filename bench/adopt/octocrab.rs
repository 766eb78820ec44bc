//! octocrab = "=0.54.9"
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = octocrab::Octocrab::builder().personal_token(std::env::var("TOKEN")?).build()?;
    let repository = client.repos("owner", "name").get().await?;
    println!("{repository:?}");
    Ok(())
}
