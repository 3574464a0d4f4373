//! The trace simulator, with policies of ours and of the caller.

mod policy;
mod replay;
mod state;
mod trace;

pub(crate) use self::{
    state::{FleetState, PodState},
    trace::{Trace, policies},
};
