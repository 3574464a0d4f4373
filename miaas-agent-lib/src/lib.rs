//! The node agent: facts, session, ledger and executors.
//!
//! [`agent::run`] is the whole of it, usable inside another process; `miaas-agent` is a thin program around it.

pub mod executor;
pub mod facts;
mod fsutil;
mod ledger;

pub use ledger::FileLedger;
