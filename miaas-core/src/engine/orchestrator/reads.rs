//! What the API shows, derived from the view.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt as _};

use super::Orchestrator;
use crate::{
    api::v1::{DeploymentItem, NodeItem, Outputs, Reserved, Status},
    cluster::ClusterView,
    error::PortError,
    id::NodeId,
    model::{Deployment, Facts, Node, NodeHealth, NodeStatus, NodeTarget, Source},
    plan::{SeenNodes, cluster_view, gpu_ledger, node_view, outputs_of, remember_demands, summarise, waiting_demands},
    port::{BoxStream, Demand, LogLine, LogOptions},
    world::World,
};

impl Orchestrator {
    /// The whole target of a node, of generation 0 when it has none.
    #[must_use]
    pub fn target(&self, node: &NodeId) -> NodeTarget {
        self.world().targets().get(node).map_or_else(|| NodeTarget::empty(node.clone()), |t| (*t.value).clone())
    }

    /// A copy of the view of the stored state; shares the objects.
    #[must_use]
    pub fn view(&self) -> World {
        self.world().clone()
    }

    /// What was seen of the nodes, as planning gets it.
    #[must_use]
    pub(crate) fn seen_nodes(&self) -> SeenNodes {
        self.seen().seen(&self.config.patience.lease)
    }

    /// The view that placement decides on, with what every workload asked for, and what the replicas ask for that wait.
    #[must_use]
    pub fn placement_view(&self) -> (ClusterView, Vec<Demand>) {
        let (world, renderer) = (self.view(), &*self.ports.renderer);
        let mut view = cluster_view(&world, &self.seen_nodes());
        remember_demands(&mut view, &world, renderer);
        (view, waiting_demands(&world, renderer))
    }

