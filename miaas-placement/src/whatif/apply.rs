//! Applies changes to a copy of the view.

use std::{collections::BTreeMap, sync::Arc};

use miaas_core::{
    cluster::{Capacity, ClusterView, NodeView},
    id::{NodeId, WorkloadId},
    model::NodeStatus,
    name::NodeName,
    port::Demand,
};

use super::{
    AddedNode, Lost,
    change::{Change, MAX_ADDED, WhatIfError},
};

/// The changed view, and what has to be placed anew in it.
pub(super) struct Trial {
    pub(super) view: ClusterView,
    pub(super) added: Vec<AddedNode>,
    /// Where they were and what they ask for, by workload.
    pub(super) displaced: BTreeMap<WorkloadId, (NodeId, Demand)>,
    /// Workloads that lost their node, and nobody knows what they ask for.
    pub(super) unknown: Vec<Lost>,
}

impl Trial {
    pub(super) fn new(view: &ClusterView) -> Self {
        Self { view: view.clone(), added: Vec::new(), displaced: BTreeMap::new(), unknown: Vec::new() }
    }

    pub(super) fn apply(&mut self, change: &Change) -> Result<(), WhatIfError> {
        match change {
            Change::RemoveNode(id) => self.remove(id),
            Change::AddNodes { like, count } => self.add(like, *count),
            Change::Cordon(id) => {
                let mut node = self.node(id)?.clone();
                node.status = NodeStatus::Cordoned;
                self.view.upsert(node);
                Ok(())
            }
            Change::Resources { deployment, resources } => {
                let placed = self.view.nodes().flat_map(|n| n.workloads.values().map(|h| (n.id.clone(), h.clone())));
                let of: Vec<_> = placed.filter(|(_, held)| held.deployment == *deployment).collect();
                let mut any = false;
                for (node, held) in of {
                    let Some(demand) = self.view.demand_of(&held.workload).cloned() else { continue };
                    any = true;
                    self.view.release(&held.workload);
                    let changed = Demand { resources: resources.clone(), ..(*demand).clone() };
                    self.view.remember(Arc::new(changed.clone()));
                    self.displaced.insert(held.workload, (node, changed));
                }
                if any { Ok(()) } else { Err(WhatIfError::NoDeployment(deployment.clone())) }
            }
        }
    }

    fn node(&self, id: &NodeId) -> Result<&NodeView, WhatIfError> {
        self.view.node(id).ok_or_else(|| WhatIfError::NoNode(id.clone()))
    }

    fn remove(&mut self, id: &NodeId) -> Result<(), WhatIfError> {
        self.node(id)?;
        let Some(node) = self.view.remove(id) else { return Ok(()) };
        self.added.retain(|added| added.id != *id);
        for workload in node.workloads.keys() {
            match self.view.demand_of(workload) {
                Some(demand) => {
                    self.displaced.insert(workload.clone(), (id.clone(), (**demand).clone()));
                }
                None => {
                    let (workload, from) = (workload.clone(), Some(id.clone()));
                    self.unknown.push(Lost { workload, from, why: None });
                }
            }
        }
        Ok(())
    }

    /// Names are made from that of the model, as new as they have to be.
    fn add(&mut self, like: &NodeId, count: u32) -> Result<(), WhatIfError> {
        if count > MAX_ADDED {
            return Err(WhatIfError::TooMany(count));
        }
        let model = emptied(self.node(like)?);
        let mut number = 0_u32;
        for _ in 0..count {
            loop {
                number = number.saturating_add(1);
                let text = format!("{}-new-{number}", short(like.as_str()));
                let name = format!("{}-new-{number}", short(model.name.as_str()));
                let (Ok(id), Ok(name)) = (NodeId::parse(&text), NodeName::parse(&name)) else {
                    return Err(WhatIfError::NoNode(like.clone()));
                };
                if self.view.node(&id).is_none() {
                    self.added.push(AddedNode { id: id.clone(), name: name.clone() });
                    self.view.upsert(NodeView { id, name, ..model.clone() });
                    break;
                }
            }
        }
        Ok(())
    }
}

/// Leaves room for a suffix below the limits of ids and names.
fn short(text: &str) -> &str {
    text.get(..40).unwrap_or(text)
}

/// The node as it would come new: online, with nothing on it.
fn emptied(node: &NodeView) -> NodeView {
    let mut new = NodeView {
        status: NodeStatus::Online,
        allocated: Capacity::default(),
        workloads: BTreeMap::new(),
        per_deployment: BTreeMap::new(),
        ports: BTreeMap::new(),
        foreign_ports: std::collections::BTreeSet::new(),
        ..node.clone()
    };
    for gpu in &mut new.gpus {
        (gpu.foreign_mib, gpu.claimed_mib, gpu.claimed_milli, gpu.claims, gpu.exclusive) = (0, 0, 0, 0, false);
    }
    new
}
