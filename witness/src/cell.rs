//! Coverage: one cell for each operation, documented status, media type and security alternative.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use crate::lock::lock;

/// One cell of the coverage table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The operationId.
    pub operation: String,
    /// The key of the documented response.
    pub status: String,
    /// The documented media type; `none` where no body is documented.
    pub media_type: String,
    /// The security scheme; `none` where none is needed.
    pub security: String,
}

/// The cells that were seen on the wire and agreed with the contract in every part.
///
/// Seeing a cell asserts nothing: the test asserts on the response, and takes the cells after that.
#[derive(Clone, Debug, Default)]
pub struct Cells(Arc<Mutex<BTreeSet<Cell>>>);

impl Cells {
    pub(crate) fn see(&self, cell: Cell) {
        lock(&self.0).insert(cell);
    }

    /// The cells seen since the last call.
    #[must_use]
    pub fn take(&self) -> BTreeSet<Cell> {
        std::mem::take(&mut *lock(&self.0))
    }
}
