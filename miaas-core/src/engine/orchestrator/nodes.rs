//! What operators want of nodes (N1, N8).

use std::{collections::BTreeMap, net::IpAddr, sync::Arc, time::Duration};

use super::{
    Orchestrator,
    events::about_node,
    lookup::{claim, reclaim, unclaim},
};
use crate::{
    api::v1::{DrainNode, NodeItem, PatchLabels, RegisterNode},
    error::{ErrorKind, PortError},
    id::NodeId,
    model::{Drain, Node, NodeHealth, NodeTarget, Observation, Severity, WorkloadStatus},
    name::{LabelKey, Labels, NodeName},
    plan::NodeLabels,
    port::{Key, Kind, Op, Stored as _, Versioned, When, Write},
    spec::Issue,
    time::Timestamp,
};

/// Nodes that may wait at a time until an operator accepts them: anybody can ask.
const MAX_WAITING: usize = 1000;

impl Orchestrator {
    /// Registers a node. A name that is taken by a node which is heard of is refused. One whose node is silent for longer
    /// than the loss time, was never heard of or came with expired credentials is taken over by a new identity; the old one
    /// is removed.
    ///
    /// # Errors
    /// `Invalid` with every issue; `AlreadyExists`; the store's.
    pub async fn register_node(&self, body: RegisterNode, labels: Labels) -> Result<Node, PortError> {
        self.register(body, labels, true).await
    }

    /// Registers a node that waits until an operator accepts it. It takes over from nobody: its name must be free, or be that of
    /// the same machine, which asked before and is known by its key.
    ///
    /// # Errors
    /// As [`Self::register_node`]; `Conflict` when too many wait.
    pub async fn register_unapproved(&self, body: RegisterNode) -> Result<Node, PortError> {
        let Some(key) = body.public_key else {
            let issue = Issue::new("/public_key", "it is required where an operator accepts nodes");
            return Err(PortError::invalid("node.register", vec![issue]));
        };
        let (taken, waiting) = {
            let world = self.world();
            let taken = world.find_node(&body.name).filter(|n| n.value.name.as_str() == body.name).cloned();
            (taken, world.nodes().values().filter(|n| !n.value.approved).count())
        };
        match taken {
            Some(same) if !same.value.approved && same.value.key == Some(key) => Ok((*same.value).clone()),
            Some(other) => Err(name_taken(&other.value.name)),
            None if waiting >= MAX_WAITING => {
                let message = format!("{waiting} nodes wait already until an operator accepts them");
                Err(PortError::new(ErrorKind::Conflict, "node.register", message)
                    .with_hint("`miaas node approve` or `miaas node rm` makes room"))
            }
            None => self.register(body, Labels::default(), false).await,
        }
    }

    async fn register(&self, body: RegisterNode, labels: Labels, approved: bool) -> Result<Node, PortError> {
        let (name, ip) = check_registration(&body)?;
        let id = NodeId::from_bits(self.ports.ids.next_bits());
        let node = Node {
            id: id.clone(),
            name,
            ip,
            labels,
            taints: Vec::new(),
            cordoned: false,
            drain: None,
            agent_version: body.agent_version,
            key: body.public_key,
            approved,
            token_epoch: 0,
            registered_at: self.now(),
        };
        let taken = self.world().find_node(node.name.as_str()).filter(|n| n.value.name == node.name).cloned();
        let mut writes = vec![
            node.put(When::Absent)?,
            Observation::new(id.clone(), body.capabilities.clone()).put(When::Any)?,
            self.event(Severity::Info, "node.registered", about_node(&node), format!("node {} registered", node.name))?,
        ];
        match &taken {
            Some(old) if !self.replaceable(&old.value.id) => return Err(name_taken(&node.name)),
            Some(old) => {
                writes.push(reclaim("node", node.name.as_str(), id.as_str()));
                writes.extend(self.forget_node(old)?);
            }
            None => writes.push(claim("node", node.name.as_str(), id.as_str())),
        }
        self.commit(writes).await.map_err(|e| match e.kind() {
            ErrorKind::Conflict => name_taken(&node.name),
            _ => e,
        })?;
        let mut seen = self.seen();
        if let Some(old) = taken {
            seen.remove(&old.value.id);
        }
        // It is new under this id, and so was never given a lease.
        seen.insert(id, body.capabilities, Duration::ZERO);
        drop(seen);
        self.wake.notify_one();
        Ok(node)
    }

    fn replaceable(&self, id: &NodeId) -> bool {
        self.seen()
            .get(id)
            .is_none_or(|live| live.lapsed || matches!(live.health, NodeHealth::Offline) || live.last_seen.is_none())
    }

