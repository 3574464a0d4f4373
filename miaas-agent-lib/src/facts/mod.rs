//! What the node is and how it fares (N3): one file per source. A missing driver or engine is a fact, never an error.

mod amd;
mod disks;
mod engine;
mod feed;
mod host;
mod network;
mod nvidia;
mod ports;
mod sampler;

use std::path::PathBuf;

use miaas_core::model::{ExecutorKind, Facts, Gpu};

pub use amd::{amd_gpus, amd_render_nodes};
pub use feed::FactsFeed;
pub use ports::parse_listening;
pub use sampler::Sampler;

/// Where facts are read and which engines may be asked.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FactsOptions {
    /// Socket of a Docker engine; none leaves Docker alone (N10).
    pub docker_socket: Option<PathBuf>,
    /// Socket of a Podman engine; none leaves Podman alone.
    pub podman_socket: Option<PathBuf>,
    /// Executors that the agent offers.
    pub executors: Vec<ExecutorKind>,
    /// Root of procfs.
    pub proc_root: PathBuf,
    /// Root of sysfs.
    pub sys_root: PathBuf,
    /// A path on the disk whose free space heartbeats report.
    pub data_dir: PathBuf,
}

impl Default for FactsOptions {
    fn default() -> Self {
        Self {
            docker_socket: None,
            podman_socket: None,
            executors: Vec::new(),
            proc_root: "/proc".into(),
            sys_root: "/sys".into(),
            data_dir: "/".into(),
        }
    }
}

/// Everything that can be read now. Never fails: what cannot be read keeps its default. An agent that looks again and again
/// keeps a [`Sampler`] instead.
pub async fn collect(options: &FactsOptions) -> Facts {
    Sampler::new(options.clone()).facts().await
}

/// NVIDIA's cards, then AMD's.
fn gpus(nvidia: &mut nvidia::Nvidia, options: &FactsOptions) -> Vec<Gpu> {
    let mut all = nvidia.gpus();
    all.extend(amd_gpus(&options.sys_root));
    all
}

const MIB: u64 = 1024 * 1024;
