//! The indexed view of the store that planning reads: kept by listing and watching, never the source of truth.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
    sync::Arc,
};

use crate::{
    error::PortError,
    id::{DeploymentId, NodeId, WorkloadId},
    model::{
        Assignment, Deployment, Node, NodeTarget, Revision as DeploymentRevision, Rollout, StoredSecret, WorkloadStatus,
    },
    name::Name,
    port::{Key, Kind, Revision, Stored, Value, Versioned},
};

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
    head: Option<Revision>,
    /// Deletes that were applied before the watch showed them, so that an older put seen later does not resurrect.
    tombstones: BTreeMap<Key, Revision>,
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
        match value {
            Some(_) => {
                self.tombstones.remove(key);
            }
            None => {
                self.tombstones.insert(key.clone(), revision);
            }
        }
        match key.kind {
            Kind::Node => set(&mut self.nodes, key, value, revision, |n: &Node| n.id.clone())?,
            Kind::Deployment => set(&mut self.deployments, key, value, revision, |d: &Deployment| d.id.clone())?,
            Kind::Secret => set(&mut self.secrets, key, value, revision, |s: &StoredSecret| s.name.clone())?,
            Kind::Revision => {
                set(&mut self.revisions, key, value, revision, |r: &DeploymentRevision| r.id.as_str().into())?;
            }
            Kind::Rollout => set(&mut self.rollouts, key, value, revision, |r: &Rollout| r.deployment.clone())?,
            Kind::Target => set(&mut self.targets, key, value, revision, |t: &NodeTarget| t.node.clone())?,
            Kind::Status => {
                if let Some(old) = self.statuses.get(key.name.as_ref()) {
                    unindex(&mut self.statuses_of, &old.value.deployment, &old.value.workload);
                    unindex(&mut self.statuses_on, &old.value.node, &old.value.workload);
                }
                set(&mut self.statuses, key, value, revision, |s: &WorkloadStatus| s.workload.clone())?;
                if let Some(new) = self.statuses.get(key.name.as_ref()) {
                    index(&mut self.statuses_of, &new.value.deployment, &new.value.workload);
                    index(&mut self.statuses_on, &new.value.node, &new.value.workload);
                }
            }
            Kind::Assignment => {
                if let Some(old) = self.assignments.get(key.name.as_ref()) {
                    unindex(&mut self.on_node, &old.value.node, &old.value.workload);
                    unindex(&mut self.of_deployment, &old.value.deployment, &old.value.workload);
                }
                set(&mut self.assignments, key, value, revision, |a: &Assignment| a.workload.clone())?;
                if let Some(new) = self.assignments.get(key.name.as_ref()) {
                    index(&mut self.on_node, &new.value.node, &new.value.workload);
                    index(&mut self.of_deployment, &new.value.deployment, &new.value.workload);
                }
            }
            Kind::Setting if key.name.as_ref() == PLAN_HEAD => self.head = value.map(|_| revision),
            Kind::Observation
            | Kind::Event
            | Kind::Token
            | Kind::ApiKey
            | Kind::Webhook
            | Kind::Delivery
            | Kind::Setting => return Ok(false),
        }
        Ok(true)
    }

    /// Forgets tombstones that the watch has passed.
    pub fn passed(&mut self, revision: Revision) {
        self.tombstones.retain(|_, r| *r > revision);
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
            Kind::Observation | Kind::Event | Kind::Token | Kind::ApiKey | Kind::Webhook | Kind::Delivery => None,
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

    /// The deployment of this id or name. O(N) by name.
    #[must_use]
    pub fn find_deployment(&self, id_or_name: &str) -> Option<&Versioned<Arc<Deployment>>> {
        self.deployments
            .get(id_or_name)
            .or_else(|| self.deployments.values().find(|d| d.value.name.as_str() == id_or_name))
    }

    /// The node of this id or name. O(N) by name.
    #[must_use]
    pub fn find_node(&self, id_or_name: &str) -> Option<&Versioned<Arc<Node>>> {
        self.nodes.get(id_or_name).or_else(|| self.nodes.values().find(|n| n.value.name.as_str() == id_or_name))
    }
}

fn set<I: Ord + std::borrow::Borrow<str>, T: Stored>(
    table: &mut Table<I, T>,
    key: &Key,
    value: Option<&Value>,
    revision: Revision,
    id: impl FnOnce(&T) -> I,
) -> Result<(), PortError> {
    match value {
        Some(value) => {
            let object = T::decode(key, value)?;
            table.insert(id(&object), Versioned { value: Arc::new(object), revision });
        }
        None => {
            table.remove(key.name.as_ref());
        }
    }
    Ok(())
}

fn index<I: Ord + Clone>(map: &mut BTreeMap<I, BTreeSet<WorkloadId>>, key: &I, workload: &WorkloadId) {
    map.entry(key.clone()).or_default().insert(workload.clone());
}

fn unindex<I: Ord>(map: &mut BTreeMap<I, BTreeSet<WorkloadId>>, key: &I, workload: &WorkloadId) {
    if let Some(set) = map.get_mut(key) {
        set.remove(workload);
        if set.is_empty() {
            map.remove(key);
        }
    }
}
