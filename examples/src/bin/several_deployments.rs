//! Several deployments at once, one client each, with the same code for all of them.
#![allow(clippy::print_stdout, reason = "a program talks to its terminal")]

use std::error::Error;

use bigid_auth_ext::BigIdClient;
use bigid_sandbox::{Profile, Sandbox};
use tokio::task::JoinSet;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let europe = Sandbox::builder().profile(Profile::Deployed2023).data_sources(30).start().await?;
    let america = Sandbox::builder().profile(Profile::Spec).data_sources(70).start().await?;

    // A client belongs to one deployment, and its session is never sent to another. Clones share the session.
    let clients = [("europe", &europe), ("america", &america)].map(|(name, sandbox)| {
        let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).build();
        client.map(|client| (name, client))
    });

    let mut counts = JoinSet::new();
    for client in clients {
        let (name, client) = client?;
        counts.spawn(async move {
            let mut sources = client.list_data_sources().records();
            let mut count = 0;
            while sources.try_next().await?.is_some() {
                count += 1;
            }
            let dialect = client.dialect().map_or("unknown".to_owned(), |dialect| dialect.to_string());
            Ok::<_, bigid_auth_ext::Error<_>>(format!("{name}: {count} data sources, dialect {dialect}"))
        });
    }
    let mut lines = counts.join_all().await.into_iter().collect::<Result<Vec<_>, _>>()?;
    lines.sort();
    println!("{}", lines.join("\n"));
    Ok(())
}
