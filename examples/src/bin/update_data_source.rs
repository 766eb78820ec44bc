//! Creates a data source, changes it, and deletes it: reading, changing and sending back keeps every field, known to
//! the SDK or not.
//!
//! It changes data, so it always runs against a sandbox.
#![allow(clippy::print_stdout, reason = "a program talks to its terminal")]

use std::error::Error;

use bigid_auth_ext::types::{DataSource, DataSourceBody};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, _sandbox) = bigid_examples::sandbox().await?;

    let orders = DataSource::new().name("Orders").type_("rdb-mysql").password("never printed");
    let orders = DataSourceBody::new().ds_connection(orders);
    client.create_data_source(&orders).await?;
    println!("created Orders");

    // Creating it again is a conflict, whichever status the server says it with.
    match client.create_data_source(&orders).await {
        Err(error) if error.is_conflict() => println!("Orders exists already"),
        other => return Err(format!("expected a conflict: {other:?}").into()),
    }

    // Read, change, send back. The password was read as a mask (`******`), and masks are not sent.
    client.edit_data_source("Orders", |orders| orders.scanner_group = Some("eu".to_owned())).await?;
    println!("scanner group: {}", client.data_source("Orders").await?.scanner_group.unwrap_or_default());

    client.delete_data_source("Orders").await?;
    match client.get_data_source("Orders").await {
        Err(error) if error.is_not_found() => println!("deleted Orders"),
        other => return Err(format!("expected nothing to be found: {other:?}").into()),
    }
    Ok(())
}