    /// Sets and removes labels.
    ///
    /// # Errors
    /// `NotFound`; `Invalid`; the store's.
    pub async fn patch_labels(&self, node: &str, patch: PatchLabels) -> Result<NodeItem, PortError> {
        let patch = LabelPatch::parse(patch)?;
        self.edit_node(node, "node.labelled", |n| patch.apply(n)).await
    }

    /// Keeps new work away, or lets it come again; the latter also ends a drain.
    ///
    /// # Errors
    /// `NotFound`; the store's.
    pub async fn cordon(&self, node: &str, cordoned: bool) -> Result<NodeItem, PortError> {
        let reason = if cordoned { "node.cordoned" } else { "node.uncordoned" };
        self.edit_node(node, reason, |n| self::cordoned(n, cordoned)).await
    }

    /// Moves all work away, the new place first.
    ///
    /// # Errors
    /// `NotFound`; the store's.
    pub async fn drain(&self, node: &str, body: DrainNode) -> Result<NodeItem, PortError> {
        let now = self.now();
        self.edit_node(node, "node.draining", |n| drained(n, &body, now)).await
    }

    /// Lets a node in that waits for it.
    ///
    /// # Errors
    /// `NotFound`; the store's.
    pub async fn approve_node(&self, node: &str) -> Result<NodeItem, PortError> {
        self.edit_node(node, "node.approved", |n| n.approved = true).await
    }

    /// Refuses every token that the node was given so far, and its key.
    ///
    /// # Errors
    /// `NotFound`; the store's.
    pub async fn revoke_node_tokens(&self, node: &str) -> Result<(), PortError> {
        let revoke = |n: &mut Node| {
            n.token_epoch += 1;
            n.key = None;
        };
        let item = self.edit_node(node, "node.revoked", revoke).await?;
        self.credentials_lapsed(&item.id);
        Ok(())
    }

    /// Forgets a node. Its workloads are placed elsewhere, and what is in its volumes is not reached any more; so one that
    /// has workloads is only removed when `force` says so.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` naming the workloads; the store's.
    pub async fn remove_node(&self, node: &str, force: bool) -> Result<(), PortError> {
        let found = self.find_node(node)?;
        if !force {
            self.check_unused(&found.value)?;
        }
        let mut writes = self.forget_node(&found)?;
        writes.push(unclaim("node", found.value.name.as_str()));
        let text = format!("node {} was removed", found.value.name);
        writes.push(self.event(Severity::Warning, "node.removed", about_node(&found.value), text)?);
        // Tells the agent to stop everything, if it still listens, before its target is forgotten.
        let generation = self.target(&found.value.id).generation + 1;
        let empty = NodeTarget { generation, ..NodeTarget::empty(found.value.id.clone()) };
        self.commit(writes).await?;
        if let Err(e) = self.ports.link.deliver(&empty).await {
            tracing::debug!(node = %found.value.name, error = %e.chain(), "the removed node could not be told");
        }
        self.seen().remove(&found.value.id);
        self.wake.notify_one();
        Ok(())
    }

    fn check_unused(&self, node: &Node) -> Result<(), PortError> {
        let world = self.world();
        let mut here: Vec<String> = world
            .assigned_to(&node.id)
            .map(|a| if a.stateful { format!("{} (with its data)", a.workload) } else { a.workload.to_string() })
            .collect();
        if here.is_empty() {
            return Ok(());
        }
        here.sort();
        let (count, name) = (here.len(), &node.name);
        let more = if count > 5 { format!(" and {} more", count - 5) } else { String::new() };
        here.truncate(5);
        let message = format!("node {name} has work: {}{more}", here.join(", "));
        Err(PortError::new(ErrorKind::Conflict, "node.remove", message).with_hint(format!(
            "move it away first: `miaas node drain {name} --wait`; or end it there: `miaas node rm {name} --force`"
        )))
    }

    /// What may run only once and may be running there is remembered until the lease of the node has ended for sure.
    fn forget_node(&self, node: &Versioned<Arc<Node>>) -> Result<Vec<Write>, PortError> {
        let id = node.value.id.as_str();
        let delete = |kind, when| Write { key: Key::new(kind, id), op: Op::Delete, when };
        let mut writes = vec![
            delete(Kind::Node, When::At(node.revision)),
            delete(Kind::Observation, When::Any),
            delete(Kind::Target, When::Any),
        ];
        let world = self.world();
        let fenced = Some(self.now().plus(self.config.patience.lease.bound()));
        let exclusive = |d| world.deployments().get(d).is_some_and(|d| d.value.spec.placement.exclusive);
        for status in world.statuses_on(&node.value.id).filter(|s| exclusive(&s.deployment)) {
            writes.push(WorkloadStatus { fenced, ..(**status).clone() }.put(When::Any)?);
        }
        Ok(writes)
    }

