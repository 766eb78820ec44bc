//! The thread that listens, and its end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use tokio::runtime::{self, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinError, JoinSet};

use super::connection::serve;
use super::port::Port;
use super::shared::Shared;
use crate::lock::lock;

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
        let (commands, inbox) = mpsc::unbounded_channel();
        let (ready, started) = std::sync::mpsc::sync_channel(1);
        // The runtime is created and dropped on its own thread: dropping it inside a task panics.
        let serving = move || match open(address) {
            Ok((runtime, port, address)) => {
                let _ = ready.send(Ok(address));
                runtime.block_on(listen(port, address, inbox, shared));
            }
            Err(error) => drop(ready.send(Err(error))),
        };
        let thread = std::thread::Builder::new().name("bigid-sandbox".to_owned()).spawn(serving)?;
        let address = started.recv().unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()))?;
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
        let commands = self.commands.as_ref().ok_or(io::ErrorKind::BrokenPipe)?;
        let (done, finished) = oneshot::channel();
        // A stopped server drops `done`, which the next line detects.
        let _ = commands.send(command(done));
        finished.await.unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()))
    }

    /// Stops the server, and waits until it has stopped. Calling it again does nothing.
    pub(crate) fn stop(&mut self) {
        drop(self.commands.take());
        let Some(thread) = self.thread.take() else { return };
        // A handler may own its sandbox; a thread must not wait for itself.
        if thread.thread().id() != std::thread::current().id() {
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

fn open(address: SocketAddr) -> io::Result<(Runtime, Port, SocketAddr)> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let (port, address) = {
        // A socket belongs to the runtime in which it starts to listen.
        let _entered = runtime.enter();
        Port::open(address)?
    };
    Ok((runtime, port, address))
}

async fn listen(mut port: Port, address: SocketAddr, mut inbox: mpsc::UnboundedReceiver<Command>, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            command = inbox.recv() => {
                let (done, wanted) = match command {
                    Some(Command::Refuse(done)) => (done, port.closed(address)),
                    Some(Command::Accept(done)) => (done, port.opened(address)),
                    None => return hang_up(&shared, &mut connections).await,
                };
                let (now, outcome) = wanted;
                port = now;
                if !matches!(port, Port::Open(_)) {
                    hang_up(&shared, &mut connections).await;
                }
                let _ = done.send(outcome);
            }
            stream = port.accept() => {
                let number = shared.accepted.fetch_add(1, Ordering::SeqCst) + 1;
                connections.spawn(serve(shared.clone(), number, stream));
            }
            Some(ended) = connections.join_next() => note_panic(&shared, ended),
        }
    }
}

/// Closes every connection, and propagates the panic of one that has just ended.
async fn hang_up(shared: &Shared, connections: &mut JoinSet<()>) {
    connections.abort_all();
    while let Some(ended) = connections.join_next().await {
        note_panic(shared, ended);
    }
}

fn note_panic(shared: &Shared, ended: Result<(), JoinError>) {
    let Some(panic) = ended.err().filter(JoinError::is_panic).map(JoinError::into_panic) else { return };
    let text =
        panic.downcast_ref::<&str>().map(ToString::to_string).or_else(|| panic.downcast_ref::<String>().cloned());
    lock(&shared.panics).push(text.unwrap_or_else(|| "a panic without text".to_owned()));
}
