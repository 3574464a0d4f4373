use miaas_core::{id::DeploymentId, port::Demand};

use crate::engine::{Board, search::KEPT};

/// A board and the demand that it is for.
#[derive(Debug)]
pub(super) struct Kept<'e> {
    pub(super) key: Demand,
    pub(super) board: Board<'e>,
}

/// Boards by kind of demand, the one asked for last at the end.
#[derive(Debug, Default)]
pub(super) struct Boards<'e>(Vec<Kept<'e>>);

impl<'e> Boards<'e> {
    /// The board of this kind, to be changed and [kept](Self::keep) again.
    pub(super) fn take(&mut self, key: &Demand) -> Option<Kept<'e>> {
        Some(self.0.remove(self.find(key)?))
    }

    /// Whether there is one of this kind.
    pub(super) fn has(&self, key: &Demand) -> bool {
        self.find(key).is_some()
    }

    fn find(&self, key: &Demand) -> Option<usize> {
        self.0.iter().rposition(|k| k.key.deployment == key.deployment && k.key.asks_like(key))
    }

    /// Keeps it; those that were not asked for longest go when they are too many for so many nodes.
    pub(super) fn keep(&mut self, kept: Kept<'e>, nodes: usize) {
        let most = (KEPT / nodes.max(1)).clamp(1, MOST);
        let excess = (self.0.len() + 1).saturating_sub(most);
        self.0.drain(..excess);
        self.0.push(kept);
    }
}

/// Most boards, so that finding one takes a bounded time.
const MOST: usize = 512;

/// The demand that stands for all of the kind: as of a deployment that runs nowhere when it is `shared` among deployments.
pub(super) fn key(demand: &Demand, shared: bool) -> Demand {
    let deployment = if shared { DeploymentId::from_bits(0) } else { demand.deployment.clone() };
    Demand { deployment, ..demand.clone() }
}
