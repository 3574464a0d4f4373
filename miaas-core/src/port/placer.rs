use std::{collections::BTreeMap, fmt::Debug};

use serde::{Deserialize, Serialize};

use crate::{
    cluster::ClusterView,
    error::PortError,
    id::{DeploymentId, NodeId, WorkloadId},
    model::{DeviceShare, ExecutorKind, PlacementPolicy, PortBinding, Protocol, Resources},
    name::{Name, NodeName},
    port::{Counterfactual, Excluded},
};

/// Decides where work runs. Pure: same view and request, same answer; ties break by node id.
///
/// # Contract
/// - The decisions of a placement respect every filter at once, also among each other; the group is placed wholly or not.
/// - The view is not changed; the caller commits what it accepts.
/// - `Err` explains every node.
pub trait Placer: Debug + Send + Sync + 'static {
    /// Names of the strategies that it knows, the default first.
    fn strategies(&self) -> Vec<&'static str>;
    /// Places a group.
    ///
    /// # Errors
    /// Why it has no place, node by node.
    fn place(&self, view: &ClusterView, group: &DemandGroup) -> Result<Placement, Unplaceable>;
    /// For many questions about one view, while their answers are committed to it: what was found out for one answer need
    /// not be found out again for the next.
    fn placing(&self) -> Box<dyn Placing + '_>;
    /// Who would have to go so that the whole group has a place, when it has none: only workloads of a lower priority than
    /// every demand of the group, and none that keeps data on its node. None when that cannot help, or when the placer knows
    /// no way.
    fn preempt(&self, view: &ClusterView, group: &DemandGroup) -> Option<Preemption> {
        let _ = (view, group);
        None
    }
}

/// Who has to go, and what a group gets then.
#[derive(Debug, Clone, PartialEq)]
pub struct Preemption {
    /// The workloads that have to go, in order of their ids; none when there is room.
    pub victims: Vec<WorkloadId>,
    /// What the demands get once all of them are gone, in the order of the group. Without explanations.
    pub decisions: Vec<Decision>,
}

/// Places one group after the other.
///
/// # Contract
/// That of [`Placer`]. The first answer about a view is that of [`Placer::place`]. Later ones may differ from it in what was
/// learned of the view as a whole, which need not be learned anew for each; every one holds for the view as it is. The same
/// questions in the same order give the same answers.
pub trait Placing: Debug {
    /// Places a group.
    ///
    /// # Errors
    /// Why it has no place, as [`Placer::place`].
    fn place(&mut self, view: &ClusterView, group: &DemandGroup) -> Result<Placement, Unplaceable>;
}

/// Finds everything out anew for each answer.
#[derive(Debug)]
pub struct Anew<'p, P>(pub &'p P);

impl<P: Placer> Placing for Anew<'_, P> {
    fn place(&mut self, view: &ClusterView, group: &DemandGroup) -> Result<Placement, Unplaceable> {
        self.0.place(view, group)
    }
}

/// What one workload needs of a node.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// The workload.
    pub workload: WorkloadId,
    /// Its deployment; for spreading and limits per node.
    pub deployment: DeploymentId,
    /// Name for explanations.
    pub name: Name,
    /// What it reserves.
    pub resources: Resources,
    /// Ports to publish.
    pub ports: Vec<PortDemand>,
    /// Executors that can run it, the preferred first.
    pub executors: Vec<ExecutorKind>,
    /// Architectures that it runs on; empty for any.
    pub architectures: Vec<String>,
    /// Where the user wants it.
    pub policy: PlacementPolicy,
    /// A higher one may displace a lower one.
    pub priority: i32,
    /// Whether it will keep data in a volume of its node.
    pub stateful: bool,
    /// The node that has its volume already: it can only go there.
    pub volume_node: Option<NodeId>,
    /// It goes only where workloads of all of these are: `policy.affinity`, with the names resolved.
    pub near: Vec<Neighbour>,
    /// It goes only where no workload of any of these is: `policy.anti_affinity` with the names resolved, and the
    /// deployments that want to be apart from this one.
    pub apart: Vec<Neighbour>,
    /// Images that it runs, as the template names them; where they are already, it starts sooner.
    pub images: Vec<String>,
    /// Nodes that it must not go to, with the reason.
    pub avoid: BTreeMap<NodeId, String>,
}

