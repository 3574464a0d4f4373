//! Direct deploy to one node (D5): a deployment made from a Compose document, pinned to the node.

use std::sync::Arc;

use super::Orchestrator;
use crate::{
    api::v1::{CreateDeployment, DeploymentItem, DirectAction, DirectDeploy, PlanAnswer, UpdateDeployment},
    error::{ErrorKind, PortError},
    id::DeploymentId,
    model::PlacementPolicy,
    spec::Issue,
};

impl Orchestrator {
    /// Applies or removes. The deployment on removal, when there was one; removing what is not there is no error.
    ///
    /// # Errors
    /// `NotFound` for the node; `Invalid` with every issue; `Conflict` when the deployment is not a Compose one of this node.
    pub async fn direct_deploy(&self, node: &str, body: DirectDeploy) -> Result<Option<DeploymentItem>, PortError> {
        match self.directed(node, body)? {
            Directed::Nothing => Ok(None),
            Directed::Remove(id) => self.delete(id.as_str()).await.map(Some),
            Directed::Update(id, update) => self.update(id.as_str(), *update).await.map(Some),
            Directed::Create(create) => self.create(*create).await.map(Some),
        }
    }

    /// What a direct deploy would do.
    ///
    /// # Errors
    /// As [`Self::direct_deploy`].
    pub fn plan_direct_deploy(&self, node: &str, body: DirectDeploy) -> Result<PlanAnswer, PortError> {
        match self.directed(node, body)? {
            Directed::Nothing => Ok(PlanAnswer::default()),
            Directed::Remove(id) => self.plan_delete(id.as_str()),
            Directed::Update(id, update) => self.plan_update(id.as_str(), &update),
            Directed::Create(create) => self.plan_create(&create),
        }
    }

    fn directed(&self, node: &str, body: DirectDeploy) -> Result<Directed, PortError> {
        let node = self.find_node(node)?.value.name.clone();
        let there = self.world().find_deployment(&body.deployment_id).map(|d| Arc::clone(&d.value));
        if let Some(d) = &there
            && d.spec.placement.node.as_ref() != Some(&node)
        {
            let message = format!("deployment {} exists and is not pinned to node {node}", d.name);
            return Err(PortError::new(ErrorKind::Conflict, "node.deploy", message)
                .with_hint("choose another deployment_id, or change that deployment by its own routes"));
        }
        if body.action == DirectAction::Remove {
            return Ok(there.map_or(Directed::Nothing, |d| Directed::Remove(d.id.clone())));
        }
        let Some(compose) = body.rendered_compose else {
            let issue = Issue::new("/rendered_compose", "it is required for the action \"apply\"");
            return Err(PortError::invalid("node.deploy", vec![issue]));
        };
        Ok(match there {
            Some(d) => {
                let (compose, env) = (Some(compose), Some(body.env));
                Directed::Update(
                    d.id.clone(),
                    Box::new(UpdateDeployment { compose, env, ..UpdateDeployment::default() }),
                )
            }
            None => Directed::Create(Box::new(CreateDeployment {
                name: Some(body.deployment_id),
                compose: Some(compose),
                env: body.env,
                placement: PlacementPolicy { node: Some(node), ..PlacementPolicy::default() },
                ..CreateDeployment::default()
            })),
        })
    }
}

/// What a direct deploy comes to.
enum Directed {
    Nothing,
    Remove(DeploymentId),
    Update(DeploymentId, Box<UpdateDeployment>),
    Create(Box<CreateDeployment>),
}
