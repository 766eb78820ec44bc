use std::collections::BTreeMap;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};

/// The tokens that were accepted, until they expire. Only verified tokens get here, so only BigID can fill it.
#[derive(Debug, Default)]
pub(super) struct Replays(BTreeMap<[u8; 32], Duration>);

impl Replays {
    /// Returns whether the signed part is new, and remembers it. The signature does not count: anyone can derive
    /// another valid signature from an ECDSA one.
    pub(super) fn accept(&mut self, signed: &str, expires: Duration, now: Duration) -> bool {
        self.0.retain(|_, expires| *expires > now);
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, signed.as_bytes()).as_ref());
        self.0.insert(hash, expires).is_none()
    }
}
