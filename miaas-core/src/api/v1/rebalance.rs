//! Rebalance plans.

use serde::{Deserialize, Serialize};

/// What to spend on moving workloads, and whether to do it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Rebalance {
    /// Most moves; none for any number.
    pub max_moves: Option<u64>,
    /// Most bytes that have to be loaded anew in all; none for any number.
    pub max_bytes: Option<u64>,
    /// Most seconds until everything that moved works again, one after the other; none for any number.
    pub max_seconds: Option<u64>,
    /// What a move has to gain that makes no room for something that waits, in thousandths of a GPU; none makes no such moves.
    pub least_gain_milli: Option<u64>,
    /// Make the moves. Without it they are only shown.
    pub apply: bool,
}

/// A rebalance plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct RebalanceAnswer {
    /// The moves, in the order in which each finds its target free.
    pub moves: Vec<RebalanceMove>,
    /// What waits now and has a place after them.
    pub placed: Vec<RebalancePlaced>,
    /// Thousandths of GPUs that all moves gain: room for what waits, and how much more of what runs could be placed.
    pub gained_milli: u64,
    /// Bytes that have to be loaded anew: an estimate.
    pub bytes: u64,
    /// Seconds until everything that moved works again, one after the other: an estimate.
    pub seconds: u64,
    /// Why there are not more moves.
    pub stopped: String,
    /// Whether the moves are being made.
    pub applied: bool,
}

/// One workload that moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RebalanceMove {
    /// The workload.
    pub workload: String,
    /// Name of the node that it is on.
    pub from: String,
    /// Name of the node that it goes to.
    pub to: String,
    /// Bytes that the new node has to load.
    pub bytes: u64,
    /// Seconds until it works there.
    pub seconds: u64,
    /// Thousandths of GPUs gained up to and with this move.
    pub gained_milli: u64,
}

/// A workload that waits and gets a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RebalancePlaced {
    /// The workload.
    pub workload: String,
    /// Name of the node.
    pub to: String,
}
