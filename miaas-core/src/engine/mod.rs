//! The loop around the planners, and the store, ledger, link and node that programs, tests and simulations need no other process
//! for.
//!
//! An [`Orchestrator`] stands on four ports. It never acts by itself: [`Orchestrator::run`] is its loop, and
//! [`Orchestrator::tick`] one turn of it for whoever wants to drive it by hand. Nothing is global, so a process can have several.
//!
//! ```
//! use std::{sync::Arc, time::Duration};
//! use miaas_core::{
//!     api::v1::CreateDeployment,
//!     engine::{EngineConfig, LocalLink, LocalNode, LocalNodeConfig, MemoryStore, Orchestrator, Ports},
//!     model::Facts,
//!     name::NodeName,
//!     testing::{fake_executor::FakeExecutor, simulator::{FirstFit, PlainRenderer}},
//! };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let link = LocalLink::new();
//! let ports = Ports::new(
//!     Arc::new(MemoryStore::new()), // where the state lives
//!     link.clone(),                 // how nodes are reached
//!     Arc::new(FirstFit),           // where things run: `miaas-placement` knows better
//!     Arc::new(PlainRenderer),      // what runs: `miaas-templates` knows more
//! );
//! let orchestrator = Orchestrator::open(ports, EngineConfig::default()).await?;
//! tokio::spawn(orchestrator.clone().run());
//!
//! // A machine in memory; `miaas-agent-lib` has executors for containers and for local processes.
//! let machine = LocalNodeConfig::new(NodeName::parse("here")?, vec![Arc::new(FakeExecutor::new())])
//!     .with_facts(Facts { cpu_count: 4, mem_mb: 8192, ..Facts::default() });
//! let _node = LocalNode::start(&orchestrator, &link, machine).await?;
//!
//! orchestrator.create(CreateDeployment::from_template("web").with_param("image", "nginx:1").with_replicas(2)).await?;
//! let web = orchestrator.wait_ready("web", Duration::from_secs(30)).await?;
//! assert_eq!((web.ready, web.workloads[0].why.summary.as_str()), (2, "here: the first that fits"));
//! # Ok(())
//! # }
//! ```
//!
//! A request returns as soon as what is wanted is stored. Whether it was reached is asked ([`Orchestrator::deployment`]), waited for
//! ([`Orchestrator::wait_ready`]) or watched ([`Orchestrator::watch_events`]). Dropping the orchestrator's loop stops nothing that
//! runs: whoever opens the same store again goes on.

pub mod change_log;
mod event_log;
pub mod leader;
mod local;
pub mod memory_store;
pub mod node_loop;
mod observations;
mod orchestrator;
mod system;

pub use local::{LocalLink, LocalNode, LocalNodeConfig, MemoryLedger};
pub use memory_store::MemoryStore;
pub use node_loop::NodeLoop;
pub use orchestrator::{EngineConfig, Orchestrator, Ports, StackServices};
pub use system::{SystemClock, SystemIds};
