//! Plans that move running workloads so that more of the GPUs can be used (P3).
//!
//! [`Loads`] is a [`Fleet`](crate::fleet::Fleet) and what runs on it. The [`Planner`] makes room on it, within a
//! [`Budget`]: for one shape ([`Planner::make_room`]), for several that wait ([`Planner::admit`]), or for whatever is
//! [`Wanted`] in general ([`Planner::defragment`]). A [`Plan`] lists moves that can be made one after the other: each
//! finds its target free while its source is still held, so that a workload can be started anew before it is stopped.
//!
//! These work on numbers. [`cluster`] plans for a [`ClusterView`](miaas_core::cluster::ClusterView) and its workloads, with
//! every filter of an engine.

mod admit;
pub mod cluster;
mod cost;
mod defrag;
mod evict;
mod loads;
mod plan;
mod reserve;
mod room;
mod usable;

pub use self::{
    admit::Admission,
    cost::{Budget, Cost},
    loads::{Loads, Move, Place, Running, devices_for, fits_at},
    plan::{Plan, Step, Stopped},
    reserve::Reserve,
    room::{Limits, Planner, Room},
    usable::Wanted,
};
