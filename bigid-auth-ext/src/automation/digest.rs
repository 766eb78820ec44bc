//! Digests in checkpoints, which are short, and equal in every process and every version.

/// The first 8 bytes of the SHA-256 of the parts, one after the other.
pub(super) fn digest(parts: &[&[u8]]) -> u64 {
    let mut hash = hmac_sha256::Hash::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stored checkpoints hold digests. The first is how FIPS 180-4's "abc" begins.
    #[test]
    fn a_digest_never_changes() {
        assert_eq!(digest(&[b"abc"]), 0xba78_16bf_8f01_cfea);
        assert_eq!(digest(&[b"a", b"", b"bc"]), digest(&[b"abc"]));
        assert_eq!(digest(&[]), 0xe3b0_c442_98fc_1c14);
    }
}
