//! The indexed view of the store that planning reads: kept by listing and watching, never the source of truth.

mod alike;
mod dirty;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
    sync::Arc,
};

pub use dirty::Dirty;

use self::{alike::Alike, dirty::told_anew};
use crate::{
    error::PortError,
    id::{DeploymentId, NodeId, WorkloadId},
    model::{
        Assignment, Deployment, Node, NodeTarget, Revision as DeploymentRevision, Rollout, StoredSecret, WorkloadStatus,
    },
    name::{Name, NodeName},
    port::{Key, Kind, Revision, Stored, Value, Versioned},
};

/// Kinds that the view is made of.
pub const VIEWED: [Kind; 9] = [
    Kind::Setting,
    Kind::Node,
    Kind::Deployment,
    Kind::Secret,
    Kind::Revision,
    Kind::Rollout,
    Kind::Assignment,
    Kind::Target,
    Kind::Status,
];

/// Objects of one kind with their revisions.
pub type Table<I, T> = BTreeMap<I, Versioned<Arc<T>>>;

/// Desired state, decisions and reported status, indexed. Applying a change is O(log N).
#[derive(Debug, Default, Clone)]
pub struct World {
    nodes: Table<NodeId, Node>,
    deployments: Table<DeploymentId, Deployment>,
    assignments: Table<WorkloadId, Assignment>,
    targets: Table<NodeId, NodeTarget>,
    statuses: Table<WorkloadId, WorkloadStatus>,
    secrets: Table<Name, StoredSecret>,
    revisions: Table<Arc<str>, DeploymentRevision>,
    rollouts: Table<DeploymentId, Rollout>,
    on_node: BTreeMap<NodeId, BTreeSet<WorkloadId>>,
    of_deployment: BTreeMap<DeploymentId, BTreeSet<WorkloadId>>,
    statuses_of: BTreeMap<DeploymentId, BTreeSet<WorkloadId>>,
    statuses_on: BTreeMap<NodeId, BTreeSet<WorkloadId>>,
    deployment_names: BTreeMap<Name, DeploymentId>,
    node_names: BTreeMap<NodeName, NodeId>,
    stacks: BTreeMap<Name, BTreeSet<DeploymentId>>,
    /// Deployments that want to be apart from some other.
    choosy: BTreeSet<DeploymentId>,
    alike: Alike,
    dirty: Dirty,
    head: Option<Revision>,
    /// Deletes that were applied before the watch showed them, so that an older put seen later does not resurrect.
    tombstones: BTreeMap<Key, Revision>,
    /// The same in the order in which the watch passes them.
    buried: BTreeSet<(Revision, Key)>,
}

/// Name of the [`Kind::Setting`] whose revision fences planners against each other.
pub const PLAN_HEAD: &str = "plan_head";

