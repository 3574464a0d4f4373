//! Wiring: the values that deployments refer to, looked up each time something is rendered (T8, S3).
//!
//! A service of a stack sees its neighbours on the same node by the network that they share, and those on other nodes by
//! their published ports. Whoever is seen from another node has to publish there: that is its [`Reach`].

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use super::SeenNodes;
use crate::{
    hash::ContentHash,
    id::{DeploymentId, WorkloadId},
    model::{Assignment, Deployment, ExecutorKind, Facts, Phase, Reference, ServiceValue, Values},
    name::Name,
    port::{NodeContext, Outputs, Reach, RenderContext, RenderError, Renderer, Viewpoint},
    secret::Secret,
    world::World,
};

/// Why a value is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unknown {
    /// It will be, once something else has happened.
    Later(String),
    /// Somebody has to change something.
    Never(String),
}

/// Everything that wiring depends on.
pub(super) struct Wiring<'a> {
    world: &'a World,
    seen: &'a SeenNodes,
    renderer: &'a dyn Renderer,
    /// What will be assigned when the plan is done, by deployment, in order of slots.
    assigned: BTreeMap<DeploymentId, Vec<Assignment>>,
    /// Members by stack and service.
    members: BTreeMap<(Name, Name), &'a Deployment>,
    /// What each deployment refers to in its newest revision.
    refers: BTreeMap<DeploymentId, Vec<Reference>>,
    /// Workloads that services on other nodes refer to.
    seen_from_afar: BTreeSet<WorkloadId>,
}

