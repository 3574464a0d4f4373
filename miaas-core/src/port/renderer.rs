use std::fmt::Debug;

use crate::{
    model::{
        Assignment, Deployment, DeploymentSpec, ExecutorKind, Facts, PlacementPolicy, RenderedWorkload, Resources,
    },
    port::PortDemand,
    spec::Issue,
};

/// Turns deployments into workloads. Pure.
///
/// # Contract
/// - `validate` returns every issue of a spec's source at once, and none exactly when `demand` succeeds.
/// - `render` depends on its arguments only: the same give the same bytes.
/// - A missing variable is a [`RenderError`] that names variable, file and line.
/// - `render` gives the variant that the assignment names ([`Assignment::variant`]).
pub trait Renderer: Debug + Send + Sync + 'static {
    /// Every issue of the source, with paths from the spec's root (`/source/params/port`).
    fn validate(&self, spec: &DeploymentSpec) -> Vec<Issue>;
    /// Names of the parameters whose values nobody may see.
    fn secret_params(&self, spec: &DeploymentSpec) -> std::collections::BTreeSet<String>;
    /// What one workload of it needs: one entry for each hardware variant, the preferred first, and at least one.
    fn demand(&self, deployment: &Deployment) -> Result<Vec<RenderedDemand>, RenderError>;
    /// The workload for an assignment on a node with these facts.
    fn render(
        &self,
        deployment: &Deployment,
        at: &Assignment,
        node: NodeContext<'_>,
    ) -> Result<RenderedWorkload, RenderError>;
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
