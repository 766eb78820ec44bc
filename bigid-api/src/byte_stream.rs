//! Streamed responses, such as exports and logs.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http::{StatusCode, header};
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use crate::Error;
use crate::error::Interrupted;
use crate::layer::Attempts;

/// A streamed response body, such as an export, as a [`Stream`] of chunks.
///
/// A body that is cut off is [`Error::Body`], with the status of the response, and never a shorter file: a stream that
/// ends without an error is complete, unless the server sent neither a length nor an end marker.
///
/// ```no_run
/// # async fn call(client: &bigid_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let mut file = tokio::io::sink(); // or tokio::fs::File::create("findings.csv").await?
/// let export = client.export_findings().await?;
/// let written = export
///     .write_to_with_progress(&mut file, |progress| println!("{} of {:?} bytes", progress.written, progress.total))
///     .await?;
/// println!("{written} bytes");
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream does nothing until it is polled"]
pub struct ByteStream {
    status: StatusCode,
    attempts: u32,
    content_length: Option<u64>,
    file_name: Option<String>,
    pieces: Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send + Sync>>,
    over: bool,
}

/// The progress of writing a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The bytes written so far.
    pub written: u64,
    /// The total number of bytes, if known.
    pub total: Option<u64>,
}

impl ByteStream {
    pub(crate) fn new(response: reqwest::Response) -> Self {
        let file_name = response.headers().get(header::CONTENT_DISPOSITION).and_then(|value| value.to_str().ok());
        Self {
            status: response.status(),
            attempts: Attempts::of(&response),
            content_length: response.content_length(),
            file_name: file_name.and_then(file_name_of),
            pieces: Box::pin(response.bytes_stream()),
            over: false,
        }
    }

    /// The `Content-Length`, if present.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.content_length
    }

    /// The file name from `Content-Disposition`: no directories, no leading dot, no `..`. `None` if there is no usable
    /// one.
    #[must_use]
    pub fn file_name(&self) -> Option<&str> {
        self.file_name.as_deref()
    }

    /// The next chunk, or `None` at the end of the file.
    ///
    /// # Errors
    /// [`Error::Body`] if the body is cut off. The stream then ends.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing.
    pub async fn try_next(&mut self) -> Result<Option<Bytes>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// Writes the file, flushes the writer, and returns the number of bytes.
    ///
    /// # Errors
    /// [`WriteError`] if the body is cut off or the writer fails. What was written before stays written.
    ///
    /// # Cancel safety
    /// Dropping the future leaves the file partially written.
    pub async fn write_to<W: AsyncWrite + Unpin + ?Sized>(self, writer: &mut W) -> Result<u64, WriteError> {
        self.write_to_with_progress(writer, |_| ()).await
    }

    /// Writes the file as [`write_to`](Self::write_to) does, and reports progress after each chunk.
    ///
    /// # Errors
    /// As [`write_to`](Self::write_to).
    ///
    /// # Cancel safety
    /// As [`write_to`](Self::write_to).
    pub async fn write_to_with_progress<W: AsyncWrite + Unpin + ?Sized>(
        mut self,
        writer: &mut W,
        mut tell: impl FnMut(Progress),
    ) -> Result<u64, WriteError> {
        let total = self.content_length;
        let mut written = 0;
        loop {
            let mut piece = match self.try_next().await {
                Ok(Some(piece)) => piece,
                Ok(None) => break,
                Err(error) => return Err(WriteError { written, cause: Failed::Body(Box::new(error)) }),
            };
            while !piece.is_empty() {
                match writer.write(&piece).await {
                    Ok(0) => return Err(WriteError::io(written, io::ErrorKind::WriteZero.into())),
                    Ok(count) => written += piece.split_to(count.min(piece.len())).len() as u64,
                    Err(error) => return Err(WriteError::io(written, error)),
                }
            }
            tell(Progress { written, total });
        }
        writer.flush().await.map_err(|error| WriteError::io(written, error))?;
        Ok(written)
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.over {
            return Poll::Ready(None);
        }
        let piece = ready!(self.pieces.as_mut().poll_next(context));
        self.over = !matches!(piece, Some(Ok(_)));
        let (status, attempts) = (self.status, self.attempts);
        let interrupted = |error| Error::Body(Box::new(Interrupted::new(status, attempts, error)));
        Poll::Ready(piece.map(|piece| piece.map_err(interrupted)))
    }
}

