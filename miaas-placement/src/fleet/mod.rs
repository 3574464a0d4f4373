//! The countable part of a fleet, small and fast: what placement at scale and the trace simulator decide on.
//!
//! A [`State`] is a node reduced to numbers (free processor, memory and shares of each GPU) and fits into a cache line; a
//! [`Shape`] is a demand reduced the same way. A [`Fleet`] holds the states in order of preference and remembers which
//! nodes changed; a [`Board`] keeps the nodes ranked for one shape and looks only at those again, so that a decision does
//! not scan the fleet.

mod board;
mod memo;
mod nodes;
mod numbers;
mod shape;
mod state;

pub use self::{
    board::{Board, Boards},
    nodes::{Fleet, Undo},
    shape::{Models, Shape},
    state::{MAX_GPUS, State, WHOLE},
};
pub(crate) use self::{memo::Memo, numbers::Numbers};
