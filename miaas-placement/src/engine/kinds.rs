//! Demands of one kind: replicas of a deployment find the same on every node, so that is found out once.

use std::collections::BTreeMap;

use miaas_core::{id::DeploymentId, port::Demand};

/// The kinds of a group.
#[derive(Debug)]
pub(super) struct Kinds {
    /// Kind of each demand.
    of: Vec<usize>,
    /// How many demands of each kind there are.
    count: Vec<usize>,
}

impl Kinds {
    /// Compares each demand with those of its deployment.
    pub(super) fn new(demands: &[Demand]) -> Self {
        let mut first: BTreeMap<&DeploymentId, Vec<(usize, &Demand)>> = BTreeMap::new();
        let (mut of, mut count) = (Vec::with_capacity(demands.len()), Vec::new());
        for demand in demands {
            let known = first.entry(&demand.deployment).or_default();
            let kind = match known.iter().find(|(_, other)| alike(demand, other)) {
                Some((kind, _)) => *kind,
                None => {
                    known.push((count.len(), demand));
                    count.push(0);
                    count.len() - 1
                }
            };
            count[kind] += 1;
            of.push(kind);
        }
        Self { of, count }
    }

    /// The kind of a demand.
    pub(super) fn of(&self, demand: usize) -> usize {
        self.of[demand]
    }

    /// The first demand of each kind.
    pub(super) fn firsts(&self) -> impl Iterator<Item = usize> {
        (0..self.count.len()).filter_map(|kind| self.of.iter().position(|of| *of == kind))
    }

    /// How many demands are of a kind.
    pub(super) fn count(&self, kind: usize) -> usize {
        self.count[kind]
    }

    /// How many kinds there are.
    pub(super) const fn len(&self) -> usize {
        self.count.len()
    }
}

/// Whether two demands differ in nothing but their id.
fn alike(a: &Demand, b: &Demand) -> bool {
    a.deployment == b.deployment && a.name == b.name && a.asks_like(b)
}
