//! Connections that end, against a server that implements the part of Redis' protocol that scripts need.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::super::scripts::RELEASE;
use super::*;

/// A server whose connections end after these replies to scripts, one list for each connection, and the scripts that it
/// receives, each as the words of its command.
pub(in super::super) async fn server(
    connections: &'static [&'static [&'static str]],
) -> (Server, UnboundedReceiver<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (scripts, received) = unbounded_channel();
    tokio::spawn(async move {
        for replies in connections {
            serve(listener.accept().await.unwrap().0, replies, &scripts).await;
        }
    });
    (Server::new(&format!("redis://{address}/0")).unwrap(), received)
}

async fn serve(connection: TcpStream, replies: &[&str], scripts: &UnboundedSender<Vec<String>>) {
    let mut connection = BufReader::new(connection);
    for reply in replies {
        loop {
            let command = command(&mut connection).await;
            if command[0] == "EVALSHA" {
                scripts.send(command).unwrap();
                break;
            }
            connection.write_all(b"+OK\r\n").await.unwrap();
        }
        connection.write_all(format!("{reply}\r\n").as_bytes()).await.unwrap();
    }
}

/// The words of the next command, each below a line with its length.
async fn command(connection: &mut BufReader<TcpStream>) -> Vec<String> {
    let mut words = vec![String::new(); number(connection, '*').await];
    for word in &mut words {
        let mut bytes = vec![0; number(connection, '$').await + "\r\n".len()];
        connection.read_exact(&mut bytes).await.unwrap();
        *word = String::from_utf8(bytes).unwrap().trim_end().to_owned();
    }
    words
}

async fn number(connection: &mut BufReader<TcpStream>, kind: char) -> usize {
    let mut line = String::new();
    connection.read_line(&mut line).await.unwrap();
    line.trim_end().trim_start_matches(kind).parse().unwrap()
}

async fn release(server: &Server) -> Result<u64, StoreError> {
    server.run(RELEASE.key("lease").arg("owner")).await
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_replaced_once() {
    let (server, _scripts) = server(&[&[":1"], &[":2"], &[], &[]]).await;
    assert_eq!(release(&server).await.unwrap(), 1);
    assert_eq!(release(&server).await.unwrap(), 2);
    release(&server).await.unwrap_err();
}

#[tokio::test]
async fn a_script_that_fails_is_not_run_again() {
    let (server, _scripts) = server(&[&["-ERR out of memory"], &[":1"]]).await;
    assert!(release(&server).await.unwrap_err().to_string().contains("out of memory"));
}

#[tokio::test]
async fn a_connection_is_closed_unless_it_was_used_since() {
    let (server, _scripts) = server(&[&[":1", ":2"], &[":3"]]).await;
    let runtime = Handle::current().id();
    let other = std::thread::spawn(|| tokio::runtime::Builder::new_current_thread().build().unwrap().handle().id());
    let is_connected = || lock(&server.0.connection).is_some();
    assert_eq!(release(&server).await.unwrap(), 1);
    assert_eq!(release(&server).await.unwrap(), 2);
    // The first use was followed by another.
    for (runtime, uses) in [(runtime, 0), (other.join().unwrap(), 1)] {
        server.0.close_unless_used(runtime, uses);
        assert!(is_connected());
    }
    server.0.close_unless_used(runtime, 1);
    assert!(!is_connected());
    assert_eq!(release(&server).await.unwrap(), 3);
}
