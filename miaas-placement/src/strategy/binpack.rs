use super::{Strategy, USER_WISH};
use crate::score::{Domain, ReservedShare};

/// Fills nodes up before it starts new ones: room for large workloads stays, and idle machines can be switched off.
#[must_use]
pub fn binpack() -> Strategy {
    Strategy::new("binpack").with_score(USER_WISH, Domain).with_score(1, ReservedShare)
}
