//! Which nodes are asked why they refuse a demand: one of each class of those that are alike, and those of which the demand
//! might find something else by themselves.

use std::collections::BTreeSet;

use miaas_core::{
    cluster::{ClusterView, Fork, NodeView},
    port::Demand,
};

use crate::{
    allot,
    engine::{Alike, Engine, Holders},
    filter::Verdict,
    score::Ask,
};

/// What is known of the nodes below a fork.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) alike: &'a Alike,
    /// Where workloads of each deployment are; none when that has to be looked for.
    pub(crate) holders: Option<&'a Holders>,
}

/// Nodes that all refuse a demand for the same reasons.
#[derive(Debug, Clone, Copy)]
pub(super) enum Nodes<'a> {
    One(u32),
    /// Those of a class, in order, without the ones that are asked by themselves.
    Class(&'a [u32]),
}

/// Every node of a view once, in groups that are in the order of their first nodes.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    groups: Vec<Nodes<'a>>,
    /// Numbers of the nodes that are asked by themselves though they are in a class.
    alone: BTreeSet<u32>,
    /// Numbers of the nodes that may differ from the view below.
    changed: BTreeSet<u32>,
}

impl<'a> Asked<'a> {
    /// The nodes to ask. O(K + nodes that hold what the demand names), where something is known of the nodes; with ports, for one
    /// that is pinned, and where it is not known who is where, a look at each node for that. Else O(N), each by itself.
    pub(crate) fn new(demand: &Demand, nodes: &Fork<'_>, known: Option<Known<'a>>) -> Self {
        let changed = nodes.changed().filter_map(|id| nodes.base().find(id)).map(|at| at as u32).collect();
        let Some(known) = known else {
            let groups = (0..nodes.nodes().len() as u32).map(Nodes::One).collect();
            return Self { groups, alone: BTreeSet::new(), changed };
        };
        let mut alone = alone(demand, nodes.base(), known.holders);
        alone.extend(&changed);
        let mut this = Self { groups: Vec::new(), alone, changed };
        let classes = known.alike.classes().map(Nodes::Class);
        let singles = this.alone.iter().copied().map(Nodes::One);
        let mut groups: Vec<(u32, Nodes<'a>)> =
            classes.chain(singles).filter_map(|group| Some((this.members(group).next()?, group))).collect();
        groups.sort_unstable_by_key(|(first, _)| *first);
        this.groups = groups.into_iter().map(|(_, group)| group).collect();
        this
    }

    pub(super) fn groups(&self) -> &[Nodes<'a>] {
        &self.groups
    }

    /// The numbers of the nodes of a group, in order.
    pub(super) fn members(&self, group: Nodes<'a>) -> impl Iterator<Item = u32> {
        let (one, class) = match group {
            Nodes::One(at) => (Some(at), [].as_slice()),
            Nodes::Class(all) => (None, all),
        };
        one.into_iter().chain(class.iter().copied().filter(|at| !self.alone.contains(at)))
    }

    /// Whether no node takes the demand.
    pub(crate) fn fits_nowhere(&self, engine: &Engine, ask: &Ask<'_>) -> bool {
        let mut firsts = self.groups.iter().filter_map(|group| self.members(*group).next());
        firsts.all(|at| !Verdict::passes(&engine.filters, ask, self.node(ask.nodes, at)))
    }

    /// The node of this number as it is on the fork.
    pub(super) fn node<'n>(&self, nodes: &'n Fork<'_>, at: u32) -> &'n NodeView {
        let below = nodes.base().at(at as usize);
        if self.changed.contains(&at) { nodes.node(&below.id).unwrap_or(below) } else { below }
    }

    /// How many nodes a group has.
    pub(super) fn count(&self, group: Nodes<'a>) -> usize {
        match group {
            Nodes::One(_) => 1,
            Nodes::Class(all) => {
                let range = all.first().copied().unwrap_or(0)..=all.last().copied().unwrap_or(0);
                all.len() - self.alone.range(range).filter(|at| all.binary_search(at).is_ok()).count()
            }
        }
    }
}

/// Nodes of which the demand may find something else than of others that look alike.
fn alone(demand: &Demand, view: &ClusterView, holders: Option<&Holders>) -> BTreeSet<u32> {
    let ids = demand.avoid.keys().chain(&demand.volume_node);
    let mut alone: BTreeSet<u32> = ids.filter_map(|id| view.find(id)).map(|at| at as u32).collect();
    let neighbours = demand.near.iter().chain(&demand.apart).filter_map(|n| n.deployment.as_ref());
    for deployment in neighbours.chain([&demand.deployment]) {
        match holders {
            Some(holders) => alone.extend(holders.on(deployment, view).map(|at| at as u32)),
            None => {
                let here = view.nodes().zip(0..).filter(|(n, _)| n.per_deployment.contains_key(deployment));
                alone.extend(here.map(|(_, at)| at));
            }
        }
    }
    if let Some(wanted) = &demand.policy.node {
        let is = |n: &NodeView| *wanted == n.name || wanted.as_str() == n.id.as_str();
        alone.extend(view.nodes().zip(0..).filter(|(n, _)| is(n)).map(|(_, at)| at));
    }
    if !demand.ports.is_empty() {
        let has_trouble = |n: &NodeView| {
            let mut trouble = false;
            allot::port_troubles(&demand.ports, n, &mut |_| trouble = true);
            trouble
        };
        alone.extend(view.nodes().zip(0..).filter(|(n, _)| has_trouble(n)).map(|(_, at)| at));
    }
    alone
}
