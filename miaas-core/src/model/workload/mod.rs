//! A workload as an executor gets it: nothing is left to decide. Compose is parsed into this model, never interpreted on
//! the node.

mod environment;
mod file;
mod hash;
mod health;
mod image;
mod isolation;
mod life;
mod limits;
mod mount;
mod network;
mod port;
mod service;
mod time;
mod volume;

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

pub use environment::*;
pub use file::*;
pub use hash::*;
pub use health::*;
pub use image::*;
pub use isolation::*;
pub use life::*;
pub use limits::*;
pub use mount::*;
pub use network::*;
pub use port::*;
pub use service::*;
pub use time::*;
pub use volume::*;

use super::ExecutorKind;
use crate::{
    hash::ContentHash,
    id::{DeploymentId, WorkloadId},
    name::Name,
};

/// One instance, rendered for the node that it was assigned to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RenderedWorkload {
    /// Its identity, and the Compose project name on the node.
    pub id: WorkloadId,
    /// Of which deployment.
    pub deployment: DeploymentId,
    /// That deployment's name.
    pub deployment_name: Name,
    /// Which slot of it.
    pub slot: u32,
    /// Generation of the deployment that it was rendered from.
    pub generation: u64,
    /// Which revision of the deployment it is.
    #[serde(default)]
    pub revision: u64,
    /// What of its surroundings it was rendered with, when it depends on any; the planner's, to see when that changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs: Option<ContentHash>,
    /// Hash over everything that, when changed, means that something of it must be replaced.
    pub hash: ContentHash,
    /// The deployment's restart counter: a part of the hash, so that a requested restart replaces every service.
    #[serde(default, skip_serializing_if = "super::is_zero")]
    pub restarts: u64,
    /// What runs it.
    pub executor: ExecutorKind,
    /// Should it run, or only keep its volumes?
    pub run: bool,
    /// May it run only while the node has a lease?
    #[serde(default, skip_serializing_if = "super::is_zero")]
    pub exclusive: bool,
    /// Its services and volumes.
    pub spec: WorkloadSpec,
    /// The Compose text that it was parsed from, for people.
    pub compose: String,
}

/// The services, volumes and networks of a workload.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WorkloadSpec {
    /// Services by name. Shared: targets are copied whenever something of them changes, and most of what they hold does not.
    pub services: BTreeMap<String, Arc<Service>>,
    /// Named volumes by name; they outlive replacement and go with the deployment.
    pub volumes: BTreeMap<String, Volume>,
    /// Networks by name, when it does not only have the one of its own that every workload gets. A network `default` says
    /// how that one is made.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub networks: BTreeMap<String, Network>,
}

impl WorkloadSpec {
    /// A service, to be changed.
    pub fn service_mut(&mut self, name: &str) -> Option<&mut Service> {
        self.services.get_mut(name).map(Arc::make_mut)
    }

    /// The services, to be changed.
    pub fn services_mut(&mut self) -> impl Iterator<Item = (&String, &mut Service)> {
        self.services.iter_mut().map(|(name, service)| (name, Arc::make_mut(service)))
    }
}
