//! What runs workloads on this machine.

pub mod docker;
pub mod process;
