//! A program without `async`: the feature `blocking` adds `wait` to calls, and iterators to lists.
#![allow(clippy::print_stdout, reason = "a program talks to its terminal")]

use std::error::Error;
use std::io;

use bigid_auth_ext::BigIdClient;
use bigid_auth_ext::blocking::{Reader, WaitEach as _, WaitExt as _, block_on};
use bigid_sandbox::Sandbox;

fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = block_on(Sandbox::builder().data_sources(120).start())??;
    let client = BigIdClient::builder(sandbox.base_url()).user_token(sandbox.user_token()).build()?;

    // A call.
    let page = client.list_data_sources().limit(10).with_response().wait()?;
    println!("{}", page.status());

    // A list, page after page.
    let mut names = Vec::new();
    for source in client.list_data_sources().records().page_size(50).wait_each() {
        names.extend(source?.name);
    }
    println!("{} data sources", names.len());

    // An export.
    let export = client.export_findings().wait()?;
    let bytes = io::copy(&mut Reader::new(export), &mut io::sink())?;
    println!("{bytes} bytes");
    Ok(())
}