impl Demand {
    /// A workload that needs nothing and may go everywhere; no executor runs it until one is named.
    #[must_use]
    pub fn new(workload: WorkloadId, deployment: DeploymentId, name: Name) -> Self {
        Self {
            workload,
            deployment,
            name,
            resources: Resources::default(),
            ports: Vec::new(),
            executors: Vec::new(),
            architectures: Vec::new(),
            policy: PlacementPolicy::default(),
            priority: 0,
            stateful: false,
            volume_node: None,
            near: Vec::new(),
            apart: Vec::new(),
            images: Vec::new(),
            avoid: BTreeMap::new(),
        }
    }

    /// Whether two demands differ in nothing but whose they are: workload, deployment and name.
    #[must_use]
    pub fn asks_like(&self, other: &Self) -> bool {
        // A new field has to be thought about here.
        let Self {
            workload: _,
            deployment: _,
            name: _,
            resources,
            ports,
            executors,
            architectures,
            policy,
            priority,
            stateful,
            volume_node,
            near,
            apart,
            images,
            avoid,
        } = self;
        *resources == other.resources
            && *ports == other.ports
            && *executors == other.executors
            && *architectures == other.architectures
            && *policy == other.policy
            && *priority == other.priority
            && *stateful == other.stateful
            && *volume_node == other.volume_node
            && *near == other.near
            && *apart == other.apart
            && *images == other.images
            && *avoid == other.avoid
    }
}

/// A deployment that a demand is to be near to, or apart from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Neighbour {
    /// The other deployment; none when there is none of that name.
    pub deployment: Option<DeploymentId>,
    /// Its name, for explanations.
    pub name: Name,
    /// Label whose values are the places; none means the node itself.
    pub by: Option<String>,
}

/// A port to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortDemand {
    /// Its name in the template.
    pub name: String,
    /// Port inside.
    pub container: u16,
    /// Fixed port of the host; none takes a free one from [`AUTO_PORTS`].
    pub host: Option<u16>,
    /// Transport.
    pub protocol: Protocol,
}

/// Host ports given out automatically: below the ephemeral range of Linux, so that outgoing connections do not take them.
pub const AUTO_PORTS: std::ops::RangeInclusive<u16> = 20_000..=29_999;

/// Demands that are placed all or not at all.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DemandGroup {
    /// The demands.
    pub demands: Vec<Demand>,
}

/// A placed group, in the order of its demands.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// One decision a demand.
    pub decisions: Vec<Decision>,
}

/// Where one workload goes and what it gets there.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The workload.
    pub workload: WorkloadId,
    /// Its deployment.
    pub deployment: DeploymentId,
    /// Where.
    pub node: NodeId,
    /// What it reserves there.
    pub resources: Resources,
    /// GPUs that it got.
    pub devices: Vec<DeviceShare>,
    /// Host ports that it got.
    pub ports: Vec<PortBinding>,
    /// What runs it.
    pub executor: ExecutorKind,
    /// Its priority.
    pub priority: i32,
    /// Whether it keeps data in a volume of the node.
    pub stateful: bool,
    /// Why.
    pub why: Explanation,
}

/// Why a workload is where it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Explanation {
    /// The strategy.
    pub strategy: String,
    /// In one sentence.
    pub summary: String,
    /// The chosen node and the best of the others, best first (at most 16).
    pub candidates: Vec<Candidate>,
    /// The nodes that were excluded (at most 16), each with its reasons.
    pub rejected: Vec<NodeVerdict>,
    /// How many nodes each filter excluded; a node counts for the first that did.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<Excluded>,
    /// How many nodes were looked at.
    pub considered: usize,
}

/// Most nodes of a kind in an explanation that is kept with a workload.
const KEPT: usize = 5;

impl Explanation {
    /// As it is kept with each workload of the fleet: the best few candidates, and a few of the excluded nodes. The counts say
    /// how many there were.
    #[must_use]
    pub fn kept(mut self) -> Self {
        self.candidates.truncate(KEPT);
        self.rejected.truncate(KEPT);
        self
    }
}

/// A node that could have taken a workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Candidate {
    /// The node.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub node: NodeId,
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: NodeName,
    /// Its total score; higher is better.
    pub score: i64,
    /// The parts of the score by scorer.
    pub parts: BTreeMap<String, i64>,
}

/// Why a node could not take a workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NodeVerdict {
    /// The node.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub node: NodeId,
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: NodeName,
    /// Every reason.
    pub reasons: Vec<RejectReason>,
}

