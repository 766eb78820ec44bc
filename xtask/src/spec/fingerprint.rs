//! The hash of the files of `spec/`. `bigid-api/build.rs` includes this file, so that both agree; it uses only std.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// The applied contract, below `spec/`.
pub(crate) const CONTRACT: &str = "bigid.openapi.json";

/// A 64-bit FNV-1a over the names and bytes of some files.
///
/// It detects a stale client and is not a defence against forgery; for that, PROVENANCE has SHA-256. A cryptographic
/// hash would be a build dependency of every checkout.
pub(crate) fn fingerprint<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut eat = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for (name, bytes) in files {
        eat(name.as_bytes());
        eat(&(bytes.len() as u64).to_le_bytes());
        eat(bytes);
    }
    format!("{hash:016x}")
}

/// The inputs of the contract: every document below `spec/upstream`, `spec/domains` and `spec/overlays`, in that order
/// and by name.
pub(crate) fn inputs(spec: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    for folder in ["upstream", "domains", "overlays"] {
        let mut names = Vec::new();
        for entry in fs::read_dir(spec.join(folder))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".yaml") || name.ends_with(".json") {
                names.push(name);
            }
        }
        names.sort();
        files.extend(names.into_iter().map(|name| (format!("{folder}/{name}"), spec.join(folder).join(&name))));
    }
    Ok(files)
}