/// Shows neither the content nor the name, which both come from the server.
impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ByteStream");
        shown.field("status", &self.status).field("content_length", &self.content_length).finish_non_exhaustive()
    }
}

/// The error of a file that was not written completely. What was written before stays written.
#[derive(Debug)]
pub struct WriteError {
    written: u64,
    cause: Failed,
}

#[derive(Debug)]
enum Failed {
    Body(Box<Error>),
    Write(io::Error),
}

impl WriteError {
    fn io(written: u64, error: io::Error) -> Self {
        Self { written, cause: Failed::Write(error) }
    }

    /// The number of bytes written before the error.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Whether the same export may succeed later, because the body was cut off. For a failed writer it is `false`: its
    /// own error says what helps.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match &self.cause {
            Failed::Body(error) => error.is_retryable(),
            Failed::Write(_) => false,
        }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Failed::Body(error) => write!(f, "the file was cut off after {} bytes: {error}", self.written),
            Failed::Write(error) => write!(f, "the file could not be written after {} bytes: {error}", self.written),
        }
    }
}

impl StdError for WriteError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(match &self.cause {
            Failed::Body(error) => &**error,
            Failed::Write(error) => error,
        })
    }
}

/// The name in a `Content-Disposition` (RFC 6266): `filename*` takes precedence over `filename`, and only the last path
/// segment counts.
fn file_name_of(disposition: &str) -> Option<String> {
    let extended = parameter(disposition, "filename*").and_then(|value| {
        let (charset, rest) = value.split_once('\'')?;
        let (_, encoded) = rest.split_once('\'')?;
        if !charset.eq_ignore_ascii_case("utf-8") {
            return None;
        }
        percent_decode_str(encoded).decode_utf8().ok().map(String::from)
    });
    let name = extended.or_else(|| parameter(disposition, "filename"))?;
    bare(&name)
}

/// A safe base name. On Windows, a colon means a drive or an alternate stream.
fn bare(name: &str) -> Option<String> {
    let name = name.rsplit(['/', '\\']).next()?.trim();
    let is_safe = !name.is_empty() && !name.starts_with('.') && !name.contains([':', '\0']);
    (is_safe && !name.chars().any(char::is_control)).then(|| name.to_owned())
}

/// The unquoted value of a parameter.
fn parameter(disposition: &str, wanted: &str) -> Option<String> {
    let mut rest = disposition.split_once(';')?.1;
    loop {
        let (name, value) = rest.split_once('=')?;
        let (value, after) = match value.trim_start().strip_prefix('"') {
            Some(quoted) => quoted_text(quoted),
            None => {
                let (value, after) = value.split_once(';').unwrap_or((value, ""));
                (value.trim().to_owned(), after)
            }
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after;
    }
}

/// The text up to the closing quote, and the rest after the next semicolon.
fn quoted_text(quoted: &str) -> (String, &str) {
    let mut text = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (text, quoted[at + 1..].split_once(';').map_or("", |(_, after)| after)),
            '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
            other => text.push(other),
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_by_a_bare_name_or_not_at_all() {
        for (disposition, name) in [
            ("attachment; filename=\"findings.csv\"", Some("findings.csv")),
            ("attachment; filename=findings.csv; size=3", Some("findings.csv")),
            ("attachment; size=3; FileName = \"a; b=c.csv\"", Some("a; b=c.csv")),
            ("attachment; filename=\"a\\\"b.csv\"", Some("a\"b.csv")),
            ("attachment; filename=\"x.csv\"; filename*=UTF-8''%e9%a1%a7.csv", Some("顧.csv")),
            ("attachment; filename*=UTF-8''a%2F..%2Fb.csv", Some("b.csv")),
            ("attachment; filename*=latin1''a.csv; filename=b.csv", Some("b.csv")),
            ("attachment; filename=\"../../etc/passwd\"", Some("passwd")),
            ("attachment; filename=\"C:\\\\temp\\\\x.csv\"", Some("x.csv")),
            ("attachment; filename=\"..\"", None),
            ("attachment; filename=\".ssh\"", None),
            ("attachment; filename=\"x:y\"", None),
            ("attachment; filename=\"a/\"", None),
            ("attachment; filename*=UTF-8''a%00b", None),
            ("attachment; filename*=UTF-8''%ff", None),
            ("attachment; filename=\"", None),
            ("attachment; filename", None),
            ("attachment", None),
            ("", None),
        ] {
            assert_eq!(file_name_of(disposition).as_deref(), name, "{disposition}");
        }
    }
}
