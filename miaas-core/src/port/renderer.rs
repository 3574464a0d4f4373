use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
};

use crate::{
    model::{
        Assignment, Deployment, DeploymentSpec, ExecutorKind, Facts, PlacementPolicy, Reference, RenderedWorkload,
        Resources, RunState, Values, WorkloadSpec,
    },
    name::Name,
    port::PortDemand,
    secret::Secret,
    spec::Issue,
};

/// Turns deployments into workloads. Pure.
///
/// # Contract
/// - `validate` returns every issue of a spec's source at once, and none exactly when `demand` succeeds.
/// - `render` and `outputs` depend on their arguments only: the same give the same bytes.
/// - Of a deployment they depend on its identity and name, its source, its stack and the counter of restarts only: what runs is
///   not rendered anew when something else changes.
/// - Whatever `references` names is in [`RenderContext::values`] when `render` and `outputs` are called.
/// - A missing variable is a [`RenderError`] that names variable, file and line.
/// - `render` gives the variant that the assignment names ([`Assignment::variant`]).
pub trait Renderer: Debug + Send + Sync + 'static {
    /// Every issue of the source, with paths from the spec's root (`/source/params/port`), for a deployment of this name; none
    /// when it has no valid one yet.
    fn validate(&self, name: Option<&Name>, spec: &DeploymentSpec) -> Vec<Issue>;
    /// Names of the parameters whose values nobody may see; none unless said otherwise.
    fn secret_params(&self, spec: &DeploymentSpec) -> BTreeSet<String> {
        let _ = spec;
        BTreeSet::new()
    }
    /// What one workload of it needs: one entry for each hardware variant, the preferred first, and at least one.
    ///
    /// # Errors
    /// The first issue of the source; `validate` has all.
    fn demand(&self, deployment: &Deployment) -> Result<Vec<RenderedDemand>, RenderError>;
    /// Everything that the source refers to, each with the path of the value that does; nothing unless said otherwise.
    fn references(&self, spec: &DeploymentSpec) -> Vec<(Reference, String)> {
        let _ = spec;
        Vec::new()
    }
    /// What others can refer to; nothing unless said otherwise.
    fn offers(&self, spec: &DeploymentSpec) -> Offers {
        let _ = spec;
        Offers::default()
    }
    /// The workload for an assignment.
    ///
    /// # Errors
    /// What is wrong in the source, with file and line where it is a text.
    fn render(
        &self,
        deployment: &Deployment,
        at: &Assignment,
        context: RenderContext<'_>,
    ) -> Result<RenderedWorkload, RenderError>;
    /// What a workload tells of itself, as it is seen from somewhere; nothing unless said otherwise.
    ///
    /// # Errors
    /// As `render`.
    fn outputs(
        &self,
        deployment: &Deployment,
        at: &Assignment,
        context: RenderContext<'_>,
        from: Viewpoint,
    ) -> Result<Outputs, RenderError> {
        let _ = (deployment, at, context, from);
        Ok(Outputs::default())
    }
}

impl RenderedWorkload {
    /// What a renderer gives for an assignment once it knows the services: everything else follows from the deployment.
    /// `text` is what people are shown of it, for example a Compose document; it may be empty.
    ///
    /// # Errors
    /// When the services do not serialise, and so cannot be hashed.
    pub fn assigned(
        deployment: &Deployment,
        at: &Assignment,
        executor: ExecutorKind,
        spec: WorkloadSpec,
        text: String,
    ) -> Result<Self, RenderError> {
        let restarts = deployment.spec.restarts;
        let hash = Self::hash_of(&spec, executor, restarts)
            .map_err(|e| RenderError::new(format!("the workload {} cannot be hashed: {e}", at.workload)))?;
        Ok(Self {
            id: at.workload.clone(),
            deployment: deployment.id.clone(),
            deployment_name: deployment.name.clone(),
            slot: at.slot,
            generation: deployment.generation,
            revision: 0,
            inputs: None,
            hash,
            restarts,
            executor,
            run: deployment.spec.state == RunState::Running,
            exclusive: false,
            spec,
            compose: text,
        })
    }
}