impl<'a> Wiring<'a> {
    /// Of these deployments, of which every stack is complete. O(deployments + assignments), beside what the renderer does to
    /// find references.
    pub(super) fn new<'b>(
        world: &'a World,
        seen: &'a SeenNodes,
        renderer: &'a dyn Renderer,
        deployments: impl Iterator<Item = &'a Deployment> + Clone,
        all: impl Iterator<Item = &'b Assignment>,
    ) -> Self {
        let members = deployments
            .clone()
            .filter_map(|d| d.spec.stack.as_ref().map(|s| ((s.stack.clone(), s.service.clone()), d)))
            .collect();
        let refers: BTreeMap<DeploymentId, Vec<Reference>> = deployments
            .map(|d| (d.id.clone(), renderer.references(&d.spec).into_iter().map(|(r, _)| r).collect::<Vec<_>>()))
            .filter(|(_, found)| !found.is_empty())
            .collect();
        let mut assigned: BTreeMap<DeploymentId, Vec<Assignment>> = BTreeMap::new();
        // Only those that take part in wiring, so that a fleet without stacks pays nothing.
        for a in all.filter(|a| !a.leaving) {
            if world.deployments().get(&a.deployment).is_some_and(|d| d.value.spec.stack.is_some()) {
                assigned.entry(a.deployment.clone()).or_default().push(a.clone());
            }
        }
        for slots in assigned.values_mut() {
            slots.sort_by(|a, b| (a.slot, &a.workload).cmp(&(b.slot, &b.workload)));
        }
        let mut wiring = Self { world, seen, renderer, assigned, members, refers, seen_from_afar: BTreeSet::new() };
        wiring.seen_from_afar = wiring.looked_at_from_afar();
        wiring
    }

    /// As one deployment needs it: its own stack, as it is assigned now.
    fn around(world: &'a World, seen: &'a SeenNodes, renderer: &'a dyn Renderer, d: &Deployment) -> Self {
        let stack = d.spec.stack.iter().flat_map(|member| world.members_of(&member.stack));
        let ids: BTreeSet<&DeploymentId> =
            stack.chain([&d.id]).filter(|id| world.deployments().contains_key(*id)).collect();
        let deployments = ids.iter().filter_map(|id| world.deployments().get(*id)).map(|d| &*d.value);
        let all = ids.iter().flat_map(|id| world.assignments_of(id)).map(|a| &**a);
        Self::new(world, seen, renderer, deployments, all)
    }

    fn looked_at_from_afar(&self) -> BTreeSet<WorkloadId> {
        let mut found = BTreeSet::new();
        for (id, references) in &self.refers {
            let Some(d) = self.world.deployments().get(id).map(|d| &*d.value) else { continue };
            for reader in self.assigned.get(id).into_iter().flatten() {
                for reference in references {
                    let Reference::Service { service, .. } = reference else { continue };
                    let Some(provider) = self.provider(d, service, reader) else { continue };
                    if viewpoint(reader, provider) == Viewpoint::OtherNode {
                        found.insert(provider.workload.clone());
                    }
                }
            }
        }
        found
    }

    /// Who has to reach the workload.
    pub(super) fn reach(&self, workload: &WorkloadId) -> Reach {
        if self.seen_from_afar.contains(workload) { Reach::Fleet } else { Reach::AsWritten }
    }

    /// The instance of a service that a reader is given: one on the same node, else the first.
    fn provider(&self, d: &Deployment, service: &Name, reader: &Assignment) -> Option<&Assignment> {
        let slots = self.assigned.get(&self.member(d, service)?.id)?;
        slots.iter().find(|a| a.node == reader.node).or_else(|| slots.first())
    }

    fn member(&self, reader: &Deployment, service: &Name) -> Option<&'a Deployment> {
        let stack = &reader.spec.stack.as_ref()?.stack;
        self.members.get(&(stack.clone(), service.clone())).copied()
    }

    /// Whether anything but the deployment itself decides what its workloads look like.
    pub(super) fn is_wired(&self, d: &Deployment) -> bool {
        d.spec.stack.is_some() || !self.references(d).is_empty()
    }

    /// What a deployment refers to in the revision that it is given in.
    fn references(&self, d: &Deployment) -> Cow<'_, [Reference]> {
        let newest = self.world.deployments().get(&d.id).map(|d| d.value.revision);
        if newest == Some(d.revision) {
            return Cow::Borrowed(self.refers.get(&d.id).map_or(&[], Vec::as_slice));
        }
        Cow::Owned(self.renderer.references(&d.spec).into_iter().map(|(r, _)| r).collect())
    }

    /// The services that have to be ready before `d` may start, and are not.
    pub(super) fn awaited(&self, d: &Deployment) -> Vec<&'a Name> {
        let after = d.spec.stack.iter().flat_map(|s| &s.after);
        let waited = after.filter_map(|service| self.member(d, service)).filter(|other| !self.ready(other));
        waited.filter_map(|other| other.spec.stack.as_ref().map(|s| &s.service)).collect()
    }

    fn ready(&self, d: &Deployment) -> bool {
        let up = |a: &&Assignment| {
            let phase = self.world.statuses().get(&a.workload).map(|s| s.value.state.phase);
            phase.is_some_and(Phase::ready)
        };
        let ready = self.assigned.get(&d.id).into_iter().flatten().filter(up).count();
        ready >= d.spec.replicas as usize
    }

    /// The values of everything that `d` refers to, for a workload of it.
    pub(super) fn values(&self, d: &Deployment, at: &Assignment) -> Result<Values, Unknown> {
        self.values_below(d, at, &mut Vec::new())
    }

    fn values_below(&self, d: &Deployment, at: &Assignment, above: &mut Vec<DeploymentId>) -> Result<Values, Unknown> {
        let mut values = Values::new();
        let references = self.references(d);
        let mut told: BTreeMap<&Name, Outputs> = BTreeMap::new();
        for reference in references.iter() {
            let value = match reference {
                Reference::Secret(name) => self.secret(name)?,
                Reference::Service { service, value } => {
                    if !told.contains_key(service) {
                        told.insert(service, self.outputs(d, at, service, above)?);
                    }
                    let found = told.get(service).and_then(|outputs| match value {
                        ServiceValue::Output(name) => outputs.values.get(name).map(|o| o.value.clone()),
                        ServiceValue::Secret(name) => outputs.secrets.get(name).cloned(),
                    });
                    found.ok_or_else(|| Unknown::Never(format!("{reference}: the service does not offer it")))?
                }
            };
            values.insert(reference.clone(), value);
        }
        Ok(values)
    }

    fn secret(&self, name: &Name) -> Result<Secret, Unknown> {
        match self.world.secrets().get(name) {
            Some(secret) => Ok(secret.value.value.clone()),
            None => Err(Unknown::Never(format!("there is no secret {name:?}; set it with `miaas secret set {name}`"))),
        }
    }

    fn outputs(
        &self,
        reader: &Deployment,
        reads: &Assignment,
        service: &Name,
        above: &mut Vec<DeploymentId>,
    ) -> Result<Outputs, Unknown> {
        let Some(stack) = &reader.spec.stack else {
            return Err(Unknown::Never(format!("${{services.{service}}}: the deployment is part of no stack")));
        };
        let Some(d) = self.member(reader, service) else {
            return Err(Unknown::Never(format!("stack {} has no service {service}", stack.stack)));
        };
        if above.contains(&d.id) || d.id == reader.id {
            return Err(Unknown::Never(format!("{service} refers to itself, by way of {}", stack.service)));
        }
        let Some(at) = self.provider(reader, service, reads) else {
            return Err(Unknown::Later(format!("{service} has no place yet")));
        };
        let Some(there) = self.world.nodes().get(&at.node).map(|n| &n.value) else {
            return Err(Unknown::Later(format!("the node of {service} is gone")));
        };
        let Some(then) = self.world.deployment_at(d, at.revision) else {
            return Err(Unknown::Never(format!("revision {} of {service} is not kept any more", at.revision)));
        };
        let d = &*then;
        above.push(reader.id.clone());
        let values = self.values_below(d, at, above)?;
        above.pop();
        let empty = Facts::default();
        let facts = self.seen.get(&at.node).map_or(&empty, |s| &*s.facts);
        let ip = there.ip.to_string();
        let node_context = NodeContext { name: there.name.as_str(), ip: &ip, facts, executor: at.executor };
        let context = RenderContext { node: node_context, values: &values, reach: self.reach(&at.workload) };
        self.renderer
            .outputs(d, at, context, viewpoint(reads, at))
            .map_err(|e| Unknown::Never(format!("{service}: {e}")))
    }
}

