//! Filters, scores and strategies that decide where work runs, and explain why.
//!
//! [`Engine`] is the placer: for each demand the [`filter`]s say which nodes can take it, the scores of its
//! [`strategy`] say which of those is best, [`allot`] gives devices and ports, and and the explanation tells people why. Groups are
//! placed wholly or not at all. Everything is pure: integers, ordered maps, ties broken by node id.
//!
//! ```
//! use miaas_core::port::Placer as _;
//! use miaas_placement::{Engine, strategy};
//!
//! let engine = Engine::new(strategy::binpack()).with_strategy(strategy::spread());
//! assert_eq!(engine.strategies(), ["binpack", "spread"]);
//! ```

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