impl World {
    /// Applies one change; an older one than what is known of the object is ignored. True when something changed.
    ///
    /// # Errors
    /// `Internal` when a stored document does not read back.
    pub fn apply(&mut self, key: &Key, value: Option<&Value>, revision: Revision) -> Result<bool, PortError> {
        if self.known_revision(key).is_some_and(|known| known >= revision) {
            return Ok(false);
        }
        if let Some(old) = self.tombstones.remove(key) {
            self.buried.remove(&(old, key.clone()));
        }
        if value.is_none() && VIEWED.contains(&key.kind) {
            self.tombstones.insert(key.clone(), revision);
            self.buried.insert((revision, key.clone()));
        }
        match key.kind {
            Kind::Node => {
                let old = set(&mut self.nodes, key, value, revision, |n: &Node| n.id.clone())?;
                self.node_changed(key, old.as_deref());
            }
            Kind::Deployment => {
                let old = set(&mut self.deployments, key, value, revision, |d: &Deployment| d.id.clone())?;
                self.deployment_changed(key, old.as_deref());
            }
            Kind::Secret => {
                set(&mut self.secrets, key, value, revision, |s: &StoredSecret| s.name.clone())?;
                self.dirty.everything = true;
            }
            Kind::Revision => {
                let id = |r: &DeploymentRevision| r.id.as_str().into();
                let old = set(&mut self.revisions, key, value, revision, id)?;
                let new = self.revisions.get(key.name.as_ref()).map(|r| &r.value);
                self.dirty.deployments.extend(old.iter().chain(new).map(|r| r.deployment.clone()));
            }
            Kind::Rollout => {
                let old = set(&mut self.rollouts, key, value, revision, |r: &Rollout| r.deployment.clone())?;
                let new = self.rollouts.get(key.name.as_ref()).map(|r| &r.value);
                self.dirty.deployments.extend(old.iter().chain(new).map(|r| r.deployment.clone()));
            }
            Kind::Target => {
                let old = set(&mut self.targets, key, value, revision, |t: &NodeTarget| t.node.clone())?;
                let new = self.targets.get_mut(key.name.as_ref()).and_then(|t| Arc::get_mut(&mut t.value));
                new.into_iter().for_each(|new| self.alike.share(new, &self.deployments));
                self.target_changed(key, old.as_deref());
            }
            Kind::Status => {
                let old = set(&mut self.statuses, key, value, revision, |s: &WorkloadStatus| s.workload.clone())?;
                if let Some(old) = &old {
                    unindex(&mut self.statuses_of, &old.deployment, &old.workload);
                    unindex(&mut self.statuses_on, &old.node, &old.workload);
                }
                let new = self.statuses.get(key.name.as_ref()).map(|s| &s.value);
                if let Some(new) = new {
                    index(&mut self.statuses_of, &new.deployment, &new.workload);
                    index(&mut self.statuses_on, &new.node, &new.workload);
                }
                self.dirty.deployments.extend(old.iter().chain(new).map(|s| s.deployment.clone()));
            }
            Kind::Assignment => {
                let old = set(&mut self.assignments, key, value, revision, |a: &Assignment| a.workload.clone())?;
                if let Some(old) = &old {
                    unindex(&mut self.on_node, &old.node, &old.workload);
                    unindex(&mut self.of_deployment, &old.deployment, &old.workload);
                }
                let new = self.assignments.get(key.name.as_ref()).map(|a| &a.value);
                if let Some(new) = new {
                    index(&mut self.on_node, &new.node, &new.workload);
                    index(&mut self.of_deployment, &new.deployment, &new.workload);
                }
                self.dirty.deployments.extend(old.iter().chain(new).map(|a| a.deployment.clone()));
                self.dirty.touched.extend(old.iter().chain(new).map(|a| a.node.clone()));
            }
            Kind::Setting if key.name.as_ref() == PLAN_HEAD => self.head = value.map(|_| revision),
            Kind::Observation
            | Kind::Event
            | Kind::Token
            | Kind::ApiKey
            | Kind::User
            | Kind::Session
            | Kind::Webhook
            | Kind::Delivery
            | Kind::Request
            | Kind::Audit
            | Kind::Setting => return Ok(false),
        }
        Ok(true)
    }

    fn node_changed(&mut self, key: &Key, old: Option<&Node>) {
        let new = self.nodes.get(key.name.as_ref()).map(|n| &n.value);
        if let Some(old) = old.filter(|old| self.node_names.get(&old.name) == Some(&old.id)) {
            self.node_names.remove(&old.name);
        }
        if let Some(new) = new {
            self.node_names.insert(new.name.clone(), new.id.clone());
        }
        self.dirty.nodes.extend(old.into_iter().chain(new.map(|n| &**n)).map(|n| n.id.clone()));
    }

    fn deployment_changed(&mut self, key: &Key, old: Option<&Deployment>) {
        let new = self.deployments.get(key.name.as_ref()).map(|d| &*d.value);
        if let Some(old) = old {
            if self.deployment_names.get(&old.name) == Some(&old.id) {
                self.deployment_names.remove(&old.name);
            }
            if let Some(member) = &old.spec.stack {
                unindex(&mut self.stacks, &member.stack, &old.id);
                // Those that stay are wired to it.
                self.dirty.deployments.extend(self.stacks.get(&member.stack).into_iter().flatten().cloned());
            }
            self.choosy.remove(&old.id);
        }
        if let Some(new) = new {
            self.deployment_names.insert(new.name.clone(), new.id.clone());
            if let Some(member) = &new.spec.stack {
                index(&mut self.stacks, &member.stack, &new.id);
            }
            if !new.spec.placement.anti_affinity.is_empty() {
                self.choosy.insert(new.id.clone());
            }
        }
        let id = old.or(new).map(|d| d.id.clone());
        if new.is_none() {
            id.iter().for_each(|id| self.alike.forget(id));
        }
        if let Some(id) = &id
            && old.map(|d| d.spec.priority) != new.map(|d| d.spec.priority)
        {
            // Nodes know the priority of what they hold.
            let held = self.of_deployment.get(id).into_iter().flatten().filter_map(|w| self.assignments.get(w));
            self.dirty.touched.extend(held.map(|a| a.value.node.clone()));
        }
        self.dirty.deployments.extend(id);
    }

    fn target_changed(&mut self, key: &Key, old: Option<&NodeTarget>) {
        let new = self.targets.get(key.name.as_ref()).map(|t| &*t.value);
        for workload in told_anew(old, new) {
            if let Some(a) = self.assignments.get(workload) {
                self.dirty.deployments.insert(a.value.deployment.clone());
            }
        }
        self.dirty.touched.extend(old.or(new).map(|t| t.node.clone()));
    }

