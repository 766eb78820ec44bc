//! reqwest = { version = "=0.13.5", features = ["json"] }
//! serde = { version = "1", features = ["derive"] }
#[derive(Debug, serde::Deserialize)]
struct Source {
    name: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = reqwest::Client::new();
    let page: Vec<Source> = client.get(std::env::var("URL")?).bearer_auth("token").send().await?.json().await?;
    println!("{page:?}");
    println!("{:?}", page.first().map(|source| &source.name));
    Ok(())
}
