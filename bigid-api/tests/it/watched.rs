//! Sandboxes whose requests are held to the contract. What the routes of these tests answer is wrong on purpose.

use bigid_sandbox::Builder;
use bigid_witness::{Excuse, Part, Witness};

pub fn sandbox() -> Builder {
    let unsigned = |operation| Excuse {
        operation,
        part: Part::Security,
        reason: "a client of this crate carries no session by itself",
    };
    let witness = Witness::default().requests_only();
    witness.excuse(unsigned("listDataSources")).excuse(unsigned("listRoles")).sandbox()
}
