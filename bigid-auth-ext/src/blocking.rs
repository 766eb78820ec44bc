//! The same client for programs without `async`: [`wait`](WaitExt::wait) instead of `.await`, and lists as iterators.
//!
//! ```no_run
//! use bigid_auth_ext::BigIdClient;
//! use bigid_auth_ext::blocking::{Reader, WaitExt as _, WaitEach as _};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let client = BigIdClient::from_env()?;
//!     let orders = client.get_data_source("Orders").wait()?;
//!     println!("{orders:?}");
//!
//!     for source in client.list_data_sources().records().wait_each() {
//!         println!("{}", source?.name.unwrap_or_default());
//!     }
//!
//!     let export = client.export_findings().wait()?;
//!     std::io::copy(&mut Reader::new(export), &mut std::fs::File::create("findings.csv")?)?;
//!     Ok(())
//! }
//! ```
//!
//! There is no second client: every builder, list and export of [`BigIdClient`](crate::BigIdClient) has these methods,
//! and a client may serve blocking and `async` code at once. For any other future, use [`block_on`].
//!
//! # The runtime
//! The first call starts one thread, `bigid-blocking`, that drives connections, timeouts and session refreshes for the
//! whole process. It runs until the process ends. If the process forks after the first call, the child does not have
//! this thread.
//!
//! # Inside another runtime
//! An `async` task must not block, because everything else on its thread would stop. A blocking call made within a task
//! of tokio fails with [`BlockingError::InAsyncTask`] in its [`source`](std::error::Error::source) chain, and sends
//! nothing; it never panics. Within `spawn_blocking` and `block_in_place` blocking is allowed, and works. Tasks of
//! other runtimes, and those that run in `tokio::task::unconstrained`, are not recognized: the call blocks their thread
//! and then succeeds.

use std::error::Error as StdError;
use std::fmt;
use std::future::{IntoFuture, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use bigid_api::{ByteStream, Error, LayerError};
use bytes::Bytes;
use futures_core::Stream;
use tokio::runtime::{Builder, Handle};
use tokio::task::coop;

use crate::automation::WaitError;
use crate::error::{AuthError, Kind};
use crate::lock::lock;

/// More units of budget than tokio gives a task before it has to yield (128 in tokio 1.54).
const MORE_THAN_A_BUDGET: usize = 4096;

/// The runtime of this process, once it has been started.
static RUNTIME: Mutex<Option<Handle>> = Mutex::new(None);

/// Why a blocking call could not be made. Nothing was sent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum BlockingError {
    /// The call was made within a task of an async runtime, which must not block.
    InAsyncTask,
    /// The thread or the runtime that drives blocking calls could not be started, for example because the process has
    /// too many threads.
    Runtime(Arc<io::Error>),
}

/// Waits for a call. Implemented for every builder of an operation, and every other future whose error can hold a
/// [`BlockingError`].
pub trait WaitExt: IntoFuture + Sized {
    /// Sends the call and blocks this thread until it has finished.
    ///
    /// # Errors
    /// The errors of the call. Within an async task it fails with [`BlockingError::InAsyncTask`] as its source.
    fn wait<T, E>(self) -> Result<T, E>
    where
        Self: IntoFuture<Output = Result<T, E>>,
        E: From<BlockingError>,
    {
        block_on(self).unwrap_or_else(|error| Err(error.into()))
    }
}

impl<F: IntoFuture> WaitExt for F {}

/// Reads a stream item by item: [`Records`](crate::Records), [`Pages`](crate::Pages) and [`ByteStream`].
pub trait WaitEach: Stream + Sized {
    /// Returns an iterator that blocks this thread until the next item has arrived.
    fn wait_each(self) -> Iter<Self> {
        Iter { stream: self, refused: false }
    }
}

impl<S: Stream> WaitEach for S {}

/// Runs a future to completion on this thread. Its spawned tasks, connections and timers run on this module's runtime.
///
/// # Errors
/// [`BlockingError`], before the future is polled.
pub fn block_on<F: IntoFuture>(future: F) -> Result<F::Output, BlockingError> {
    if is_in_async_task() {
        return Err(BlockingError::InAsyncTask);
    }
    let runtime = runtime().map_err(|error| BlockingError::Runtime(Arc::new(error)))?;
    let _entered = runtime.enter();
    let mut future = pin!(future.into_future());
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return Ok(output),
            Poll::Pending => thread::park(),
        }
    }
}

