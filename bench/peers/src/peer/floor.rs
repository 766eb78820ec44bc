//! The floor of `bench/`, as a peer: a shared pointer, the clock, a header.

use std::sync::Arc;

use super::{Peer, done};
use crate::source::Source;

pub struct Floor;

impl Peer for Floor {
    const NAME: &'static str = "ArcSwap floor";

    async fn new(_source: Arc<Source>) -> Self {
        Self
    }

    async fn get(&self) -> Result<(), String> {
        done(bench::hit::floor().ok_or("no header"))
    }
}
