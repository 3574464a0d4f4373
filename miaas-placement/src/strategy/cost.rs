use super::{Strategy, USER_WISH};
use crate::score::{Cost, Domain, ImageLocality, ReservedShare};

/// Fills the cheapest nodes first: what an hour costs comes from the label `miaas.io/cost-per-hour`. Of equally cheap ones
/// it takes the fullest, so that others can be given back; then one that has the images.
///
/// The weights make the order strict: a thousandth of the currency (10⁸) outweighs any reserved share (at most 10⁴ · 2,000),
/// and the least difference in share (2,000) any images (at most 1,000).
#[must_use]
pub fn cost() -> Strategy {
    Strategy::new("cost")
        .with_score(USER_WISH * 1_000, Domain)
        .with_score(100_000_000, Cost)
        .with_score(2_000, ReservedShare)
        .with_score(1, ImageLocality)
}
