//! State machines: enum in, enum out, without clock or effect.

pub mod lease;
pub mod node;
pub mod rollout;
pub mod workload;