    /// What changed since the last call; everything, the first time.
    pub fn take_dirty(&mut self) -> Dirty {
        std::mem::replace(&mut self.dirty, Dirty::none())
    }

    /// Forgets tombstones that the watch has passed. O(log N) for each.
    pub fn passed(&mut self, revision: Revision) {
        while self.buried.first().is_some_and(|(at, _)| *at <= revision) {
            if let Some((_, key)) = self.buried.pop_first() {
                self.tombstones.remove(&key);
            }
        }
    }

    fn known_revision(&self, key: &Key) -> Option<Revision> {
        let name = key.name.as_ref();
        let live = match key.kind {
            Kind::Node => self.nodes.get(name).map(|v| v.revision),
            Kind::Deployment => self.deployments.get(name).map(|v| v.revision),
            Kind::Assignment => self.assignments.get(name).map(|v| v.revision),
            Kind::Target => self.targets.get(name).map(|v| v.revision),
            Kind::Status => self.statuses.get(name).map(|v| v.revision),
            Kind::Secret => self.secrets.get(name).map(|v| v.revision),
            Kind::Revision => self.revisions.get(name).map(|v| v.revision),
            Kind::Rollout => self.rollouts.get(name).map(|v| v.revision),
            Kind::Setting => self.head,
            Kind::Observation
            | Kind::Event
            | Kind::Token
            | Kind::ApiKey
            | Kind::User
            | Kind::Session
            | Kind::Webhook
            | Kind::Delivery
            | Kind::Request
            | Kind::Audit => None,
        };
        live.max(self.tombstones.get(key).copied())
    }

    /// Nodes by id.
    #[must_use]
    pub const fn nodes(&self) -> &Table<NodeId, Node> {
        &self.nodes
    }

    /// Deployments by id.
    #[must_use]
    pub const fn deployments(&self) -> &Table<DeploymentId, Deployment> {
        &self.deployments
    }

    /// Assignments by workload.
    #[must_use]
    pub const fn assignments(&self) -> &Table<WorkloadId, Assignment> {
        &self.assignments
    }

    /// Targets by node.
    #[must_use]
    pub const fn targets(&self) -> &Table<NodeId, NodeTarget> {
        &self.targets
    }

    /// Statuses by workload.
    #[must_use]
    pub const fn statuses(&self) -> &Table<WorkloadId, WorkloadStatus> {
        &self.statuses
    }

    /// Secrets by name.
    #[must_use]
    pub const fn secrets(&self) -> &Table<Name, StoredSecret> {
        &self.secrets
    }

    /// Rollouts by deployment.
    #[must_use]
    pub const fn rollouts(&self) -> &Table<DeploymentId, Rollout> {
        &self.rollouts
    }

