use std::{cell::OnceCell, collections::BTreeMap, rc::Rc};

use miaas_core::{
    cluster::{Fork, NodeView},
    id::DeploymentId,
    model::NodeStatus,
    port::{Demand, Neighbour},
};

use crate::policy::Market;

/// One question to filters and scorers: the demand, the nodes as they are now, and what is counted once for all of them.
#[derive(Debug)]
pub struct Ask<'a> {
    /// What is to be placed.
    pub demand: &'a Demand,
    /// The nodes, with what was placed of the same group so far.
    pub nodes: &'a Fork<'a>,
    domains: BTreeMap<&'a str, u64>,
    least: u64,
    near: Vec<Around<'a>>,
    apart: Vec<Around<'a>>,
    /// No workload of the deployment itself has a place. Only counted when it wants to be near to itself.
    none_yet: bool,
    market: Rc<OnceCell<Market>>,
}

impl<'a> Ask<'a> {
    /// Counts once: O(N) for each label that the demand spreads by or is near to or apart from others by, else O(1).
    #[must_use]
    pub fn new(demand: &'a Demand, nodes: &'a Fork<'a>) -> Self {
        let (mut domains, mut least) = (BTreeMap::new(), 0);
        if let Some(key) = &demand.policy.spread_by {
            for node in nodes.nodes() {
                *domains.entry(domain(node, key)).or_default() += count_of(Some(&demand.deployment), node);
            }
            if demand.policy.max_skew.is_some() {
                let eligible = nodes.nodes().filter(|n| takes_part(demand, n)).filter_map(|n| n.labels.get(key));
                least = eligible.filter_map(|value| domains.get(value)).copied().min().unwrap_or(0);
            }
        }
        let around = |all: &'a [Neighbour]| all.iter().map(|other| Around::new(other, nodes)).collect();
        let (near, apart) = (around(&demand.near), around(&demand.apart));
        let own = |other: &Neighbour| other.deployment.as_ref() == Some(&demand.deployment);
        let none_yet = demand.near.iter().any(own) && nodes.nodes().all(|n| count_of(Some(&demand.deployment), n) == 0);
        Self { demand, nodes, domains, least, near, apart, none_yet, market: Rc::default() }
    }

    /// Keeps what is learned of the GPUs in `market`, for several questions about the same view.
    pub(crate) fn with_market(mut self, market: &Rc<OnceCell<Market>>) -> Self {
        self.market = Rc::clone(market);
        self
    }

    /// What the GPUs of the view are asked for, before anything was tried out on it. O(nodes + workloads) the first time.
    pub(crate) fn market(&self) -> &Market {
        self.market.get_or_init(|| Market::of(self.nodes.base()))
    }

    /// How many workloads of the deployment are on nodes with the same value of the label that it is spread by. Nodes
    /// without the label count as one domain.
    #[must_use]
    pub fn same_in_domain(&self, node: &NodeView) -> u64 {
        let Some(key) = &self.demand.policy.spread_by else { return 0 };
        self.domains.get(domain(node, key)).copied().unwrap_or(0)
    }

    /// How many workloads of the deployment are at the value of the label with the fewest, among the values of nodes that
    /// are online and carry the selector's labels. Zero when no `max_skew` is set.
    #[must_use]
    pub const fn least_in_a_domain(&self) -> u64 {
        self.least
    }

    /// Workloads of the deployment at this index of `demand.near`, by place.
    pub(crate) fn near(&self, index: usize) -> &Around<'a> {
        &self.near[index]
    }

    /// Workloads of the deployment at this index of `demand.apart`, by place.
    pub(crate) fn apart(&self, index: usize) -> &Around<'a> {
        &self.apart[index]
    }

    /// Whether the neighbour is the demand's own deployment and nothing of it has a place.
    pub(crate) fn is_first_of(&self, other: &Neighbour) -> bool {
        self.none_yet && other.deployment.as_ref() == Some(&self.demand.deployment)
    }
}

/// Where the workloads of one neighbour are.
#[derive(Debug)]
pub(crate) struct Around<'a> {
    other: &'a Neighbour,
    /// By value of the label; empty when places are nodes.
    by_value: BTreeMap<&'a str, u64>,
}

impl<'a> Around<'a> {
    fn new(other: &'a Neighbour, nodes: &'a Fork<'a>) -> Self {
        let mut by_value = BTreeMap::new();
        if let Some(by) = &other.by {
            for node in nodes.nodes() {
                if let Some(value) = node.labels.get(by) {
                    *by_value.entry(value).or_default() += count_of(other.deployment.as_ref(), node);
                }
            }
        }
        Self { other, by_value }
    }

    /// How many are at the place of this node. A node without the label is no place.
    pub(crate) fn count(&self, node: &NodeView) -> u64 {
        match &self.other.by {
            None => count_of(self.other.deployment.as_ref(), node),
            Some(by) => node.labels.get(by).and_then(|value| self.by_value.get(value)).copied().unwrap_or(0),
        }
    }
}

fn count_of(deployment: Option<&DeploymentId>, node: &NodeView) -> u64 {
    deployment.and_then(|d| node.per_deployment.get(d)).copied().map_or(0, u64::from)
}

fn takes_part(demand: &Demand, node: &NodeView) -> bool {
    let selected = demand.policy.node_selector.0.iter().all(|(key, value)| node.labels.0.get(key) == Some(value));
    node.status == NodeStatus::Online && selected
}

fn domain<'n>(node: &'n NodeView, key: &str) -> &'n str {
    node.labels.get(key).unwrap_or_default()
}
