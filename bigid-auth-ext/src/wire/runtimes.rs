//! An HTTP client for each runtime. A pooled connection belongs to the runtime that opened it: a call that uses a
//! connection of another runtime hangs while that runtime is idle.

use std::fmt;
use std::sync::{Arc, Mutex};

use crate::lock::lock;
use crate::wire::handling::Handling;
use http::Extensions;
use reqwest::Request;
use reqwest_middleware::{Error, Middleware, Next};
use tokio::runtime::{Handle, Id};
use tokio::sync::oneshot;

/// How many runtimes get a separate connection pool. Services have one runtime, or one per worker thread. Further
/// runtimes share one, as with a plain `reqwest::Client`.
const MAX_RUNTIMES: usize = 64;

type Make = dyn Fn() -> Option<reqwest::Client> + Send + Sync;

/// The bottom layer, which sends the request.
#[derive(Clone)]
pub(crate) struct PerRuntime {
    first: reqwest::Client,
    make: Arc<Make>,
    clients: Arc<Mutex<Vec<Entry>>>,
}

struct Entry {
    runtime: Id,
    /// Closed when the runtime is dropped, with all of its connections.
    alive: oneshot::Receiver<()>,
    client: reqwest::Client,
}

impl Entry {
    fn new(runtime: &Handle, client: reqwest::Client) -> Self {
        let (mut dropped, alive) = oneshot::channel();
        // This task ends with the runtime, or with this entry.
        runtime.spawn(async move { dropped.closed().await });
        Self { runtime: runtime.id(), alive, client }
    }

    fn is_alive(&mut self) -> bool {
        matches!(self.alive.try_recv(), Err(oneshot::error::TryRecvError::Empty))
    }
}

impl PerRuntime {
    /// The first runtime uses `first`, and `make` is called for each one after it.
    pub(crate) fn new(
        first: reqwest::Client,
        make: impl Fn() -> Option<reqwest::Client> + Send + Sync + 'static,
    ) -> Self {
        Self { first, make: Arc::new(make), clients: Arc::default() }
    }

    /// The client of a runtime. A client whose runtime was dropped is reused for the next one.
    fn client(&self, runtime: &Handle) -> reqwest::Client {
        if let Some(client) = self.find(runtime) {
            return client;
        }
        let is_first = self.lock(|clients| clients.is_empty());
        let made = if is_first { Some(self.first.clone()) } else { (self.make)() };
        // Another call of this runtime may have created one meanwhile.
        self.find(runtime).unwrap_or_else(|| {
            let client = made.unwrap_or_else(|| self.first.clone());
            self.lock(|clients| {
                if clients.len() < MAX_RUNTIMES {
                    clients.push(Entry::new(runtime, client.clone()));
                    return client;
                }
                let shared = clients.first().map(|entry| entry.client.clone());
                shared.unwrap_or(client)
            })
        })
    }

    fn find(&self, runtime: &Handle) -> Option<reqwest::Client> {
        self.lock(|clients| {
            let mut left = None;
            for entry in clients {
                match entry.is_alive() {
                    true if entry.runtime == runtime.id() => return Some(entry.client.clone()),
                    true => {}
                    // Its id may belong to another runtime by now.
                    false => left = left.or(Some(entry)),
                }
            }
            let left = left?;
            *left = Entry::new(runtime, left.client.clone());
            Some(left.client.clone())
        })
    }

    fn lock<R>(&self, f: impl FnOnce(&mut Vec<Entry>) -> R) -> R {
        f(&mut lock(&self.clients))
    }
}

impl Middleware for PerRuntime {
    fn handle<'s, 'e, 'n, 'f>(
        &'s self,
        request: Request,
        extensions: &'e mut Extensions,
        next: Next<'n>,
    ) -> Handling<'f>
    where
        's: 'f,
        'e: 'f,
        'n: 'f,
        Self: 'f,
    {
        match Handle::try_current() {
            Ok(runtime) => {
                let response = self.client(&runtime).execute(request);
                Box::pin(async move { response.await.map_err(Error::from) })
            }
            Err(_) => next.run(request, extensions),
        }
    }
}

impl fmt::Debug for PerRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PerRuntime").finish_non_exhaustive()
    }
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().build().unwrap()
    }

    fn counted() -> (PerRuntime, Arc<AtomicUsize>) {
        let http = || reqwest::Client::builder().tls_certs_only([]).build().unwrap();
        let made = Arc::new(AtomicUsize::new(0));
        let counter = made.clone();
        let make = move || {
            counter.fetch_add(1, Ordering::SeqCst);
            Some(http())
        };
        (PerRuntime::new(http(), make), made)
    }

    #[test]
    fn each_runtime_has_a_client_of_its_own_and_that_of_a_dropped_one_serves_the_next() {
        let (clients, made) = counted();
        let (one, other) = (runtime(), runtime());
        for _ in 0..3 {
            clients.client(one.handle());
            clients.client(other.handle());
        }
        assert_eq!(made.load(Ordering::SeqCst), 1);
        drop(one);
        for _ in 0..100 {
            clients.client(runtime().handle());
        }
        clients.client(other.handle());
        assert_eq!((made.load(Ordering::SeqCst), clients.lock(|clients| clients.len())), (1, 2));
    }

    #[test]
    fn there_is_a_limit_and_beyond_it_runtimes_share() {
        let (clients, _) = counted();
        let runtimes: Vec<_> = (0..MAX_RUNTIMES + 3).map(|_| runtime()).collect();
        runtimes.iter().for_each(|runtime| drop(clients.client(runtime.handle())));
        assert_eq!(clients.lock(|clients| clients.len()), MAX_RUNTIMES);
    }
}
