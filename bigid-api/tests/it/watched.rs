//! Sandboxes whose requests are held to the contract. The responses of their routes are wrong on purpose.

use bigid_sandbox::Builder;
use bigid_witness::{AllowedViolation, Part, Witness};

pub fn sandbox() -> Builder {
    let unsigned = |operation| AllowedViolation {
        operation,
        part: Part::Security,
        reason: "a client of this crate carries no session by itself",
    };
    let witness = Witness::default().requests_only();
    witness.allow(unsigned("listDataSources")).allow(unsigned("listRoles")).sandbox()
}
