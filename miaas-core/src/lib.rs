//! Types, ports, pure planners and (feature `engine`) the reconciliation loop of MIaaS.
//!
//! Start at [`port`] to see what can be exchanged, at [`model`] for what the system talks about, at [`plan`] for the
//! decisions, and at `engine::Orchestrator` for the whole.

pub mod api;
pub mod cluster;
#[cfg(feature = "engine")]
pub mod engine;
pub mod error;
pub mod fsm;
pub mod hash;
pub mod id;
pub mod model;
pub mod name;
pub mod plan;
pub mod port;
pub mod protocol;
pub mod secret;
pub mod spec;
#[cfg(feature = "testing")]
pub mod testing;
pub mod time;
pub mod world;

pub use error::{ErrorKind, PortError};
