//! Sensitive objects that are new since a point in time.

use std::collections::BTreeSet;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::str::FromStr;
use std::task::{Context, Poll};
use std::time::Duration;

use bigid_api::types::{ApiErrorBody, CatalogObject};
use bigid_api::{Error, Records};
use futures_core::Stream;

use super::bql::{self, BqlValue};
use super::checkpoint_error::InvalidCheckpoint;
use super::digest::digest;
use super::iso;
use crate::client::BigIdClient;

/// The time since which objects are new, and the objects that were already returned.
///
/// Its text holds 16 bytes for each object that was returned, a digest of its name, so that an object which is scanned
/// again is not returned again. To forget them, start over with [`since`](Self::since).
#[derive(Clone, PartialEq, Eq)]
pub struct ObjectCheckpoint {
    /// Since 1970.
    since: Duration,
    seen: BTreeSet<u64>,
}

/// How far before the latest scan date seen the next read starts, because the objects of one scan do not appear in the
/// order of their dates.
pub const SCAN_OVERLAP: Duration = Duration::from_secs(60 * 60);

impl ObjectCheckpoint {
    /// Objects that were scanned at or after this time since 1970.
    #[must_use]
    pub fn since(since_1970: Duration) -> Self {
        Self { since: since_1970, seen: BTreeSet::new() }
    }

    /// The number of objects that were returned.
    #[must_use]
    pub fn seen(&self) -> usize {
        self.seen.len()
    }
}

impl BigIdClient {
    /// Returns the objects with findings that were scanned since a checkpoint, each once.
    ///
    /// It asks the catalog for `total_pii_count > 0 AND scanDate >= to_date(..)`. Objects are identified by their fully
    /// qualified name, or else their id; one without either is returned each time.
    ///
    /// ```no_run
    /// # async fn run(client: &bigid_auth_ext::BigIdClient, stored: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut objects = client.new_sensitive_objects(&stored.parse()?);
    /// while let Some(object) = objects.try_next().await? {
    ///     println!("{:?}: {:?}", object.fully_qualified_name, object.attribute);
    /// }
    /// let stored = objects.checkpoint().to_string();
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn new_sensitive_objects(&self, checkpoint: &ObjectCheckpoint) -> NewObjects {
        let is_new = bql::field("scanDate").ge(BqlValue::at(checkpoint.since));
        let filter = bql::field("total_pii_count").gt(0).and(is_new);
        NewObjects {
            records: self.list_catalog().filter(filter).records(),
            checkpoint: checkpoint.clone(),
            latest: checkpoint.since,
        }
    }
}

/// The new objects, as a [`Stream`]. Created by [`BigIdClient::new_sensitive_objects`].
///
/// After an error it can be polled again, like [`Records`].
#[derive(Debug)]
#[must_use = "a stream does nothing until it is polled"]
pub struct NewObjects {
    records: Records<CatalogObject>,
    checkpoint: ObjectCheckpoint,
    /// The latest scan date so far, since 1970.
    latest: Duration,
}

impl NewObjects {
    /// The next object, or `None` at the end.
    ///
    /// # Errors
    /// The errors of the list.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing.
    #[inline]
    pub async fn try_next(&mut self) -> Result<Option<CatalogObject>, Error<ApiErrorBody>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// Where the next read continues: after the objects that were returned so far. It may be taken at any time; if
    /// taken before the end, the next read returns the rest.
    #[must_use]
    pub fn checkpoint(&self) -> ObjectCheckpoint {
        self.checkpoint.clone()
    }

    /// Whether the object is new. One that cannot be identified always is.
    #[inline]
    fn is_new(&mut self, object: &CatalogObject) -> bool {
        let scanned = [&object.scan_date, &object.last_scanned].into_iter().flatten().find_map(|date| iso::parse(date));
        self.latest = self.latest.max(scanned.unwrap_or_default());
        match object.fully_qualified_name.as_ref().or(object.id.as_ref()) {
            Some(name) => self.checkpoint.seen.insert(digest(&[name.as_bytes()])),
            None => true,
        }
    }
}

impl Stream for NewObjects {
    type Item = Result<CatalogObject, Error<ApiErrorBody>>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match Pin::new(&mut self.records).poll_next(context) {
                Poll::Ready(Some(Ok(object))) if !self.is_new(&object) => {}
                Poll::Ready(None) => {
                    // The list has ended.
                    let next = self.latest.saturating_sub(SCAN_OVERLAP);
                    self.checkpoint.since = self.checkpoint.since.max(next);
                    return Poll::Ready(None);
                }
                other => return other,
            }
        }
    }
}

impl fmt::Debug for ObjectCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectCheckpoint")
            .field("since", &iso::text(self.since))
            .field("seen", &self.seen.len())
            .finish()
    }
}

impl fmt::Display for ObjectCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "objects:{}:", self.since.as_millis())?;
        self.seen.iter().try_for_each(|object| write!(f, "{object:016x}"))
    }
}

impl FromStr for ObjectCheckpoint {
    type Err = InvalidCheckpoint;

    fn from_str(text: &str) -> Result<Self, InvalidCheckpoint> {
        let invalid = InvalidCheckpoint("objects:<milliseconds>:<digests>");
        let parts: Vec<&str> = text.trim().split(':').collect();
        let ["objects", since, seen] = parts.as_slice() else { return Err(invalid) };
        let hex = |chunk: &[u8]| {
            let text = std::str::from_utf8(chunk).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
            text.filter(|text| text.len() == 16).and_then(|text| u64::from_str_radix(text, 16).ok()).ok_or(invalid)
        };
        let since = since.parse().map(Duration::from_millis).map_err(|_| invalid)?;
        let seen = seen.as_bytes().chunks(16).map(hex).collect::<Result<_, _>>()?;
        Ok(Self { since, seen })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_read_back_and_what_is_none_is_refused() {
        let mut checkpoint = ObjectCheckpoint::since(Duration::from_millis(1_750_000_000_123));
        for count in 0..3 {
            assert_eq!(checkpoint.to_string().parse(), Ok(checkpoint.clone()));
            checkpoint.seen.insert(digest(&[format!("object {count}").as_bytes()]));
        }
        for text in [
            "",
            "objects:",
            "objects:x:",
            "objects:1:abc",
            "objects:1:éééééééé",
            "audit:1:",
            "objects:1:+000000000000000",
        ] {
            assert!(text.parse::<ObjectCheckpoint>().is_err(), "{text}");
        }
    }
}