/// One reason why a node cannot take a workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum RejectReason {
    /// The node is not there, or takes no work.
    #[error("the node is {status}")]
    NotSchedulable {
        /// Its status.
        status: String,
    },
    /// Too little of a resource is free.
    #[error("{resource}: needs {needed}, {free} of {total} free")]
    Insufficient {
        /// `cpu (milli)`, `memory (MiB)`, `disk (MiB)` or `gpu`.
        resource: String,
        /// Asked for.
        needed: u64,
        /// Not reserved.
        free: u64,
        /// Allocatable.
        total: u64,
    },
    /// A label is missing or different.
    #[error("label {key}: wants {wanted:?}, has {found:?}")]
    Label {
        /// The key.
        key: String,
        /// The wanted value.
        wanted: String,
        /// The value of the node.
        found: Option<String>,
    },
    /// A taint is not tolerated.
    #[error("taint {key}={value} is not tolerated")]
    Taint {
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// The port is taken.
    #[error("port {port}/{protocol} is taken by {by}")]
    PortTaken {
        /// The port.
        port: u16,
        /// The transport.
        protocol: String,
        /// A workload, or `another process of the node`.
        by: String,
    },
    /// No executor that can run it.
    #[error("offers {offered:?}, the workload needs one of {needed:?}")]
    Executor {
        /// What it needs.
        needed: Vec<String>,
        /// What the node has.
        offered: Vec<String>,
    },
    /// Another instruction set.
    #[error("architecture is {found}, the workload needs one of {needed:?}")]
    Architecture {
        /// What it needs.
        needed: Vec<String>,
        /// What the node is.
        found: String,
    },
    /// It was asked for another node.
    #[error("the deployment is pinned to node {wanted}")]
    OtherNode {
        /// The wanted node.
        wanted: String,
    },
    /// Its volume is on another node.
    #[error("its volume is on {on}")]
    Volume {
        /// Name of the node, or its id when it is not there.
        on: String,
    },
    /// Nothing of a deployment that it has to be near to is there.
    #[error("no workload of {deployment} {place}")]
    Affinity {
        /// The other deployment.
        deployment: String,
        /// `on the node`, or `where zone=a`.
        place: String,
    },
    /// A workload that it has to be apart from is there.
    #[error("{count} of {deployment} {place}, which it has to be apart from")]
    AntiAffinity {
        /// The other deployment.
        deployment: String,
        /// `on the node`, or `where zone=a`.
        place: String,
        /// How many of its workloads are there.
        count: u64,
    },
    /// It would be spread too unevenly.
    #[error("{label}={} has {count} of this deployment, the emptiest has {least}: at most {max} more allowed", value.as_deref().unwrap_or("(none)"))]
    Skew {
        /// The label.
        label: String,
        /// Its value on the node; a node without the label is never part of a spread.
        value: Option<String>,
        /// How many run at this value.
        count: u64,
        /// How many run at the value with the fewest.
        least: u64,
        /// How many more are allowed.
        max: u32,
    },
    /// Too many of the same deployment.
    #[error("runs {count} of this deployment already, at most {max} allowed")]
    MaxPerNode {
        /// How many run.
        count: u32,
        /// The limit.
        max: u32,
    },
    /// Excluded by the planner.
    #[error("{why}")]
    Avoided {
        /// Why.
        why: String,
    },
    /// Excluded by a filter from outside.
    #[error("{filter}: {message}")]
    Other {
        /// The filter.
        filter: String,
        /// What it says.
        message: String,
    },
}

/// Why a group cannot be placed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unplaceable {
    /// The workload that found no place.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub workload: WorkloadId,
    /// In one sentence.
    pub summary: String,
    /// Every node with its reasons (at most 64).
    pub by_node: Vec<NodeVerdict>,
    /// What would help.
    pub hints: Vec<String>,
    /// How many nodes each kind of obstacle keeps away, most first; a node counts for every kind that it has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<Excluded>,
    /// Changes that were tried, and after each of which the whole group has a place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counterfactuals: Vec<Counterfactual>,
}

impl Unplaceable {
    /// A refusal that says no more than this.
    #[must_use]
    pub const fn new(workload: WorkloadId, summary: String) -> Self {
        Self {
            workload,
            summary,
            by_node: Vec::new(),
            hints: Vec::new(),
            excluded: Vec::new(),
            counterfactuals: Vec::new(),
        }
    }
}

impl From<Unplaceable> for PortError {
    fn from(u: Unplaceable) -> Self {
        let error = Self::new(crate::error::ErrorKind::Conflict, "placement", u.summary);
        match u.hints.into_iter().next() {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}
