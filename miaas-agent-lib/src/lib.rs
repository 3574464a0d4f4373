//! The node agent: facts, session, ledger and executors.
//!
//! [`agent::run`] is the whole of it, usable inside another process; `miaas-agent` is a thin program around it.

pub mod agent;
pub mod executor;
pub mod facts;
mod fsutil;
pub mod guard;
pub mod identity;
mod ledger;
mod node_key;
mod register;
mod server_url;
pub mod session;
mod state_dir;

pub use ledger::FileLedger;
pub use register::register;
pub use server_url::{ServerUrl, Servers};
pub use state_dir::StateDir;
