#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bigid_auth_ext::tests::invariants::normalize(bytes));
