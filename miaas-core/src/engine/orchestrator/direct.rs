//! Direct deploy to one node (D5): a deployment made from a Compose document, pinned to the node.

use super::Orchestrator;
use crate::{
    api::v1::{CreateDeployment, DeploymentItem, DirectAction, DirectDeploy, UpdateDeployment},
    error::{ErrorKind, PortError},
    model::PlacementPolicy,
    spec::Issue,
};

impl Orchestrator {
    /// Applies or removes. The deployment on removal, when there was one; removing what is not there is no error.
    ///
    /// # Errors
    /// `NotFound` for the node; `Invalid` with every issue; `Conflict` when the deployment is not a Compose one of this node.
    pub async fn direct_deploy(&self, node: &str, body: DirectDeploy) -> Result<Option<DeploymentItem>, PortError> {
        let node = self.find_node(node)?.value.name.clone();
        let there = self.world().find_deployment(&body.deployment_id).map(|d| d.value.clone());
        if let Some(d) = &there
            && d.spec.placement.node.as_ref() != Some(&node)
        {
            let message = format!("deployment {} exists and is not pinned to node {node}", d.name);
            return Err(PortError::new(ErrorKind::Conflict, "node.deploy", message)
                .with_hint("choose another deployment_id, or change that deployment by its own routes"));
        }
        match (body.action, there) {
            (DirectAction::Remove, None) => Ok(None),
            (DirectAction::Remove, Some(d)) => self.delete(d.id.as_str()).await.map(Some),
            (DirectAction::Apply, there) => {
                let Some(compose) = body.rendered_compose else {
                    let issue = Issue::new("/rendered_compose", "it is required for the action \"apply\"");
                    return Err(PortError::invalid("node.deploy", vec![issue]));
                };
                match there {
                    Some(d) => {
                        let update = UpdateDeployment {
                            compose: Some(compose),
                            env: Some(body.env),
                            ..UpdateDeployment::default()
                        };
                        self.update(d.id.as_str(), update).await.map(Some)
                    }
                    None => {
                        let create = CreateDeployment {
                            name: Some(body.deployment_id),
                            compose: Some(compose),
                            env: body.env,
                            placement: PlacementPolicy { node: Some(node), ..PlacementPolicy::default() },
                            ..CreateDeployment::default()
                        };
                        self.create(create).await.map(Some)
                    }
                }
            }
        }
    }
}
