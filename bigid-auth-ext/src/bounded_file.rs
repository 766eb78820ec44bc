//! Reads files that a user names: whole, bounded in size, and with a time limit for pipes.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// How long a pipe may take to be written and closed, as in `<(vault kv get ..)`.
pub(crate) const PIPE_TIMEOUT: Duration = Duration::from_secs(10);

/// The start of PEM text, which no path contains. Text in place of a path may hold a private key, and is never shown.
pub(crate) const PEM: &str = "-----BEGIN";

/// The content of a pipe, which is read on a separate thread. Kept after a timeout, it yields the content later.
pub(crate) type Pipe = Receiver<io::Result<Vec<u8>>>;

/// Why a file could not be read.
#[derive(Debug, Clone)]
pub(crate) enum FileFault {
    Unreadable(Arc<io::Error>),
    /// The limit, in bytes.
    TooLarge(u64),
    /// The pipe was not written and closed within this time.
    Late(Duration),
}

impl FileFault {
    /// The thread that read the file ended without a result.
    pub(crate) fn unfinished() -> Self {
        io::Error::other("reading it was not finished").into()
    }
}

impl From<io::Error> for FileFault {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(Arc::new(error))
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "cannot be read: {error}"),
            Self::TooLarge(limit) if *limit < MIB => write!(f, "is larger than {} KiB", limit >> 10),
            Self::TooLarge(limit) => write!(f, "is larger than {} MiB", limit / MIB),
            Self::Late(limit) => write!(f, "is a pipe that was not written and closed within {limit:?}"),
        }
    }
}

const MIB: u64 = 1 << 20;

/// Whether a path names something that can be read only once: a pipe, a terminal, a socket.
pub(crate) fn is_read_once(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// Reads a file of at most `limit` bytes. Blocks as long as the file system takes, but for a pipe at most
/// `pipe_timeout`; the pipe is then left in `pipe`.
pub(crate) fn read(
    path: &Path,
    limit: u64,
    pipe_timeout: Duration,
    pipe: &mut Option<Pipe>,
) -> Result<Vec<u8>, FileFault> {
    if pipe.is_none() && !is_read_once(path) {
        return whole(path, limit);
    }
    // Opening a pipe that has no writer blocks forever, so it happens on a thread that is never joined.
    let reading = pipe.take().unwrap_or_else(|| {
        let (sender, receiver) = channel();
        let path = path.to_owned();
        let started = thread::Builder::new().name("bigid-pipe".to_owned()).spawn(move || {
            let _ = sender.send(File::open(&path).and_then(|file| start(file, limit)));
        });
        drop(started);
        receiver
    });
    match reading.recv_timeout(pipe_timeout) {
        Ok(Ok(bytes)) => bounded(bytes, limit),
        Ok(Err(error)) => Err(error.into()),
        Err(RecvTimeoutError::Timeout) => {
            *pipe = Some(reading);
            Err(FileFault::Late(pipe_timeout))
        }
        Err(RecvTimeoutError::Disconnected) => Err(FileFault::unfinished()),
    }
}

fn whole(path: &Path, limit: u64) -> Result<Vec<u8>, FileFault> {
    let bytes = File::open(path).and_then(|file| start(file, limit))?;
    bounded(bytes, limit)
}

/// Reads one byte more than the limit, to detect a longer file.
fn start(file: File, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn bounded(bytes: Vec<u8>, limit: u64) -> Result<Vec<u8>, FileFault> {
    if bytes.len() as u64 > limit { Err(FileFault::TooLarge(limit)) } else { Ok(bytes) }
}
