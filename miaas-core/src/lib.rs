//! Types, ports, pure planners and (feature `engine`) the reconciliation loop of MIaaS.
//!
//! This is the crate to build on. It deploys what users want over a fleet of machines without knowing how anything is stored,
//! placed, rendered, run or reached: each of these is a trait ([`port`]), and the other crates of MIaaS are implementations that you
//! can use or exchange.
//!
//! | you want | look at |
//! |---|---|
//! | to see what can be exchanged, and what each implementation promises | [`port`] |
//! | the words that the system talks in: nodes, deployments, workloads, targets | [`model`], [`api::v1`], [`id`], [`name`] |
//! | only the decisions, without a runtime | [`plan`], [`fsm`], [`cluster`] |
//! | the whole, inside your program | [`engine::Orchestrator`] |
//! | to prove an implementation of your own, or to simulate a fleet | [`testing`] |
//!
//! # Decisions without effects
//!
//! Without features this crate has no async runtime, no clock and no I/O anywhere in its tree. What it decides is a function of what
//! it is given, so it can be asked what would happen:
//!
//! ```
//! use std::collections::{BTreeMap, BTreeSet};
//! use miaas_core::{
//!     fsm::lease::Right,
//!     id::{NodeId, WorkloadId},
//!     model::NodeTarget,
//!     plan::{Action, NodePlanInput, plan_node},
//!     time::Timestamp,
//! };
//! # use miaas_core::{id::DeploymentId, port::Observed};
//!
//! let node = NodeId::parse("node-1")?;
//! let leftover = WorkloadId::parse("web-0")?;
//! let running = Observed {
//!     deployment: DeploymentId::parse("web")?,
//!     hash: None,
//!     generation: 1,
//!     services: BTreeMap::new(),
//! };
//! let observed = BTreeMap::from([(leftover.clone(), running)]);
//! // Generation 7 of what the node should run: nothing.
//! let target = NodeTarget { generation: 7, ..NodeTarget::empty(node) };
//! let (busy, attempts) = (BTreeSet::new(), BTreeMap::new());
//! let (actions, _) = plan_node(NodePlanInput {
//!     target: &target,
//!     observed: &observed,
//!     busy: &busy,
//!     right: Right::Run,
//!     attempts: &attempts,
//!     now: Timestamp::default(),
//! });
//! assert_eq!(actions, [Action::Remove(&leftover)]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # An orchestrator inside
//!
//! With the feature `engine`, an [`engine::Orchestrator`] is opened over four ports and takes requests; its loop makes the fleet match.
//! [`engine::LocalNode`] is a node in the same process, so that one program is a whole system. The documentation of [`engine`] has the
//! example; the folder `examples/rust` of the repository has nine longer ones.
//!
//! # Features
//!
//! None is on by default.
//!
//! | feature | adds | and depends on |
//! |---|---|---|
//! | `engine` | the loops: orchestrator, node loop, store and nodes in memory | `tokio` (`rt`, `sync`, `time`, `macros`), `tracing`, `rustix` |
//! | `testing` | contract suites for every port, fakes, the seeded simulator and its invariants | `engine` |
//! | `openapi` | OpenAPI schemas of the wire types | `utoipa` |
//!
//! # Errors
//!
//! Every port and the orchestrator fail with one [`PortError`]: its [`ErrorKind`] says what the caller can do, `Display` one layer of
//! the story, [`PortError::chain`] all of it, [`PortError::hint`] what to do next. What is wrong with a document is told all at once,
//! each [`spec::Issue`] with its path.
//!
//! # Stability
//!
//! Version 0: minor versions may break. Enumerations that are sure to grow are `#[non_exhaustive]`. Types of other crates in the
//! public API are those of `serde`, `serde_json`, `futures-core` (`Stream`) and, in traits, what `async-trait` expands to. The
//! minimum Rust version is the `rust-version` of the manifest; raising it is a minor version.

#![warn(missing_docs)]

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