    /// All nodes by id.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeItem> {
        let world = self.world();
        world.nodes().values().map(|n| self.node_item(&world, &n.value)).collect()
    }

    /// One node by id or name.
    ///
    /// # Errors
    /// `NotFound`, with the nearest name.
    pub fn node(&self, id_or_name: &str) -> Result<NodeItem, PortError> {
        let found = self.find_node(id_or_name)?;
        Ok(self.node_item(&self.world(), &found.value))
    }

    fn node_item(&self, world: &World, node: &Node) -> NodeItem {
        let live = self.seen().get(&node.id).cloned();
        let facts = live.as_ref().map_or_else(Facts::default, |l| (*l.facts).clone());
        let seen = live.as_ref().map(|l| l.seen(&self.config.patience.lease));
        let gpus = gpu_ledger(&node_view(world, node, seen.as_ref()), &facts);
        let mut reserved = Reserved {
            cpu_milli_total: u64::from(facts.cpu_count) * 1000,
            mem_mib_total: facts.mem_mb,
            ..Reserved::default()
        };
        let mut workloads = Vec::new();
        for a in world.assigned_to(&node.id) {
            reserved.cpu_milli += a.resources.cpu_milli;
            reserved.mem_mib += a.resources.mem_mib;
            workloads.push(a.workload.to_string());
        }
        NodeItem {
            id: node.id.clone(),
            name: node.name.clone(),
            ip: node.ip.to_string(),
            status: NodeStatus::of(node, live.as_ref().map_or(NodeHealth::Pending, |l| l.health)),
            approved: node.approved,
            capabilities: facts,
            last_seen: live.as_ref().and_then(|l| l.last_seen),
            usage: live.map(|l| l.heartbeat).unwrap_or_default(),
            labels: node.labels.clone(),
            taints: node.taints.clone(),
            cordoned: node.cordoned,
            drain: node.drain.clone(),
            agent_version: node.agent_version.clone(),
            registered_at: node.registered_at,
            reserved,
            gpus,
            workloads,
        }
    }

    /// All deployments by id.
    #[must_use]
    pub fn deployments(&self) -> Vec<DeploymentItem> {
        let seen = self.seen_nodes();
        let world = self.world();
        world.deployments().values().map(|d| self.deployment_item(&world, &seen, &d.value)).collect()
    }

    /// One deployment by id or name.
    ///
    /// # Errors
    /// `NotFound`, with the nearest name.
    pub fn deployment(&self, id_or_name: &str) -> Result<DeploymentItem, PortError> {
        let found = self.find_deployment(id_or_name)?;
        let seen = self.seen_nodes();
        Ok(self.deployment_item(&self.world(), &seen, &found.value))
    }

    /// What a change answers with: the deployment as it is now; as it was written, when it is gone by now.
    pub(super) fn as_written(&self, written: &Deployment) -> DeploymentItem {
        let (seen, world) = (self.seen_nodes(), self.world());
        let now = world.deployments().get(&written.id).map_or(written, |now| &now.value);
        self.deployment_item(&world, &seen, now)
    }

    fn deployment_item(&self, world: &World, seen: &SeenNodes, d: &Deployment) -> DeploymentItem {
        let hidden = self.ports.renderer.secret_params(&d.spec);
        let notes = self.notes();
        let problems = notes.problems.get(&d.id).map_or(&[][..], Vec::as_slice);
        let mut item = summarise(world, seen, d, problems, &hidden);
        for w in &mut item.workloads {
            w.state.progress = notes.progress.get(&w.id).cloned();
        }
        item
    }

    /// The deployment and its assignments as they are stored.
    ///
    /// # Errors
    /// `NotFound`, with the nearest name.
    pub fn deployment_record(
        &self,
        id_or_name: &str,
    ) -> Result<(std::sync::Arc<Deployment>, Vec<std::sync::Arc<crate::model::Assignment>>), PortError> {
        let found = self.find_deployment(id_or_name)?;
        let world = self.world();
        Ok((found.value.clone(), world.assignments_of(&found.value.id).cloned().collect()))
    }

    /// What a user gets to know of a deployment, for example its address. With several replicas the names carry the slot:
    /// `url.0`, `url.1`. What nobody may see is masked unless it is to be revealed.
    ///
    /// # Errors
    /// `NotFound`, with the nearest name; `Invalid` when it cannot be rendered.
    pub fn outputs(&self, id_or_name: &str, reveal: bool) -> Result<Outputs, PortError> {
        let found = self.find_deployment(id_or_name)?;
        let spec = &found.value.spec;
        let seen = self.seen_nodes();
        let mut outputs = Outputs::new();
        for (slot, told) in outputs_of(&self.world(), &seen, &*self.ports.renderer, &found.value)? {
            for (name, output) in told.values {
                // A template says itself what is worth knowing; of a document the addresses of its ports are all there is.
                let name = match (&spec.source, name.strip_prefix("endpoints.")) {
                    (Source::Template { .. }, Some(_)) => continue,
                    (Source::Compose(_), Some(port)) => port.to_owned(),
                    (_, None) => name,
                };
                let name = if spec.replicas > 1 { format!("{name}.{slot}") } else { name };
                outputs.insert(name, if reveal { output.value.expose().to_owned() } else { output.shown });
            }
        }
        Ok(outputs)
    }

    /// The output of all workloads of a deployment, merged as it comes.
    ///
    /// # Errors
    /// `NotFound`, with the nearest name.
    pub fn logs(
        &self,
        deployment: &str,
        options: &LogOptions,
    ) -> Result<BoxStream<'static, Result<LogLine, PortError>>, PortError> {
        let found = self.find_deployment(deployment)?;
        let world = self.world();
        let each: Vec<_> = world
            .assignments_of(&found.value.id)
            .map(|a| self.ports.link.logs(&a.node, &a.workload, options.clone()))
            .collect();
        Ok(stream::select_all(each).boxed())
    }

    /// The state of the control plane; `version` is that of the program around it.
    #[must_use]
    pub fn status(&self, version: &str) -> Status {
        let mut nodes: BTreeMap<String, usize> = BTreeMap::new();
        let mut deployments: BTreeMap<String, usize> = BTreeMap::new();
        for node in self.nodes() {
            *nodes.entry(node.status.as_str().to_owned()).or_default() += 1;
        }
        for d in self.deployments() {
            *deployments.entry(d.status.as_str().to_owned()).or_default() += 1;
        }
        Status { version: version.to_owned(), nodes, deployments, guard: self.seen().guard().map(str::to_owned) }
    }
}
