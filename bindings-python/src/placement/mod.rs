//! Placement over plain Python data.

mod callable;
mod cluster;
mod columns;
mod demand;
mod node;
mod place;
mod placements;
mod state;
mod what_if;

pub(crate) use self::{
    callable::{Given, How, strategies},
    cluster::Cluster,
    columns::demands_from_columns,
    demand::{Demand, Policy, read_demand, read_policy},
    placements::Placements,
    state::{DemandState, GpuState, NodeState},
};
