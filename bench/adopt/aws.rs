//! aws-config = "=1.13.0"
//! aws-sdk-sts = "=1.124.0"
use aws_config::BehaviorVersion;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let caller = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await?;
    println!("{caller:?}");
    Ok(())
}
