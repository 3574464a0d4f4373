//! What the benchmarks share: percentiles, and a keep-alive HTTP load over raw sockets that costs less than the server.

mod load;
mod stats;

pub use load::{Load, Request, run_load};
pub use stats::{Percentiles, busy, median};
