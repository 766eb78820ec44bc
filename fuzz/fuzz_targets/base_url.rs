#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bigid_api::tests::invariants::base_url(bytes));
