//! What runs workloads on this machine.

pub mod docker;
mod probe;
pub mod process;