    /// The revisions of a deployment that are kept, oldest first.
    pub fn revisions_of<'a>(
        &'a self,
        id: &DeploymentId,
    ) -> impl Iterator<Item = &'a Versioned<Arc<DeploymentRevision>>> {
        let (first, last) = (DeploymentRevision::id_of(id, 0), DeploymentRevision::id_of(id, 9_999_999_999));
        self.revisions.range::<str, _>((Bound::Included(&*first), Bound::Included(&*last))).map(|(_, r)| r)
    }

    /// One revision of a deployment.
    #[must_use]
    pub fn revision(&self, id: &DeploymentId, number: u64) -> Option<&Arc<DeploymentRevision>> {
        self.revisions.get(&*DeploymentRevision::id_of(id, number)).map(|r| &r.value)
    }

    /// The deployment as it was in a revision: what it runs is that revision's, everything else is as it is.
    #[must_use]
    pub fn deployment_at<'a>(&self, d: &'a Deployment, number: u64) -> Option<Cow<'a, Deployment>> {
        if number == d.revision {
            return Some(Cow::Borrowed(d));
        }
        let revision = self.revision(&d.id, number)?;
        let mut at = d.clone();
        at.revision = number;
        (at.spec.source, at.spec.restarts) = (revision.source.clone(), revision.restarts);
        Some(Cow::Owned(at))
    }

    /// Revision of the planning fence.
    #[must_use]
    pub const fn head(&self) -> Option<Revision> {
        self.head
    }

    /// Assignments on a node, in order of their ids.
    pub fn assigned_to<'a>(&'a self, node: &NodeId) -> impl Iterator<Item = &'a Arc<Assignment>> + use<'a> {
        self.on_node.get(node).into_iter().flatten().filter_map(|w| self.assignments.get(w)).map(|v| &v.value)
    }

    /// Assignments of a deployment, in order of their ids.
    pub fn assignments_of<'a>(&'a self, id: &DeploymentId) -> impl Iterator<Item = &'a Arc<Assignment>> + use<'a> {
        self.of_deployment.get(id).into_iter().flatten().filter_map(|w| self.assignments.get(w)).map(|v| &v.value)
    }

    /// Statuses of the workloads of a deployment, also of those that are no longer assigned.
    pub fn statuses_of<'a>(&'a self, id: &DeploymentId) -> impl Iterator<Item = &'a Arc<WorkloadStatus>> + use<'a> {
        self.statuses_of.get(id).into_iter().flatten().filter_map(|w| self.statuses.get(w)).map(|v| &v.value)
    }

    /// Statuses that a node reported, in order of workload ids.
    pub fn statuses_on<'a>(&'a self, node: &NodeId) -> impl Iterator<Item = &'a Arc<WorkloadStatus>> + use<'a> {
        self.statuses_on.get(node).into_iter().flatten().filter_map(|w| self.statuses.get(w)).map(|v| &v.value)
    }

    /// The deployments that want to be apart from some other, by id.
    pub(crate) fn choosy(&self) -> impl Iterator<Item = &Arc<Deployment>> {
        self.choosy.iter().filter_map(|id| self.deployments.get(id)).map(|d| &d.value)
    }

    /// The deployments of a stack, by id.
    pub fn members_of<'a>(&'a self, stack: &Name) -> impl Iterator<Item = &'a DeploymentId> + use<'a> {
        self.stacks.get(stack).into_iter().flatten()
    }

    /// Deployments that something is assigned for, also those that are gone.
    pub(crate) fn assigned_deployments(&self) -> impl Iterator<Item = &DeploymentId> {
        self.of_deployment.keys()
    }

    /// Deployments that nodes reported something of, also those that are gone.
    pub(crate) fn reported_deployments(&self) -> impl Iterator<Item = &DeploymentId> {
        self.statuses_of.keys()
    }

    /// The deployment of this id or name.
    #[must_use]
    pub fn find_deployment(&self, id_or_name: &str) -> Option<&Versioned<Arc<Deployment>>> {
        let named = || self.deployments.get(self.deployment_names.get(id_or_name)?);
        self.deployments.get(id_or_name).or_else(named)
    }

    /// The node of this id or name.
    #[must_use]
    pub fn find_node(&self, id_or_name: &str) -> Option<&Versioned<Arc<Node>>> {
        let named = || self.nodes.get(self.node_names.get(id_or_name)?);
        self.nodes.get(id_or_name).or_else(named)
    }
}

/// Puts an object in its table, or takes it out; what was there before.
fn set<I: Ord + std::borrow::Borrow<str>, T: Stored>(
    table: &mut Table<I, T>,
    key: &Key,
    value: Option<&Value>,
    revision: Revision,
    id: impl FnOnce(&T) -> I,
) -> Result<Option<Arc<T>>, PortError> {
    let old = match value {
        Some(value) => {
            let object = T::decode(key, value)?;
            table.insert(id(&object), Versioned { value: Arc::new(object), revision })
        }
        None => table.remove(key.name.as_ref()),
    };
    Ok(old.map(|old| old.value))
}

fn index<I: Ord + Clone, M: Ord + Clone>(map: &mut BTreeMap<I, BTreeSet<M>>, key: &I, member: &M) {
    map.entry(key.clone()).or_default().insert(member.clone());
}

fn unindex<I: Ord, M: Ord>(map: &mut BTreeMap<I, BTreeSet<M>>, key: &I, member: &M) {
    if let Some(set) = map.get_mut(key) {
        set.remove(member);
        if set.is_empty() {
            map.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_put_does_not_bring_back_what_was_deleted_until_the_watch_has_passed() {
        let (mut world, key) = (World::default(), Key::new(Kind::Setting, PLAN_HEAD));
        let value = Value("1".into());
        assert!(world.apply(&key, None, 5).unwrap());
        assert!(!world.apply(&key, Some(&value), 4).unwrap(), "it is older");
        world.passed(4);
        assert!(!world.apply(&key, Some(&value), 4).unwrap(), "the delete is not passed yet");
        assert!(world.apply(&key, None, 7).unwrap());
        world.passed(5);
        assert!(!world.apply(&key, Some(&value), 6).unwrap(), "the newer delete counts");
        world.passed(7);
        assert!(world.apply(&key, Some(&value), 8).unwrap());
        assert!(world.tombstones.is_empty() && world.buried.is_empty());
        let event = Key::new(Kind::Event, "e");
        world.apply(&event, None, 9).unwrap();
        assert!(world.tombstones.is_empty(), "of what is not viewed nothing is remembered");
    }
}
