use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{CreateDeployment, DeploymentItem, DeploymentStatus, Difference, PlanChange, Problem};
use crate::{
    model::{Params, PlacementPolicy, UpdatePolicy},
    name::Name,
};

/// Body of `PUT /api/v1/stacks/{name}`: everything that the stack consists of. What it has and is not named here goes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ApplyStack {
    /// Services by name.
    pub services: BTreeMap<String, StackService>,
}

/// One service of a stack. Values of `params` and `env` can refer to others: `${services.db.url}`,
/// `${services.db.secrets.password}`, `${secrets.hf-token}`. A value of `params`, `env` or `files` that is `${stored}` stays as it is
/// stored.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct StackService {
    /// Template to run; either this or `compose`.
    pub template: Option<String>,
    /// Parameter values; what is missing takes its default.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, serde_json::Value>))]
    pub params: Params,
    /// Compose document to run.
    pub compose: Option<String>,
    /// Variables for the document.
    pub env: BTreeMap<String, String>,
    /// Other files of the document, by their path from its directory.
    pub files: BTreeMap<String, String>,
    /// Which of `files` are merged over the document, in this order.
    pub overrides: Vec<String>,
    /// How many instances; none is 1.
    pub replicas: Option<u32>,
    /// Where.
    pub placement: PlacementPolicy,
    /// Higher goes first when capacity is short.
    pub priority: i32,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// How it goes from one revision to the next.
    pub update: UpdatePolicy,
    /// Services that have to be ready before it starts. Those that it refers to need not be named.
    pub depends_on: Vec<String>,
}

impl StackService {
    /// The deployment that it is, under this name.
    #[must_use]
    pub fn into_deployment(self, name: String) -> CreateDeployment {
        CreateDeployment {
            name: Some(name),
            template: self.template,
            params: self.params,
            compose: self.compose,
            env: self.env,
            files: self.files,
            overrides: self.overrides,
            replicas: self.replicas,
            placement: self.placement,
            priority: self.priority,
            labels: self.labels,
            update: self.update,
        }
    }
}

/// A stack as people see it: the deployments that carry its name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StackItem {
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: Name,
    /// That of the service that is worst off.
    pub status: DeploymentStatus,
    /// Its services by name.
    pub services: BTreeMap<String, DeploymentItem>,
}

/// What applying a stack does to each service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StackAnswer {
    /// Services that are created, changed, removed or unchanged, by name.
    pub services: BTreeMap<String, StackAction>,
    /// What of a service's specification changes, for those that are changed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub differences: BTreeMap<String, Vec<Difference>>,
    /// With a dry run: what would change on the nodes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<PlanChange>,
    /// With a dry run: what would stand in the way, by service.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub problems: BTreeMap<String, Vec<Problem>>,
}

impl StackAnswer {
    /// Whether everything is as wanted already.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.services.values().all(|action| *action == StackAction::Unchanged)
    }
}

/// What becomes of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum StackAction {
    /// It is new.
    Create,
    /// It changes.
    Update,
    /// It is as wanted already.
    Unchanged,
    /// It goes.
    Remove,
}
