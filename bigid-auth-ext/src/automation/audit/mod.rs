//! The audit log: its lines as records, and the lines that are new since a checkpoint.

mod line;
pub use line::{AuditLine, AuditRecord};

mod checkpoint;
pub use checkpoint::{AuditCheckpoint, REMEMBERED_LINES};

use bigid_api::Error;
use bytes::{Bytes, BytesMut};

use super::checkpoint_error::InvalidCheckpoint;
use crate::client::BigIdClient;
use checkpoint::Reading;

/// The longest line, in bytes. A longer one, which no log should have, is split into pieces of this length.
pub const MAX_AUDIT_LINE: usize = 1024 * 1024;

/// The lines that are new since a checkpoint.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AuditBatch {
    /// The lines, oldest first.
    pub lines: Vec<AuditLine>,
    /// Where the next read continues. Store it after the lines are delivered: a crash in between delivers them again,
    /// but loses none.
    pub checkpoint: AuditCheckpoint,
    /// Whether none of the known lines is left in the log: it was truncated, or rotated past the checkpoint. `lines` is
    /// then the whole log, and lines in between may be lost.
    pub is_restart: bool,
}

impl BigIdClient {
    /// Returns the lines of the audit log that are new since a checkpoint, each once.
    ///
    /// BigID has no call for this: it sends the whole log each time, and this method drops the known lines. While the
    /// log only grows, the checkpoint is exact, even among equal lines. Once the oldest lines are gone, the position is
    /// found by the last [`REMEMBERED_LINES`] known lines, or as many of them as are left.
    ///
    /// A last line without a line ending is still being written, and is returned by the next read.
    ///
    /// ```no_run
    /// # async fn run(client: &bigid_auth_ext::BigIdClient, stored: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// let batch = client.audit_log_since(&stored.parse()?).await?;
    /// for record in batch.lines.iter().filter_map(|line| line.record()) {
    ///     println!("{} {} {}", record.time, record.user, record.action);
    /// }
    /// let stored = batch.checkpoint.to_string();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Same as for the export. If the log is cut off, no lines are returned, so that no line is returned twice.
    ///
    /// # Cancel safety
    /// Dropping the future abandons the read. The checkpoint stays valid.
    #[inline]
    pub async fn audit_log_since(&self, checkpoint: &AuditCheckpoint) -> Result<AuditBatch, Error> {
        let mut export = self.export_audit_log().await.map_err(Error::into_untyped)?;
        let (mut reading, mut lines) = (Reading::new(checkpoint.clone()), Lines::default());
        while let Some(piece) = export.try_next().await? {
            lines.add(&piece, |line| reading.add(line));
        }
        Ok(reading.finish())
    }
}

/// Splits chunks into lines. A line ends with `\n` or `\r\n`.
#[derive(Debug, Default)]
struct Lines {
    open: BytesMut,
}

impl Lines {
    fn add(&mut self, mut piece: &[u8], mut each: impl FnMut(Bytes)) {
        while !piece.is_empty() {
            let room = MAX_AUDIT_LINE - self.open.len();
            let end = piece.iter().take(room).position(|byte| *byte == b'\n');
            let (part, rest) = piece.split_at(end.unwrap_or(piece.len().min(room)));
            self.open.extend_from_slice(part);
            piece = match end {
                Some(_) => rest.get(1..).unwrap_or_default(),
                None => rest,
            };
            if end.is_some() || self.open.len() == MAX_AUDIT_LINE {
                let line = self.open.split().freeze();
                let length = line.len() - usize::from(end.is_some() && line.ends_with(b"\r"));
                each(line.slice(..length));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(pieces: &[&[u8]]) -> Vec<Vec<u8>> {
        let (mut lines, mut found) = (Lines::default(), Vec::new());
        pieces.iter().for_each(|piece| lines.add(piece, |line| found.push(line.to_vec())));
        found
    }

    #[test]
    fn lines_do_not_depend_on_how_the_log_is_cut_into_pieces() {
        let log = b"a\r\n\n\0b\xff\nc\r\rd\n\n\r\nopen";
        let whole = cut(&[log]);
        let expected: [&[u8]; 6] = [b"a", b"", b"\0b\xff", b"c\r\rd", b"", b""];
        assert_eq!(whole, expected);
        for at in 0..log.len() {
            assert_eq!(cut(&[&log[..at], &log[at..]]), whole, "{at}");
        }
        let bytes: Vec<&[u8]> = log.chunks(1).collect();
        assert_eq!(cut(&bytes), whole);
    }

    #[test]
    fn a_line_without_an_end_takes_a_bounded_part_of_memory() {
        let long = vec![b'x'; 3 * MAX_AUDIT_LINE + 5];
        let found = cut(&[&long, b"\nnext\n"]);
        assert_eq!(
            found.iter().map(Vec::len).collect::<Vec<_>>(),
            [MAX_AUDIT_LINE, MAX_AUDIT_LINE, MAX_AUDIT_LINE, 5, 4]
        );
        assert_eq!(cut(&[&long[..MAX_AUDIT_LINE], b"\n", b"next\n"]).len(), 3, "its end is then a line of its own");
    }
}
