//! One file per command: its options and what it does.

pub(crate) mod agent;
pub(crate) mod completion;
pub(crate) mod deploy;
pub(crate) mod dev;
pub(crate) mod events;
pub(crate) mod get;
pub(crate) mod logs;
pub(crate) mod node;
pub(crate) mod plan;
pub(crate) mod ps;
pub(crate) mod restart;
pub(crate) mod rm;
pub(crate) mod scale;
pub(crate) mod server;
pub(crate) mod set;
pub(crate) mod simulate;
pub(crate) mod start;
pub(crate) mod status;
pub(crate) mod stop;
pub(crate) mod template;
pub(crate) mod token;
mod update;
mod wanted;
pub(crate) mod what_if;
