//! The thread that listens, and its end.

use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinError, JoinSet};

use super::connection::serve;
use super::shared::{Shared, locked};

/// A running server. Dropping it ends its thread, closes every connection, and frees the port.
pub(crate) struct Running {
    address: SocketAddr,
    commands: Option<mpsc::UnboundedSender<Command>>,
    thread: Option<JoinHandle<()>>,
}

enum Command {
    Refuse(oneshot::Sender<io::Result<()>>),
    Accept(oneshot::Sender<io::Result<()>>),
}

impl Running {
    pub(crate) fn start(address: SocketAddr, shared: Arc<Shared>) -> io::Result<Self> {
        let listener = StdListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        // The runtime is made here, so that its failure is the caller's to see.
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let (commands, inbox) = mpsc::unbounded_channel();
        let serving = move || runtime.block_on(listen(listener, address, inbox, shared));
        let thread = std::thread::Builder::new().name("bigid-sandbox".to_owned()).spawn(serving)?;
        Ok(Self { address, commands: Some(commands), thread: Some(thread) })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the port and every connection: from now on, connecting is refused.
    pub(crate) async fn refuse(&self) -> io::Result<()> {
        self.command(Command::Refuse).await
    }

    /// Listens again, on the same port.
    pub(crate) async fn accept(&self) -> io::Result<()> {
        self.command(Command::Accept).await
    }

    async fn command(&self, command: fn(oneshot::Sender<io::Result<()>>) -> Command) -> io::Result<()> {
        let (done, finished) = oneshot::channel();
        if let Some(commands) = &self.commands {
            // A server that is gone drops `done`, which the next line sees.
            let _ = commands.send(command(done));
        }
        finished.await.unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.commands.take());
        let Some(thread) = self.thread.take() else { return };
        // A handler may own the sandbox it answers for; a thread that waits for itself would never end.
        if thread.thread().id() != std::thread::current().id() {
            let _ = thread.join();
        }
    }
}

async fn listen(
    listener: StdListener,
    address: SocketAddr,
    mut inbox: mpsc::UnboundedReceiver<Command>,
    shared: Arc<Shared>,
) {
    let mut listener = TcpListener::from_std(listener).ok();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            command = inbox.recv() => match command {
                None => return,
                Some(Command::Refuse(done)) => {
                    listener = None;
                    connections.shutdown().await;
                    let _ = done.send(Ok(()));
                }
                Some(Command::Accept(done)) => {
                    let bound = if listener.is_none() { TcpListener::bind(address).await.map(Some) } else { Ok(listener.take()) };
                    let _ = done.send(bound.map(|bound| listener = bound));
                }
            },
            accepted = accept(listener.as_ref()) => {
                if let Ok(stream) = accepted {
                    let number = shared.accepted.fetch_add(1, Ordering::SeqCst) + 1;
                    connections.spawn(serve(shared.clone(), number, stream));
                }
            }
            Some(ended) = connections.join_next() => note_panic(&shared, ended),
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> io::Result<TcpStream> {
    match listener {
        Some(listener) => listener.accept().await.map(|(stream, _)| stream),
        None => std::future::pending().await,
    }
}

fn note_panic(shared: &Shared, ended: Result<(), JoinError>) {
    let Some(panic) = ended.err().filter(JoinError::is_panic).map(JoinError::into_panic) else { return };
    let text =
        panic.downcast_ref::<&str>().map(ToString::to_string).or_else(|| panic.downcast_ref::<String>().cloned());
    locked(&shared.panics).push(text.unwrap_or_else(|| "a panic without text".to_owned()));
}