/// The items of a stream, as an [`Iterator`]. Created by [`WaitEach::wait_each`].
#[derive(Debug)]
#[must_use = "an iterator does nothing until it is read"]
pub struct Iter<S> {
    stream: S,
    refused: bool,
}

impl<S> Iter<S> {
    /// The underlying stream, for example to read its progress.
    pub fn get_ref(&self) -> &S {
        &self.stream
    }

    /// Returns the underlying stream.
    pub fn into_inner(self) -> S {
        self.stream
    }
}

/// A failed page is one `Err`; the next item requests it again. Where blocking is not allowed, the iterator ends after
/// one `Err`.
impl<T, E: From<BlockingError>, S: Stream<Item = Result<T, E>> + Unpin> Iterator for Iter<S> {
    type Item = Result<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.refused {
            return None;
        }
        block_on(poll_fn(|context| Pin::new(&mut self.stream).poll_next(context))).unwrap_or_else(|error| {
            self.refused = true;
            Some(Err(error.into()))
        })
    }
}

/// An export as [`io::Read`], for `std::io::copy` and readers of CSV.
///
/// An export that is cut off is an error, with [`Error`] as its source, for this read and all later ones: it never
/// looks complete.
#[derive(Debug)]
pub struct Reader {
    pieces: Iter<ByteStream>,
    piece: Bytes,
    broken: bool,
}

impl Reader {
    /// Wraps an export.
    #[must_use]
    pub fn new(export: ByteStream) -> Self {
        Self { pieces: export.wait_each(), piece: Bytes::new(), broken: false }
    }
}

impl io::Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && !buffer.is_empty() {
            if self.broken {
                return Err(io::Error::other("the export was cut off"));
            }
            match self.pieces.next() {
                None => return Ok(0),
                Some(Ok(piece)) => self.piece = piece,
                Some(Err(error)) => {
                    self.broken = true;
                    return Err(io::Error::other(error));
                }
            }
        }
        let count = buffer.len().min(self.piece.len());
        buffer[..count].copy_from_slice(&self.piece.split_to(count));
        Ok(count)
    }
}

/// Wakes a thread that waits for a future.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Whether this thread is polling a tokio task.
///
/// A task has a cooperative budget that each operation uses up. Code that may block has none: a thread of
/// `spawn_blocking`, the inside of `block_in_place`, a thread that merely entered a runtime. `Handle::try_current`
/// alone cannot tell them apart.
fn is_in_async_task() -> bool {
    if Handle::try_current().is_err() {
        return false;
    }
    let mut context = Context::from_waker(Waker::noop());
    (0..MORE_THAN_A_BUDGET).any(|_| match coop::poll_proceed(&mut context) {
        Poll::Ready(unit) => {
            unit.made_progress();
            false
        }
        Poll::Pending => true,
    })
}

/// The runtime of this process. It is created and driven on its own thread, because dropping a runtime within a task
/// panics.
fn runtime() -> io::Result<Handle> {
    let mut runtime = lock(&RUNTIME);
    if let Some(handle) = &*runtime {
        return Ok(handle.clone());
    }
    let (started, start) = sync_channel(1);
    thread::Builder::new().name("bigid-blocking".to_owned()).spawn(move || {
        match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => {
                let _ = started.send(Ok(runtime.handle().clone()));
                runtime.block_on(std::future::pending::<()>());
            }
            Err(error) => {
                let _ = started.send(Err(error));
            }
        }
    })?;
    let handle = start.recv().unwrap_or_else(|_| Err(io::Error::other("its thread ended")))?;
    Ok(runtime.insert(handle).clone())
}

impl fmt::Display for BlockingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InAsyncTask => f.write_str(
                "a blocking call was made inside an async task, which must not block; `.await` the call instead, or make it in \
                 `tokio::task::spawn_blocking`",
            ),
            Self::Runtime(error) => write!(f, "the runtime for blocking calls could not be started: {error}"),
        }
    }
}

impl StdError for BlockingError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::InAsyncTask => None,
            Self::Runtime(error) => Some(&**error),
        }
    }
}

impl<E> From<BlockingError> for Error<E> {
    fn from(error: BlockingError) -> Self {
        Self::Layer(LayerError::new(error))
    }
}

impl From<BlockingError> for WaitError {
    fn from(error: BlockingError) -> Self {
        Self::of_call(error.into())
    }
}

impl From<BlockingError> for AuthError {
    fn from(error: BlockingError) -> Self {
        Self::with(Kind::Blocking, None, None, Some(Box::new(error)))
    }
}
