use std::collections::BTreeMap;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};

/// The tokens that were accepted, until they expire. Only verified tokens get here, so that nobody but BigID can fill it.
#[derive(Debug, Default)]
pub(super) struct Replays(BTreeMap<[u8; 32], Duration>);

impl Replays {
    /// Whether what was signed is new; it is not from then on. The signature does not count: out of one of ECDSA, anybody can make another
    /// that is valid as well.
    pub(super) fn accept(&mut self, signed: &str, expires: Duration, now: Duration) -> bool {
        self.0.retain(|_, expires| *expires > now);
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, signed.as_bytes()).as_ref());
        self.0.insert(hash, expires).is_none()
    }
}
