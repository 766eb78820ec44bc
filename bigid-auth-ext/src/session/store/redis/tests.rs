//! Connections that end, against a server that speaks as much of Redis' protocol as scripts need.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// A server whose connections end after these replies to scripts, one list for each connection.
async fn store(connections: &'static [&'static [&'static str]]) -> RedisStore {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for replies in connections {
            serve(listener.accept().await.unwrap().0, replies).await;
        }
    });
    RedisStore::new(&format!("redis://{address}/0")).unwrap()
}

async fn serve(connection: TcpStream, replies: &[&str]) {
    let mut connection = BufReader::new(connection);
    for reply in replies {
        while command(&mut connection).await != "EVALSHA" {
            connection.write_all(b"+OK\r\n").await.unwrap();
        }
        connection.write_all(format!("{reply}\r\n").as_bytes()).await.unwrap();
    }
}

/// The name of the next command. Each word of it stands on a line of its own, below its length.
async fn command(connection: &mut BufReader<TcpStream>) -> String {
    let mut line = async || {
        let mut line = String::new();
        connection.read_line(&mut line).await.unwrap();
        line.trim_end().to_owned()
    };
    let words: usize = line().await.trim_start_matches('*').parse().unwrap();
    let mut name = String::new();
    for word in 0..words {
        line().await;
        let text = line().await;
        if word == 0 {
            name = text;
        }
    }
    name
}

async fn release(store: &RedisStore) -> Result<u64, StoreError> {
    store.run(RELEASE.key("lease").arg("owner")).await
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_replaced_once() {
    let store = store(&[&[":1"], &[":2"], &[], &[]]).await;
    assert_eq!(release(&store).await.unwrap(), 1);
    assert_eq!(release(&store).await.unwrap(), 2);
    release(&store).await.unwrap_err();
}

#[tokio::test]
async fn a_script_that_fails_is_not_run_again() {
    let store = store(&[&["-ERR out of memory"], &[":1"]]).await;
    assert!(release(&store).await.unwrap_err().to_string().contains("out of memory"));
}
