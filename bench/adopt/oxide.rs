//! oxide = "=0.19.0"
use oxide::{Client, ClientProjectsExt};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = Client::new_authenticated()?;
    let page = client.project_list().send().await?;
    println!("{page:?}");
    Ok(())
}
