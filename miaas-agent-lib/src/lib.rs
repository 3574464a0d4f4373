//! The node agent: facts, session, ledger and executors.
//!
//! [`agent::run`] is the whole of it, usable inside another process, as `miaas agent` does. Its parts can be used alone: the
//! [`executor`]s with any orchestrator (`miaas_core::engine::LocalNode`), [`FileLedger`] where a target has to survive a restart,
//! [`facts`] to find out what a machine has.
//!
//! | module | for |
//! |---|---|
//! | [`agent`] | the whole agent |
//! | [`executor`] | containers of a Docker-compatible engine, supervised local processes |
//! | [`facts`] | what the machine is and has, looked at again and again |
//! | [`session`] | the connection to the control plane, dialled from here, so that it works behind NAT |
//! | [`guard`] | a second process that ends what needs a lease when the agent was killed |
//! | [`identity`] | who the node is, and the folder that keeps it |
//!
//! # An agent inside another program
//!
//! ```no_run
//! use miaas_agent_lib::agent::{AgentConfig, ExecutorChoice, run};
//! use miaas_core::secret::Secret;
//!
//! # async fn example() -> Result<(), miaas_core::PortError> {
//! let config = AgentConfig::new("/var/lib/mine/agent", vec![ExecutorChoice::Process])
//!     .with_server("https://control.example.org:7070")
//!     .with_join_token(Secret::new("miaas_join_…"));
//! // Runs until the future is done. Workloads go on running; the next agent on the folder finds them.
//! run(config, async { tokio::time::sleep(std::time::Duration::from_secs(3600)).await }).await
//! # }
//! ```
//!
//! An executor of your own goes in as [`agent::ExecutorChoice::Custom`]; it has to pass
//! `miaas_core::testing::executor_contract`.
//!
//! Linux is what is tested. Needs a tokio runtime with all drivers enabled.
//!
//! # Features
//!
//! | feature | adds | and depends on |
//! |---|---|---|
//! | `program` | the program `miaas-agent`: the agent alone, for nodes that shall have no more | `clap`, `tracing-subscriber` |

#![warn(missing_docs)]

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
