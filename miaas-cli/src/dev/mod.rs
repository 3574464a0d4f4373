//! The parts of `miaas dev`: server, agent and embedded database in one process.

pub(crate) mod agent;
pub(crate) mod cleanup;
pub(crate) mod engine;
pub(crate) mod folder;
pub(crate) mod server;
pub(crate) mod signal;
