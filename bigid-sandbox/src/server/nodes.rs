//! Several nodes behind one address, and which one handles a request.

use std::num::NonZeroUsize;
use std::sync::Mutex;

use crate::lock::lock;

/// How requests are distributed over the nodes behind a sandbox's address; see
/// [`Builder::nodes`](crate::Builder::nodes).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Balancing {
    /// Each request goes to the next node, in the order of arrival: the first to node 0. The default.
    #[default]
    PerRequest,
    /// All requests of a connection go to one node: those of the first connection to node 0.
    PerConnection,
    /// Every request goes to this node, counted from 0, modulo the number of nodes.
    Only(usize),
}

/// The nodes of a sandbox.
pub(crate) struct Nodes {
    count: NonZeroUsize,
    turns: Mutex<Turns>,
}

struct Turns {
    balancing: Balancing,
    next: usize,
}

impl Nodes {
    pub(crate) fn new(count: NonZeroUsize, balancing: Balancing) -> Self {
        Self { count, turns: Mutex::new(Turns { balancing, next: 0 }) }
    }

    /// Changes the balancing from the next request on; turns start again at node 0.
    pub(crate) fn balance(&self, balancing: Balancing) {
        *lock(&self.turns) = Turns { balancing, next: 0 };
    }

    /// The node for a request on a connection, which is counted from 1.
    pub(crate) fn assign(&self, connection: u64) -> usize {
        let mut turns = lock(&self.turns);
        let number = match turns.balancing {
            Balancing::PerRequest => {
                let turn = turns.next;
                turns.next = (turn + 1) % self.count;
                turn
            }
            Balancing::PerConnection => usize::try_from(connection.saturating_sub(1)).unwrap_or(usize::MAX),
            Balancing::Only(node) => node,
        };
        number % self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_spread_as_told() {
        let nodes = Nodes::new(NonZeroUsize::MIN.saturating_add(2), Balancing::PerRequest);
        let assigned = |connections: [u64; 5]| connections.map(|connection| nodes.assign(connection));
        assert_eq!(assigned([1, 1, 1, 2, 2]), [0, 1, 2, 0, 1]);
        nodes.balance(Balancing::PerConnection);
        assert_eq!(assigned([1, 2, 1, 3, 4]), [0, 1, 0, 2, 0]);
        for (wanted, node) in [(0, 0), (2, 2), (3, 0), (usize::MAX, usize::MAX % 3)] {
            nodes.balance(Balancing::Only(wanted));
            assert_eq!(assigned([1, 2, 3, 4, 5]), [node; 5]);
        }
        nodes.balance(Balancing::PerRequest);
        assert_eq!(assigned([9; 5]), [0, 1, 2, 0, 1]);
    }
}