/// What a workload is rendered with.
#[derive(Debug, Clone, Copy)]
pub struct RenderContext<'a> {
    /// Where it runs.
    pub node: NodeContext<'a>,
    /// Values of everything that the deployment refers to.
    pub values: &'a Values,
    /// Who has to reach the ports that it publishes.
    pub reach: Reach,
}

/// The node that a workload is rendered for.
#[derive(Debug, Clone, Copy)]
pub struct NodeContext<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its address.
    pub ip: &'a str,
    /// Its facts.
    pub facts: &'a Facts,
    /// What will run the workload.
    pub executor: ExecutorKind,
}

impl<'a> NodeContext<'a> {
    /// A context for what refers to nothing and is reached by nobody else.
    #[must_use]
    pub const fn alone(self) -> RenderContext<'a> {
        const NOTHING: &Values = &BTreeMap::new();
        RenderContext { node: self, values: NOTHING, reach: Reach::AsWritten }
    }
}

/// Who has to reach published ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Whom the document lets.
    #[default]
    AsWritten,
    /// Other nodes: what would be published on loopback is published on the node's address.
    Fleet,
}

/// From where outputs are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Viewpoint {
    /// A user: ports of the host, on the address that they are published on.
    #[default]
    User,
    /// A service of the same stack on the same node: the network that they share.
    SameNode,
    /// A service of the same stack on another node: ports of the host, on the node's address.
    OtherNode,
}

/// What a workload tells of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outputs {
    /// Outputs by name.
    pub values: BTreeMap<String, Output>,
    /// Values of the parameters that nobody may see.
    pub secrets: BTreeMap<String, Secret>,
}

/// One output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The value, for whom it is meant.
    pub value: Secret,
    /// The same for everybody, without what nobody may see.
    pub shown: String,
}

/// Names that others can refer to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offers {
    /// Outputs.
    pub outputs: BTreeSet<String>,
    /// Parameters that nobody may see.
    pub secrets: BTreeSet<String>,
}

/// What one workload of a deployment needs; the planner adds identity and history.
#[derive(Debug, Clone, PartialEq)]
pub struct RenderedDemand {
    /// The hardware variant that this is for; none when there is only one.
    pub variant: Option<String>,
    /// What it reserves.
    pub resources: Resources,
    /// Ports to publish.
    pub ports: Vec<PortDemand>,
    /// Executors that can run it, the preferred first.
    pub executors: Vec<ExecutorKind>,
    /// Architectures that it runs on; empty for any.
    pub architectures: Vec<String>,
    /// Whether it keeps data in a volume of the node.
    pub stateful: bool,
    /// Images that it runs, as they are named when pulled; empty when it runs none.
    pub images: Vec<String>,
    /// The deployment's policy, completed by the template.
    pub policy: PlacementPolicy,
}

impl RenderedDemand {
    /// Needs these resources and one of these executors, the preferred first, and goes where the deployment's policy lets it.
    #[must_use]
    pub fn new(deployment: &Deployment, resources: Resources, executors: Vec<ExecutorKind>) -> Self {
        Self {
            variant: None,
            resources,
            ports: Vec::new(),
            executors,
            architectures: Vec::new(),
            stateful: false,
            images: Vec::new(),
            policy: deployment.spec.placement.clone(),
        }
    }
}

/// Why a deployment cannot be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RenderError {
    /// What is wrong, with file and line where they are known.
    pub message: String,
    /// File of the template.
    pub file: Option<String>,
    /// Line in it, from 1.
    pub line: Option<usize>,
    /// What to do.
    pub hint: Option<String>,
}

impl RenderError {
    /// An error without a place.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), file: None, line: None, hint: None }
    }
}

impl From<RenderError> for crate::error::PortError {
    fn from(e: RenderError) -> Self {
        let error = Self::new(crate::error::ErrorKind::Invalid, "render", e.message);
        match e.hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}
