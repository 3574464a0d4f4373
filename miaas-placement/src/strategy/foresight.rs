use super::{Strategy, USER_WISH};
use crate::score::{Domain, FreeShare, LeastForgone, SameDeployment, Workloads};

/// Keeps what GPUs can still be given to whole, then is as [`spread`](super::spread()). In a fleet without GPUs it is
/// `spread`.
///
/// The weights: one workload of the deployment more on the node (10⁸) counts as a tenth of a GPU given up (10⁶ for each
/// thousandth), the whole range of free shares (10⁴ · 10²) as a thousandth, and the least difference in share (10²)
/// outweighs any count of workloads (at most 99).
#[must_use]
pub fn foresight() -> Strategy {
    Strategy::new("foresight")
        .with_score(USER_WISH, Domain)
        .with_score(1_000_000, LeastForgone)
        .with_score(100_000_000, SameDeployment)
        .with_score(100, FreeShare)
        .with_score(1, Workloads)
}
