use super::{Strategy, USER_WISH};
use crate::score::{Domain, FreeShare, ImageLocality, SameDeployment};

/// Starts workloads where their images are, then keeps those of a deployment apart, then loads all nodes evenly.
///
/// The weights make the order strict: one image more outweighs (with up to 100 images, 10 · 9·10⁸) any number of workloads
/// that the node has of the deployment up to 8,999 (10⁶ each), and one of those any free share (at most 10⁴ · 99).
#[must_use]
pub fn locality() -> Strategy {
    Strategy::new("locality")
        .with_score(USER_WISH, Domain)
        .with_score(900_000_000, ImageLocality)
        .with_score(1_000_000, SameDeployment)
        .with_score(99, FreeShare)
}