/// What every workload of a deployment tells users of itself, by slot.
///
/// # Errors
/// When it cannot be rendered, or refers to what is not there.
pub fn outputs_of(
    world: &World,
    seen: &SeenNodes,
    renderer: &dyn Renderer,
    d: &Deployment,
) -> Result<Vec<(u32, Outputs)>, RenderError> {
    let wiring = Wiring::around(world, seen, renderer, d);
    let mut told = Vec::new();
    for at in world.assignments_of(&d.id).filter(|a| !a.leaving) {
        let Some(d) = world.deployment_at(d, at.revision) else { continue };
        let d = &*d;
        let Some(node) = world.nodes().get(&at.node).map(|n| &n.value) else { continue };
        let values = wiring.values(d, at).map_err(|unknown| match unknown {
            Unknown::Later(why) | Unknown::Never(why) => RenderError::new(why),
        })?;
        let empty = Facts::default();
        let facts = seen.get(&at.node).map_or(&empty, |s| &*s.facts);
        let ip = node.ip.to_string();
        let node = NodeContext { name: node.name.as_str(), ip: &ip, facts, executor: at.executor };
        let context = RenderContext { node, values: &values, reach: wiring.reach(&at.workload) };
        told.push((at.slot, renderer.outputs(d, at, context, Viewpoint::User)?));
    }
    Ok(told)
}

/// The document of a workload in another revision, for people; none when it cannot be rendered where it is.
pub fn preview(
    world: &World,
    seen: &SeenNodes,
    renderer: &dyn Renderer,
    at: &Assignment,
    revision: u64,
) -> Option<String> {
    let newest = &world.deployments().get(&at.deployment)?.value;
    let d = world.deployment_at(newest, revision)?;
    let wiring = Wiring::around(world, seen, renderer, &d);
    let values = wiring.values(&d, at).ok()?;
    let node = &world.nodes().get(&at.node)?.value;
    let empty = Facts::default();
    let facts = seen.get(&at.node).map_or(&empty, |s| &*s.facts);
    let ip = node.ip.to_string();
    let node = NodeContext { name: node.name.as_str(), ip: &ip, facts, executor: at.executor };
    let context = RenderContext { node, values: &values, reach: wiring.reach(&at.workload) };
    renderer.render(&d, at, context).ok().map(|w| w.compose)
}

/// How a workload sees another one. Containers of a node share a network; a process has only the node's own addresses.
fn viewpoint(reader: &Assignment, provider: &Assignment) -> Viewpoint {
    match (reader.executor, provider.executor) {
        _ if reader.node != provider.node => Viewpoint::OtherNode,
        (ExecutorKind::Process, _) => Viewpoint::User,
        (_, ExecutorKind::Process) => Viewpoint::OtherNode,
        _ => Viewpoint::SameNode,
    }
}

/// What of the surroundings a workload was rendered with: when this changes, it is rendered again. None for a workload that
/// depends on nothing but its deployment.
pub(super) fn inputs(values: &Values, reach: Reach) -> Option<ContentHash> {
    if values.is_empty() && reach == Reach::AsWritten {
        return None;
    }
    let pairs: Vec<(String, &str)> = values.iter().map(|(r, v)| (r.to_string(), v.expose())).collect();
    let hash = ContentHash::of(&(pairs, reach == Reach::Fleet));
    Some(hash.unwrap_or_else(|e| ContentHash::from_text(&e.to_string())))
}
