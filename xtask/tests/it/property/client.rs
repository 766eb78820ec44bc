//! A client as it comes. In the workspace of the property test it stands in the place of the one that the witness
//! watches: there the driver compares requests with what they were made from, which no reading of the contract can do.

use bigid_api::{BaseUrl, Client, Transport};

/// A client of the server at a base URL.
pub fn client(base_url: &str) -> Client {
    Client::new(Transport::new(BaseUrl::parse(base_url).unwrap(), reqwest::Client::new()))
}
