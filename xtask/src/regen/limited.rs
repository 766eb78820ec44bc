//! A child process that is killed after a time limit, and does not outlive its parent.

use std::io::{self, Read, Write as _};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// The output of a child, and how it ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
}

/// Runs a command on some input; `None` if it was killed because it did not end within the limit.
///
/// Its standard input stays open until it ends, so that a child that keeps reading, as [`die_with_parent`] does,
/// notices that its parent has died.
///
/// # Errors
/// A command that cannot be started, or output that cannot be read.
pub(super) fn run(command: &mut Command, input: &[u8], limit: Duration) -> io::Result<Option<Ended>> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        let writer = scope.spawn(move || {
            let mut stdin = stdin;
            // If the child died, its status is more informative than a broken pipe.
            let _ = stdin.as_mut().map(|stdin| stdin.write_all(input));
            stdin
        });
        let (running, ended) = channel::<()>();
        let errors = running.clone();
        let stdout = scope.spawn(move || read(stdout, running));
        let stderr = scope.spawn(move || read(stderr, errors));
        // Nothing is ever sent: the channel closes when both ends of the child's output have.
        let in_time = ended.recv_timeout(limit) != Err(RecvTimeoutError::Timeout);
        if !in_time {
            child.kill()?;
        }
        let status = child.wait()?;
        let (stdout, stderr) = (joined(stdout.join())?, joined(stderr.join())?);
        drop(writer.join());
        Ok(in_time.then_some(Ended { status, stdout, stderr }))
    })
}

fn read(output: Option<impl Read>, _running: impl Send) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(mut output) = output {
        output.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn joined(result: thread::Result<io::Result<Vec<u8>>>) -> io::Result<Vec<u8>> {
    result.unwrap_or_else(|_| Err(io::Error::other("a thread that reads the output died")))
}

/// Ends this process when its standard input does: the parent holds the other end for as long as it lives.
pub(super) fn die_with_parent() {
    thread::spawn(|| {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        std::process::exit(1);
    });
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Long enough for any machine; no test waits for it.
    const LONG: Duration = Duration::from_secs(3600);

    #[test]
    fn a_child_that_does_not_end_is_killed_at_its_limit() {
        // Its input stays open, so that it reads forever.
        assert!(run(&mut Command::new("cat"), b"x", Duration::ZERO).unwrap().is_none());
        // More than a pipe holds, to a child that reads nothing.
        let input = vec![b'x'; 1 << 20];
        assert!(run(Command::new("tail").args(["-f", "/dev/null"]), &input, Duration::ZERO).unwrap().is_none());
    }

    #[test]
    fn a_child_that_ends_in_time_hands_over_all_that_it_wrote() {
        let script = "read line; echo \"$line\"; head -c 1000000 /dev/zero >&2; exit 3";
        let ended = run(Command::new("sh").args(["-c", script]), b"word\n", LONG).unwrap().unwrap();
        assert_eq!((ended.status.code(), ended.stdout.as_slice()), (Some(3), b"word\n".as_slice()));
        assert_eq!(ended.stderr.len(), 1_000_000);
    }

    #[test]
    fn a_command_that_does_not_exist_is_an_error() {
        assert!(run(&mut Command::new("/nowhere/at/all"), b"", LONG).is_err());
    }
}
