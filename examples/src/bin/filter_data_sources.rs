//! Filters, sorts and projects a list on the server.
#![allow(clippy::print_stdout, reason = "a program talks to its terminal")]

use std::error::Error;

use bigid_auth_ext::automation::Filter;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, _sandbox) = bigid_examples::connect().await?;

    let filter = Filter::new().is_in("type", ["rdb-mysql", "s3"]).equal("enabled", "yes");
    let mut sources = client
        .list_data_sources()
        .filter(filter)
        .fields(r#"["name","type","_id"]"#)
        .sort("name")
        .records()
        .page_size(50);
    let mut count = 0;
    while let Some(source) = sources.try_next().await? {
        println!("{:<10} {}", source.type_.unwrap_or_default(), source.name.unwrap_or_default());
        count += 1;
    }
    println!("{count} data sources");

    // BigID refuses a double quote inside a value, however it is escaped. Filter on what comes before it, and compare
    // here.
    let quoted = Filter::new().equal("name", "the \"old\" one");
    match client.list_data_sources().filter(quoted).await {
        Err(error) => println!("refused: {error}"),
        Ok(_) => println!("this server takes double quotes"),
    }
    Ok(())
}
