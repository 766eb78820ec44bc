//! kube = "=5.0.0"
//! k8s-openapi = { version = "=0.29.0", features = ["latest"] }
use k8s_openapi::api::core::v1::Pod;
use kube::{Api, Client};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pods: Api<Pod> = Api::default_namespaced(Client::try_default().await?);
    let page = pods.list(&Default::default()).await?;
    println!("{page:?}");
    Ok(())
}
