use super::{Strategy, USER_WISH};
use crate::score::{Domain, FreeShare, SameDeployment, Workloads};

/// Keeps workloads of a deployment apart, then loads all nodes evenly: what one lost node takes along is least.
///
/// The weights make the order strict: one workload of the deployment more (10⁸) outweighs any free share (at most
/// 10⁴ · 10³), and the least difference in share (10³) outweighs any count of workloads (at most 999).
#[must_use]
pub fn spread() -> Strategy {
    Strategy::new("spread")
        .with_score(USER_WISH, Domain)
        .with_score(100_000_000, SameDeployment)
        .with_score(1_000, FreeShare)
        .with_score(1, Workloads)
}