    async fn edit_node(&self, node: &str, reason: &str, edit: impl Fn(&mut Node)) -> Result<NodeItem, PortError> {
        loop {
            let found = self.find_node(node)?;
            let mut changed = (*found.value).clone();
            edit(&mut changed);
            if changed == *found.value {
                // The view may be behind: "unchanged" is only true of what the store has.
                match self.commit(vec![Write::check(&*found.value, found.revision)]).await {
                    Ok(_) => return self.node(found.value.id.as_str()),
                    Err(e) if e.kind() == ErrorKind::Conflict => {
                        self.after_conflict().await?;
                        continue;
                    }
                    Err(e) => return Err(e),
                }
            }
            let text = format!("{}: {}", changed.name, reason.trim_start_matches("node."));
            let event = self.event(Severity::Info, reason, about_node(&changed), text)?;
            match self.commit(vec![changed.put(When::At(found.revision))?, event]).await {
                Ok(_) => break self.wake.notify_one(),
                Err(e) if e.kind() == ErrorKind::Conflict => self.after_conflict().await?,
                Err(e) => return Err(e),
            }
        }
        self.node(node)
    }

    /// The node's record; for checks of its token.
    #[must_use]
    pub fn node_record(&self, id: &NodeId) -> Option<Arc<Node>> {
        self.world().nodes().get(id).map(|n| Arc::clone(&n.value))
    }
}

/// Labels to set and to remove, checked.
pub(super) struct LabelPatch {
    set: Labels,
    remove: Vec<String>,
}

impl LabelPatch {
    pub(super) fn parse(patch: PatchLabels) -> Result<Self, PortError> {
        let mut set = BTreeMap::new();
        let mut issues = Vec::new();
        for (key, value) in patch.set {
            match LabelKey::parse(&key) {
                Ok(key) => drop(set.insert(key, value)),
                Err(e) => issues.push(Issue::new(format!("/set/{key}"), e.to_string())),
            }
        }
        let set = Labels(set);
        if let Err(e) = set.check() {
            issues.push(Issue::new("/set", e.to_string()));
        }
        issues.extend(NodeLabels::issues(&set, "/set"));
        if issues.is_empty() {
            Ok(Self { set, remove: patch.remove })
        } else {
            Err(PortError::invalid("node.label", issues))
        }
    }

    pub(super) fn apply(&self, node: &mut Node) {
        node.labels.0.retain(|key, _| !self.remove.iter().any(|r| r == key.as_str()));
        node.labels.0.extend(self.set.0.clone());
    }
}

pub(super) fn cordoned(node: &mut Node, cordoned: bool) {
    node.cordoned = cordoned;
    if !cordoned {
        node.drain = None;
    }
}

pub(super) fn drained(node: &mut Node, body: &DrainNode, now: Timestamp) {
    let deadline = body.deadline_seconds.map(|s| now.plus(Duration::from_secs(s)));
    node.cordoned = true;
    node.drain = Some(Drain { since: node.drain.as_ref().map_or(now, |d| d.since), deadline });
}

fn name_taken(name: &NodeName) -> PortError {
    PortError::new(ErrorKind::AlreadyExists, "node.register", format!("a node named {name} is registered and heard of"))
        .with_hint("choose another name, or remove the node first: `miaas node rm`")
}

fn check_registration(body: &RegisterNode) -> Result<(NodeName, IpAddr), PortError> {
    let mut issues = Vec::new();
    let name = NodeName::parse(&body.name).map_err(|e| issues.push(Issue::new("/name", e.to_string())));
    let ip = body.ip.parse::<IpAddr>().map_err(|_| {
        let shown: String = body.ip.chars().take(80).collect();
        issues.push(
            Issue::new("/ip", format!("{shown:?} is not an IP address"))
                .with_hint("for example 192.168.1.20 or fd00::1"),
        );
    });
    if body.agent_version.as_ref().is_some_and(|v| v.len() > 64) {
        issues.push(Issue::new("/agent_version", "it is longer than 64 characters"));
    }
    match (name, ip) {
        (Ok(name), Ok(ip)) if issues.is_empty() => Ok((name, ip)),
        _ => Err(PortError::invalid("node.register", issues)),
    }
}
