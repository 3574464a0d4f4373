//! Nodes that the filters of every engine cannot tell apart: of many machines of one kind there are few that differ in what
//! they are and have free. What a demand finds on one of them, it finds on all.

use std::cmp::Ordering;

use miaas_core::{
    cluster::{Capacity, ClusterView, GpuView, NodeView},
    model::Taint,
};

/// Most classes. Putting nodes in order by more of them costs more than it saves, and then every node is asked.
const MOST: usize = 4096;

/// The nodes of a view by what filters see of them, except for what the [holders](super::Holders) know, ports, and ids and names.
#[derive(Debug)]
pub(crate) struct Alike {
    /// What the nodes of a class look like, with its number, in order of the looks.
    looks: Vec<(Look, u32)>,
    /// The class of each node, by their numbers.
    of: Vec<u32>,
    /// Numbers of the nodes by class, and where each class begins; made anew after a change.
    members: Vec<u32>,
    starts: Vec<u32>,
}

impl Alike {
    /// None when the nodes differ too much. O(N log K) with K classes.
    pub(crate) fn new(view: &ClusterView) -> Option<Self> {
        let mut this = Self { looks: Vec::new(), of: Vec::new(), members: Vec::new(), starts: Vec::new() };
        for node in view.nodes() {
            let class = this.class(node)?;
            this.of.push(class);
        }
        this.arrange();
        Some(this)
    }

    /// Looks again at the nodes of these numbers. False when the nodes differ too much now. O(changed · log K), and O(N) to put
    /// numbers in order.
    pub(crate) fn refresh(&mut self, view: &ClusterView, changed: &[u32]) -> bool {
        for at in changed {
            let Some(class) = self.class(view.at(*at as usize)) else { return false };
            self.of[*at as usize] = class;
        }
        if !changed.is_empty() {
            self.arrange();
        }
        true
    }

    /// The classes that have nodes: numbers of the nodes, in order.
    pub(crate) fn classes(&self) -> impl Iterator<Item = &[u32]> {
        let ends = self.starts.iter().skip(1).map(|end| *end as usize);
        let ranges = self.starts.iter().map(|start| *start as usize).zip(ends);
        ranges.filter(|(start, end)| start < end).map(|(start, end)| &self.members[start..end])
    }

    fn class(&mut self, node: &NodeView) -> Option<u32> {
        match self.looks.binary_search_by(|(look, _)| look.cmp(node)) {
            Ok(at) => Some(self.looks[at].1),
            Err(_) if self.looks.len() >= MOST => None,
            Err(at) => {
                let class = self.looks.len() as u32;
                self.looks.insert(at, (Look::of(node), class));
                Some(class)
            }
        }
    }

    fn arrange(&mut self) {
        let mut ends = vec![0_u32; self.looks.len() + 1];
        self.of.iter().for_each(|class| ends[*class as usize + 1] += 1);
        for class in 1..ends.len() {
            ends[class] += ends[class - 1];
        }
        self.starts.clone_from(&ends);
        self.members.resize(self.of.len(), 0);
        for (node, class) in self.of.iter().enumerate() {
            let end = &mut ends[*class as usize];
            self.members[*end as usize] = node as u32;
            *end += 1;
        }
    }
}

/// What filters see of a node.
#[derive(Debug)]
struct Look(NodeView);

impl Look {
    fn of(node: &NodeView) -> Self {
        let mut look = node.clone();
        look.workloads.clear();
        look.per_deployment.clear();
        look.ports.clear();
        Self(look)
    }

    /// What differs most comes first.
    fn cmp(&self, node: &NodeView) -> Ordering {
        // A new field has to be thought about here; what is left out filters do not look at, or it is asked for by itself.
        let NodeView {
            id: _,
            name: _,
            status,
            labels,
            taints,
            arch,
            executors,
            allocatable,
            allocated,
            gpus,
            foreign_ports: _,
            workloads: _,
            per_deployment: _,
            ports: _,
            images: _,
            cost_milli: _,
        } = node;
        let look = &self.0;
        capacity(look.allocated)
            .cmp(&capacity(*allocated))
            .then_with(|| capacity(look.allocatable).cmp(&capacity(*allocatable)))
            .then_with(|| look.gpus.iter().map(gpu).cmp(gpus.iter().map(gpu)))
            .then_with(|| look.status.cmp(status))
            .then_with(|| look.labels.0.iter().cmp(labels.0.iter()))
            .then_with(|| look.taints.iter().map(taint).cmp(taints.iter().map(taint)))
            .then_with(|| look.arch.cmp(arch))
            .then_with(|| look.executors.cmp(executors))
    }
}

const fn capacity(c: Capacity) -> (u64, u64, u64) {
    (c.cpu_milli, c.mem_mib, c.disk_mib)
}

fn taint(t: &Taint) -> (&str, &str) {
    (&t.key, &t.value)
}

/// A device without its identity, what differs most first.
fn gpu(g: &GpuView) -> impl Ord {
    let GpuView {
        uuid: _,
        vendor,
        model,
        compute,
        sharing,
        memory_mib,
        margin_mib,
        foreign_mib,
        claimed_mib,
        claimed_milli,
        claims,
        exclusive,
    } = g;
    let used = (*claimed_mib, *foreign_mib, *claimed_milli, *claims, *exclusive);
    (used, (*memory_mib, *margin_mib, *sharing, *compute), model.as_str(), vendor.as_str())
}
