//! Checks by content that the tests were built from the checkout's `spec/`: cargo runs the build script only by
//! modification times, which an unpacked archive or a copy may keep.

#[allow(dead_code, unreachable_pub, reason = "the pipeline uses all of it")]
#[path = "../../../xtask/src/spec/fingerprint.rs"]
mod fingerprint;
#[allow(dead_code, unreachable_pub, reason = "the pipeline uses all of it")]
#[path = "../../../xtask/src/spec/manifest.rs"]
mod manifest;

use std::path::Path;

#[test]
fn the_built_client_is_what_spec_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    assert_eq!(manifest::differences(&root), [""; 0], "run `cargo xtask regen`");
    let built = include_str!("../../src/generated/manifest.txt");
    let present = std::fs::read_to_string(root.join(manifest::MANIFEST)).unwrap();
    assert_eq!(built, present, "cargo built an older client: run `touch bigid-api/build.rs` and build again");
}
