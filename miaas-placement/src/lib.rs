//! Filters, scores and strategies that decide where work runs, and explain why.
//!
//! [`Engine`] is the placer: for each demand the [`filter`]s say which nodes can take it, the scores of its [`strategy`] say which of
//! those is best, [`allot`] gives devices and ports, and the explanation tells people why. Groups are placed wholly or not at all.
//! Everything is pure: integers, ordered maps, ties broken by node id. The same view and demand give the same answer on every machine.
//!
//! | you want | look at |
//! |---|---|
//! | to place | [`Engine`], with [`strategy::presets`] |
//! | a rule of your own | [`Filter`], [`Engine::with_filter`] |
//! | a preference of your own | [`Score`], [`Strategy`], [`Engine::with_score`] |
//! | to know what would happen if | [`what_if()`] |
//! | to make room for what is more important | [`preempt()`] |
//! | to move what runs, so that more fits | [`rebalance`] |
//! | to compare policies on a recorded cluster | [`trace`], [`policy`], [`fleet`] |
//!
//! # Placing, and being told why
//!
//! ```
//! use miaas_core::{
//!     cluster::{Capacity, ClusterView, NodeView},
//!     id::{DeploymentId, NodeId, WorkloadId},
//!     model::{ExecutorKind, Resources},
//!     name::{Name, NodeName},
//!     port::{Demand, DemandGroup, Placer as _},
//! };
//! use miaas_placement::Engine;
//!
//! let node = |name: &str, mem_mib| {
//!     Ok::<_, miaas_core::id::InvalidName>(NodeView {
//!         executors: vec![ExecutorKind::Docker],
//!         allocatable: Capacity { cpu_milli: 8_000, mem_mib, disk_mib: 100_000 },
//!         ..NodeView::empty(NodeId::parse(name)?, NodeName::parse(name)?)
//!     })
//! };
//! let mut view = ClusterView::new([node("small", 4_096)?, node("large", 16_384)?]);
//! let demand = |replica| Demand {
//!     resources: Resources { cpu_milli: 1_000, mem_mib: 12_000, ..Resources::default() },
//!     executors: vec![ExecutorKind::Docker],
//!     ..Demand::new(
//!         WorkloadId::parse(&format!("llama-{replica}")).expect("a valid id"),
//!         DeploymentId::parse("llama").expect("a valid id"),
//!         Name::parse("llama").expect("a valid name"),
//!     )
//! };
//!
//! let engine = Engine::default();
//! let placement = engine.place(&view, &DemandGroup { demands: vec![demand(0)] }).map_err(|refused| refused.summary)?;
//! assert_eq!(placement.decisions[0].node.as_str(), "large");
//! view.commit(&placement.decisions[0]);
//!
//! // The second finds no place: every node says why, and what would help was tried out.
//! let refused = engine.place(&view, &DemandGroup { demands: vec![demand(1)] }).unwrap_err();
//! assert_eq!(refused.by_node.len(), 2);
//! assert!(refused.summary.starts_with("no node of 2 can take llama"), "{}", refused.summary);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Units
//!
//! Processors in thousandths, memory and disk in MiB, compute of a GPU in thousandths of a device. Scores are integers of the scorer's
//! own scale; a strategy's weights relate them.
//!
//! # What it costs
//!
//! A filter is asked about each node, with [`Filter::is_local`] only when the node changed; explanations are built for refusals and
//! winners only. [`Engine::with_explanations`] leaves them out. The benchmark `engine` of the repository prints decisions per second.

#![warn(missing_docs)]

pub mod allot;
mod engine;
mod explain;
pub mod filter;
pub mod fleet;
pub mod policy;
pub mod preempt;
pub mod rebalance;
pub mod score;
pub mod strategy;
pub mod trace;
pub mod whatif;

pub use engine::{Engine, UnknownStrategy};
pub use filter::{Filter, Verdict};
pub use preempt::preempt;
pub use score::{Ask, Score};
pub use strategy::Strategy;
pub use whatif::what_if;
