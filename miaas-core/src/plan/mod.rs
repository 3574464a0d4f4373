//! The decisions, as pure functions: [`plan_cluster`] over the fleet and [`plan_node`] over one machine.

mod cluster;
mod demands;
mod difference;
mod fence;
mod ledger;
mod movable;
mod neighbours;
mod node;
mod node_labels;
mod place;
mod planner;
mod rebind;
mod refusals;
mod relocate;
mod rollout;
mod slots;
mod stacks;
mod summary;
mod target;
mod variants;
mod view;
mod wiring;

pub use cluster::*;
pub use demands::{remember_demands, waiting_demands};
pub use difference::differences;
pub use ledger::*;
pub use movable::{MoveCost, movable};
pub use node::*;
pub use node_labels::*;
pub use planner::{Planner, Situation};
pub use summary::*;
pub use view::*;
pub use wiring::{outputs_of, preview};
