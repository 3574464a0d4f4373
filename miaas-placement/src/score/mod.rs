//! Scores: which of the nodes that can take a workload is best. One file each; strategies weigh them.

mod ask;
mod cost;
mod domain;
mod foresight;
mod free_disk;
mod free_gpu;
mod free_memory;
mod free_share;
mod image_locality;
mod rated;
mod reserved_share;
mod same_deployment;
mod share;
mod workloads;

use std::fmt::Debug;

use miaas_core::{cluster::NodeView, port::Demand};

pub use self::{
    ask::Ask, cost::Cost, domain::Domain, foresight::LeastForgone, free_disk::FreeDisk, free_gpu::FreeGpu,
    free_memory::FreeMemory, free_share::FreeShare, image_locality::ImageLocality, rated::Rated,
    reserved_share::ReservedShare, same_deployment::SameDeployment, share::SCALE, workloads::Workloads,
};

/// Says how good a node is for a workload.
///
/// # Contract
/// - Pure, and in integers: the same ask and node give the same score on every machine.
/// - Only nodes that every filter let pass are scored.
/// - Higher is better. The scale is the scorer's own; the weight in a strategy relates it to others.
pub trait Score: Debug + Send + Sync + 'static {
    /// A short word for it, unique in a strategy; the key of its part in explanations.
    fn name(&self) -> &'static str;
    /// How good the node would be.
    fn score(&self, ask: &Ask<'_>, node: &NodeView) -> i64;
    /// What the winner has more of than the others, in words that fit behind `node3:` and before `of 4 candidates`.
    fn because(&self, demand: &Demand) -> String;
    /// Whether the score of a node depends on nothing but what this demand asks for and that node: on its deployment only by
    /// how many of its workloads the node has, on its id and name not at all. Then a node is asked once for all demands that
    /// ask for the same, and again only when it changed; else every node is asked for each.
    fn is_local(&self, _demand: &Demand) -> bool {
        false
    }
    /// Whether it has anything to say about this demand; when not, it is neither asked nor shown.
    fn applies(&self, _demand: &Demand) -> bool {
        true
    }
}
