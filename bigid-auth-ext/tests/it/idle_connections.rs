//! Idle connections in the pool: how long they are kept, and what happens to a call on one that the server has closed.
#![cfg(any(feature = "rustls", feature = "native-tls"))]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bigid_auth_ext::bigid_api::Error;
use bigid_auth_ext::bigid_api::http::Method;
use bigid_auth_ext::{BigIdClient, Credential, Dialect, ManualClock, POOL_IDLE_TIMEOUT};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What the server does with a connection after a response.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Then {
    Keep,
    /// Closes it while it is idle.
    Close,
    /// Resets it while it is idle.
    Reset,
    /// Resets it when the next request has arrived, which is what a balancer does that has forgotten the connection.
    ResetAtReuse,
}

#[derive(Default)]
struct Seen {
    /// What happens to the next connections.
    script: VecDeque<Then>,
    /// The methods of all requests, each with the number of its connection.
    requests: Vec<(usize, String)>,
    connections: usize,
}

#[derive(Clone, Default)]
struct Server {
    seen: Arc<Mutex<Seen>>,
    gone: Arc<Notify>,
}

impl Server {
    async fn start() -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let server = Self::default();
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(accepting.clone().serve(stream));
            }
        });
        (server, base)
    }

    async fn serve(self, mut stream: TcpStream) {
        let (number, then) = {
            let mut seen = self.seen.lock().unwrap();
            seen.connections += 1;
            (seen.connections, seen.script.pop_front().unwrap_or(Then::Keep))
        };
        let mut served = 0;
        while let Some(method) = request(&mut stream).await {
            self.seen.lock().unwrap().requests.push((number, method));
            if served == 1 && then == Then::ResetAtReuse {
                stream.set_zero_linger().unwrap();
                return;
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
            served += 1;
            if matches!(then, Then::Close | Then::Reset) {
                if then == Then::Reset {
                    stream.set_zero_linger().unwrap();
                }
                drop(stream);
                return self.gone.notify_one();
            }
        }
    }

    fn take(&self) -> Vec<(usize, String)> {
        std::mem::take(&mut self.seen.lock().unwrap().requests)
    }
}

/// The method of the next request. None of them has a body.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    Some(String::from_utf8(head).unwrap().split(' ').next().unwrap().to_owned())
}

fn client(base: &str) -> BigIdClient {
    // A provided session, so every request is a call.
    let client =
        BigIdClient::builder(base).credential(Credential::Session("SESSION".into())).dialect(Dialect::Deployed);
    client.http(|http| http.tls_certs_only([])).clock(ManualClock::default()).build().unwrap()
}

async fn call(client: &BigIdClient, method: &Method) -> Result<(), Error<()>> {
    let response = client.request(method.clone(), "/x").send().await.map_err(|error| error.into_untyped())?;
    response.bytes().await.unwrap();
    Ok(())
}

#[tokio::test]
async fn a_connection_that_was_closed_while_it_was_idle_costs_nothing_whatever_the_method() {
    for then in [Then::Close, Then::Reset] {
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let (server, base) = Server::start().await;
            server.seen.lock().unwrap().script.push_back(then);
            let client = client(&base);
            call(&client, &Method::GET).await.unwrap();
            server.gone.notified().await;
            // The client's side of the connection learns of it.
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            call(&client, &method).await.unwrap_or_else(|error| panic!("{then:?} {method}: {error}"));
            assert_eq!(server.take(), [(1, "GET".to_owned()), (2, method.to_string())], "{then:?}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_is_reset_at_reuse_is_a_retry_where_the_method_may_be_repeated_and_otherwise_an_error() {
    for (method, may_repeat) in [
        (Method::GET, true),
        (Method::PUT, true),
        (Method::DELETE, true),
        (Method::POST, false),
        (Method::PATCH, false),
    ] {
        let (server, base) = Server::start().await;
        server.seen.lock().unwrap().script.push_back(Then::ResetAtReuse);
        let client = client(&base);
        call(&client, &Method::GET).await.unwrap();
        let outcome = call(&client, &method).await;
        let sent = server.take().into_iter().skip(1).collect::<Vec<_>>();
        let name = method.to_string();
        if may_repeat {
            outcome.unwrap_or_else(|error| panic!("{method}: {error}"));
            assert_eq!(sent, [(1, name.clone()), (2, name)]);
        } else {
            // The server may have acted on it before the connection broke.
            let error = outcome.unwrap_err();
            assert!(error.status().is_none() && error.attempts() == 1, "{method}: {error:?}");
            assert!(error.to_string().contains("127.0.0.1"), "{method}: {error}");
            assert_eq!(sent, [(1, name)]);
        }
    }
}

#[tokio::test]
async fn an_idle_connection_is_kept_for_less_than_the_five_seconds_of_a_node_server() {
    assert!(POOL_IDLE_TIMEOUT < Duration::from_secs(5));
    for (idle, connection) in [(POOL_IDLE_TIMEOUT - Duration::from_millis(100), 1), (POOL_IDLE_TIMEOUT, 2)] {
        let (server, base) = Server::start().await;
        let client = client(&base);
        call(&client, &Method::GET).await.unwrap();
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        tokio::time::pause();
        tokio::time::advance(idle + Duration::from_millis(1)).await;
        tokio::time::resume();
        call(&client, &Method::POST).await.unwrap();
        assert_eq!(server.take(), [(1, "GET".to_owned()), (connection, "POST".to_owned())], "{idle:?}");
    }
}
