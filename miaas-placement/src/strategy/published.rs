use super::{Strategy, USER_WISH};
use crate::score::{Domain, Rated};

/// The policies that the literature compares, as strategies of their own: `bestfit`, `dotprod`, `fgd`, `gpu-clustering`
/// and `gpu-packing`. See [`policy`](crate::policy).
#[must_use]
pub fn published() -> Vec<Strategy> {
    let named = |name: &'static str| Strategy::new(name).with_score(USER_WISH, Domain).with_score(1, Rated(name));
    ["bestfit", "dotprod", "fgd", "gpu-clustering", "gpu-packing"].map(named).into()
}
