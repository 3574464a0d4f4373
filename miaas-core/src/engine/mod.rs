//! The loop around the planners, and the store it runs on in tests and simulations.

pub mod change_log;
mod event_log;
pub mod leader;
pub mod memory_store;
pub mod node_loop;
mod observations;
mod orchestrator;
mod system;

pub use memory_store::MemoryStore;
pub use node_loop::NodeLoop;
pub use orchestrator::{EngineConfig, Orchestrator, Ports, StackServices};
pub use system::{SystemClock, SystemIds};
